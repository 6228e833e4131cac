import Experiments
import Files
import Foundation
import Testing
import Trials

/// Files that are replaced, and times of other machines.
extension ProvenanceCommandTests {
    @Test("Measured anew, the old file's environment is not lost with it")
    func fresh() throws {
        let scratch = try tiny("--only", "strategy=full")
        let other = try disguise(scratch) { $0.hostName = "elsewhere" }
        #expect(try scratch.unroll("run", "tiny.yaml", "--fresh", "--quiet") == Ending(0))
        #expect(try Set(rows(scratch, "results/tiny/measurements.previous.csv").map(\.origin)) == [other.origin])
        #expect(try rows(scratch).allSatisfy { $0.origin.key != other.key })
        #expect(try Measured.read(from: "\(scratch.path)/results/tiny")?.mixed == nil)
    }

    @Test("The time model predicts no build or machine from another")
    func timeModel() throws {
        let scratch = try tiny()
        let whole = try scratch.unroll("plan", "--check", "results", "--format", "csv")
        #expect(try scratch.unroll("run", "tiny.yaml", "--results", "other", "--quiet") == Ending(0))
        try disguise(scratch, "other/tiny", pace: 1000) { $0.hostName = "elsewhere" }
        let rows =
            try rows(scratch)
            + rows(scratch, "other/tiny/measurements.csv").map { row in
                var row = row
                row.repetition += 10
                return row
            }
        try scratch.write(Results.text(rows), to: ProvenanceCommandTests.csv)
        let other = try #require(try Measured.read(from: "\(scratch.path)/other/tiny"))
        try other.keep(in: "\(scratch.path)/results/tiny")
        let both = try scratch.unroll("plan", "--check", "results", "--format", "csv")
        #expect(both.code == whole.code)
        #expect(both.complaint.contains("unroll: tiny: rows of 2 machines: "))
        // A dry run knows no rate from the other's rows.
        try scratch.write(FileErrorTests.tiny.replacing("length: [6, 9]", with: "length: [6, 9, 12]"), to: "tiny.yaml")
        func dry(_ results: String) throws -> String {
            try scratch.unroll("run", "tiny.yaml", "--results", results, "--dry-run", "--offline").output
        }
        #expect(try dry("other").contains(" to measure, by 2 networks at 20 GFLOP/s, for nothing is timed here\n"))
        #expect(try dry("results").contains(" to measure, by 16 rows measured here\n"))
    }

    @Test("A measuring program that is replaced during the run ends it: its rows would be another's")
    func replaced() throws {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny, to: "tiny.yaml")
        for program in [Program.unroll, .trial] {
            try FileManager.default.createDirectory(atPath: scratch.path + "/bin", withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: program.path, toPath: "\(scratch.path)/bin/\(program.rawValue)")
        }
        // The program replaces itself by a copy as soon as it measures.
        try FileManager.default.moveItem(
            atPath: scratch.path + "/bin/unroll-trial", toPath: scratch.path + "/bin/real")
        let script = """
            #!/bin/sh
            if [ "$1" = measure ]; then cp "$0" "$0.new"; mv "$0.new" "$0"; fi
            exec "\(scratch.path)/bin/real" "$@"

            """
        try scratch.write(script, to: "bin/unroll-trial")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: scratch.path + "/bin/unroll-trial")
        try expect(
            scratch.run(scratch.path + "/bin/unroll", ["run", "tiny.yaml"]),
            Ending(
                74,
                complaint:
                    "unroll: \(scratch.path)/bin/unroll-trial: cannot continue measuring with it: it was replaced during "
                    + "the run\n"))
        #expect(try rows(scratch).isEmpty)
    }
}
