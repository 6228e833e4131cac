import Experiments
import Foundation
import Testing
import Trials

/// The deterministic columns of measurements.csv, a line a row, sorted: what every way of measuring must find alike.
func deterministic(_ scratch: Scratch, _ file: String) throws -> [String] {
    let results = try Results.read(file: "\(scratch.path)/\(file)")
    #expect(!results.isTruncated)
    return results.rows.map { row in
        Column.all.filter(\.isDeterministic).map { $0.text(row) }.joined(separator: ",")
    }.sorted()
}

/// `unroll run --shard` and `unroll merge`.
@Suite("A merge joins rows of one experiment and one build") struct ShardCommandTests {
    private static let csv = "results/tiny/measurements.csv"

    /// An experiment measured as a whole in `whole/`.
    private func measured() throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny, to: "tiny.yaml")
        try #require(try scratch.unroll("run", "tiny.yaml", "--results", "whole", "--quiet").code == 0)
        return scratch
    }

    @Test("Shards and merge leave what one run leaves")
    func merge() throws {
        let scratch = try measured()
        for (shard, count) in [("3/3", 4), ("1/3", 2), ("2/3", 2)] {
            try expect(
                scratch.unroll("run", "tiny.yaml", "--shard", shard),
                Ending(0, complaint: "tiny, shard \(shard): \(count) trials measured, in results/tiny\n"))
        }
        try expect(
            scratch.unroll("run", "tiny.yaml", "--shard", "2/3"),
            Ending(0, complaint: "tiny, shard 2/3: nothing is missing of 2 trials, in results/tiny\n"))
        #expect(!scratch.exists(ShardCommandTests.csv) && !scratch.exists("results/tiny/comparison.md"))
        try expect(
            scratch.unroll("merge", "results/tiny"),
            Ending(0, complaint: "tiny: 8 trials of 3 files joined, in results/tiny\n"))
        #expect(
            try deterministic(scratch, ShardCommandTests.csv) == deterministic(scratch, "whole/tiny/measurements.csv"))
        // Each group in its rounds, groups in the experiment's order: line for line as one run.
        func keys(_ file: String) throws -> [String] {
            try cells(scratch.read(file)).map { $0[1] + " " + $0[2] }
        }
        #expect(try keys(ShardCommandTests.csv) == keys("whole/tiny/measurements.csv"))
        for file in ["experiment.yaml", "environment.json", "comparison.md", "comparison.csv"] {
            #expect(scratch.exists("results/tiny/\(file)"))
        }

        // Joined again it is the same; a run finds nothing missing; compare reads the whole and not the parts.
        let text = try scratch.read(ShardCommandTests.csv)
        #expect(try scratch.unroll("merge", "results", "--quiet") == Ending(0))
        #expect(try scratch.read(ShardCommandTests.csv) == text)
        #expect(
            try scratch.unroll("run", "tiny.yaml").withoutAnswers.complaint
                == "tiny: nothing is missing of 8 trials, in results/tiny; next: unroll compare results/tiny\n")
        #expect(try scratch.unroll("compare", "results", "--format", "csv").code == 0)
    }

    @Test("Shards that are missing or unfinished are named, and nothing is written")
    func missing() throws {
        let scratch = try measured()
        for shard in ["1/4", "3/4"] { _ = try scratch.unroll("run", "tiny.yaml", "--shard", shard, "--quiet") }
        let lost = try Results.read(file: "\(scratch.path)/results/tiny/measurements.3-of-4.csv").rows
        try scratch.write(Results.text(Array(lost.dropLast())), to: "results/tiny/measurements.3-of-4.csv")
        let absence = "shard 2/4 is missing, shard 3/4 lacks 1 of 2 trials, shard 4/4 is missing"
        try expect(
            scratch.unroll("merge", "results/tiny"),
            Ending(65, complaint: "unroll: results/tiny: \(absence); nothing is joined without --partial\n"))
        #expect(!scratch.exists(ShardCommandTests.csv))
        try expect(
            scratch.unroll("merge", "results/tiny", "--partial"),
            Ending(
                1, complaint: "tiny: 4 trials of 2 files joined, in results/tiny\ntiny: \(absence)\n"))
        // The rest on one machine.
        #expect(try scratch.unroll("run", "tiny.yaml").code == 0)
        #expect(
            try deterministic(scratch, ShardCommandTests.csv) == deterministic(scratch, "whole/tiny/measurements.csv"))
    }

    @Test("Files from two machines, the same trials in both: they must agree")
    func duplicates() throws {
        let scratch = try measured()
        for place in ["a", "b"] {
            _ = try scratch.unroll("run", "tiny.yaml", "--results", place, "--only", "cell=lstm", "--quiet")
        }
        _ = try scratch.unroll("run", "tiny.yaml", "--results", "b", "--quiet")
        try expect(
            scratch.unroll("merge", "a", "b/tiny", "--into", "c"),
            Ending(
                0,
                complaint: "tiny: 8 trials of 2 files joined, in c/tiny\n"
                    + "tiny: not joined: 8 rows of trials that another file has whole\n"))
        #expect(
            try deterministic(scratch, "c/tiny/measurements.csv")
                == deterministic(scratch, "whole/tiny/measurements.csv"))

        // Times may differ; bytes may not.
        var rows = try Results.read(file: "\(scratch.path)/a/tiny/measurements.csv").rows
        let peak = try #require(rows[0][.peakBytes])
        rows[0].measurement[.wallSeconds] = .real(1)
        try scratch.write(Results.text(rows), to: "a/tiny/measurements.csv")
        #expect(try scratch.unroll("merge", "a", "b", "--into", "d").code == 0)
        rows[0].measurement[.peakBytes] = .integer(Int(peak) + 1)
        try scratch.write(Results.text(rows), to: "a/tiny/measurements.csv")
        try expect(
            scratch.unroll("merge", "a", "b", "--into", "e"),
            Ending(
                65,
                complaint:
                    "unroll: b/tiny/measurements.csv: trial \(rows[0].trial.identifier), repetition 1: 'peak_bytes' is "
                    + "'\(Int(peak))', but '\(Int(peak) + 1)' in a/tiny/measurements.csv; what is counted, not timed, must be "
                    + "the same\n"))
        #expect(!scratch.exists("e/tiny/measurements.csv"))
    }

    @Test("Another build or another experiment is not joined in")
    func strangers() throws {
        let scratch = try measured()
        for shard in ["1/2", "2/2"] { _ = try scratch.unroll("run", "tiny.yaml", "--shard", shard, "--quiet") }
        var environment = try scratch.json("results/tiny/environment.2-of-2.json")
        let program = try #require(environment["program_fingerprint"] as? String)
        environment["program_fingerprint"] = "0123"
        let data = try JSONSerialization.data(withJSONObject: environment)
        try scratch.write(String(decoding: data, as: UTF8.self), to: "results/tiny/environment.2-of-2.json")
        let commit = try #require(environment["commit"] as? String).prefix(12)
        let source = "of commit \(commit)" + (environment["dirty"] as? Bool == true ? " with changes" : "")
        let difference = "build (\(program) \(source), now 0123 \(source))"
        try expect(
            scratch.unroll("merge", "results"),
            Ending(
                65,
                complaint:
                    "unroll: results/tiny/measurements.2-of-2.csv: measured with another \(difference); --mix-builds "
                    + "joins them all the same\n"))
        #expect(try scratch.unroll("merge", "results", "--mix-builds", "--quiet").code == 0)
        #expect(try scratch.json("results/tiny/environment.json")["mixed"] as? [String] == [difference])

        try scratch.write(
            FileErrorTests.tiny.replacingOccurrences(of: "batch: 2", with: "batch: 3"),
            to: "results/tiny/experiment.2-of-2.yaml")
        try expect(
            scratch.unroll("merge", "results"),
            Ending(
                65,
                complaint: "unroll: results/tiny/experiment.2-of-2.yaml: another experiment than "
                    + "results/tiny/experiment.1-of-2.yaml; measure it again with the same file, or name the files to be joined\n"
            ))
    }
}
