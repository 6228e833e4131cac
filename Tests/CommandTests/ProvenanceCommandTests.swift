import Experiments
import Files
import Foundation
import Testing
import Trials

typealias Measured = Experiments.Environment

/// Results of several builds and machines in one folder: `run`, `merge`, `compare`, `report`, `reproduce`, `plan`.
@Suite("Another build or machine is not mixed in") struct ProvenanceCommandTests {
    static let folder = "results/tiny"
    static let csv = "results/tiny/measurements.csv"

    func tiny(_ arguments: String...) throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny, to: "tiny.yaml")
        let ending = try scratch.run(Program.unroll.path, ["run", "tiny.yaml", "--quiet"] + arguments)
        try #require(ending == Ending(0))
        return scratch
    }

    func rows(_ scratch: Scratch, _ file: String = csv) throws -> [Row] {
        try Results.read(file: "\(scratch.path)/\(file)").rows
    }

    /// Makes the results of a folder look as if another build or machine had measured them.
    ///
    /// - Returns: what it is now of.
    @discardableResult
    func disguise(
        _ scratch: Scratch, _ folder: String = folder, shard: String = "", pace: Double = 1,
        _ change: (inout Measured) -> Void
    ) throws -> Measured {
        let place = "\(scratch.path)/\(folder)"
        var environment = try #require(try Measured.read(from: place, name: "environment\(shard).json"))
        change(&environment)
        let rows = try rows(scratch, "\(folder)/measurements\(shard).csv").map { row in
            var row = row
            row.origin = environment.origin
            row.measurement[.wallSeconds] = row[.wallSeconds].map { .real($0 * pace) }
            return row
        }
        try environment.write(to: place, name: "environment\(shard).json")
        try scratch.write(Results.text(rows), to: "\(folder)/measurements\(shard).csv")
        return environment
    }

    /// As a version wrote it that knew no keys.
    func forgetKeys(_ scratch: Scratch, _ file: String = csv) throws {
        let place = try #require(Results.header.firstIndex(of: "environment"))
        let lines = try CSV.records(Array(scratch.read(file).utf8)).map { record in
            var fields = record.fields
            fields.remove(at: place)
            return CSV.line(fields)
        }
        try scratch.write(lines.joined(), to: file)
    }

    static let changes: [(String, @Sendable (inout Measured) -> Void)] = [
        ("host", { $0.hostName = "elsewhere" }), ("number of processors", { $0.cores = 96 }),
        ("memory", { $0.memoryBytes = 540 << 30 }), ("kernel", { $0.kernel = "Linux 2.6.32" }),
        ("limit of processor time", { $0.processorQuota = 1.5 }), ("processor", { $0.cpuModel = "M68000" }),
        ("build", { $0.programFingerprint = "0123" }),
    ]

    @Test("Another machine or build is not gone on with, whatever looks alike", arguments: changes.indices)
    func resume(index: Int) throws {
        let (name, change) = ProvenanceCommandTests.changes[index]
        let scratch = try tiny("--only", "cell=elman", "--only", "strategy=full")
        let other = try disguise(scratch) { change(&$0) }
        let (before, record) = try (
            scratch.read(ProvenanceCommandTests.csv), scratch.read("results/tiny/environment.json")
        )
        let refused = try scratch.unroll("run", "tiny.yaml", "--only", "cell=elman")
        #expect(refused.code == 65)
        #expect(refused.complaint.hasPrefix("unroll: results/tiny: measured with another \(name) ("))
        #expect(try scratch.read(ProvenanceCommandTests.csv) == before)
        #expect(try scratch.read("results/tiny/environment.json") == record)

        // Who asks for it has both, and each row knows its own.
        #expect(try scratch.unroll("run", "tiny.yaml", "--only", "cell=elman", "--mix-builds", "--quiet") == Ending(0))
        let now = try #require(try Measured.read(from: "\(scratch.path)/results/tiny"))
        #expect(now.key != other.key && now.mixed?.count == 1)
        let kept = try Measured.read(from: "\(scratch.path)/results/tiny", name: "environment.\(other.key).json")
        #expect(kept == other.identity)
        for row in try rows(scratch) {
            #expect(row.origin == (row.trial[.strategy] == "full" ? other : now).origin)
        }
        // No ratio over the two; said in every table and page.
        let compared = try scratch.unroll("compare", "results", "--format", "csv")
        #expect(compared.code == 0)
        let kinds = name == "build" ? "builds or machines" : "machines"
        let said =
            "rows of 2 \(kinds): 4 rows of \(other.key), 4 rows of \(now.key); none is compared with another's"
        #expect(compared.complaint == "unroll: tiny: \(said); --mix-builds compares them all the same\n")
        let ratio = try #require(compared.table[0].firstIndex(of: "time_ratio"))
        #expect(compared.table[0][0] == "environment")
        #expect(compared.table.dropFirst().map { $0[ratio].isEmpty } == [false, false, true, true])
        #expect(try scratch.read("results/tiny/comparison.md").hasSuffix("\nNote: \(said).\n"))
        #expect(try scratch.unroll("report", "results").code == 0)
        for page in ["results/README.md", "results/report.html", "results/tiny/report.md"] {
            #expect(try scratch.read(page).contains("Note: rows of 2 \(kinds): 4 rows of \(other.key)"), "\(page)")
        }
        let mixed = try scratch.unroll("compare", "results", "--format", "csv", "--mix-builds")
        #expect(mixed.table.dropFirst().allSatisfy { !$0[ratio].isEmpty })
        #expect(mixed.complaint.hasSuffix("compared across them, as --mix-builds asks\n"))
    }

    @Test("Another commit of the same measuring program goes on, says so, and both are kept")
    func otherCommit() throws {
        let scratch = try tiny("--only", "strategy=full")
        let earlier = try disguise(scratch) {
            $0.commit = "60d04ab51021ece856202b03d2a8a376df0ffd7c"
            $0.dirty = false
            $0.unrollFingerprint = "0000000000000001"
        }
        let ending = try scratch.unroll("run", "tiny.yaml")
        let now = try #require(try Measured.read(from: "\(scratch.path)/results/tiny"))
        let source = "commit \(now.commit!.prefix(12))" + (now.dirty == true ? " with changes" : "")
        try expect(
            ending.withoutAnswers,
            Ending(
                0,
                complaint: "tiny: rows of commit 60d04ab51021 (0000000000000001) stay next to those of \(source) "
                    + "(\(#require(now.unrollFingerprint))): the measuring program is the same\n"
                    + "tiny: 4 trials measured, in results/tiny; next: unroll compare results/tiny\n"))
        #expect(
            try Measured.read(from: "\(scratch.path)/results/tiny", name: "environment.\(earlier.key).json")
                == earlier.identity)
        #expect(try Set(rows(scratch).map(\.origin.key)) == [earlier.key, now.key])
        let compared = try scratch.unroll("compare", "results/tiny", "--summary")
        #expect(compared.code == 0 && compared.complaint.isEmpty)
    }

    @Test("Rows whose environment is gone stay of an unknown one, and it is said")
    func gone() throws {
        let scratch = try tiny("--only", "strategy=full")
        try forgetKeys(scratch)
        try FileManager.default.removeItem(atPath: scratch.path + "/results/tiny/environment.json")
        try expect(
            scratch.unroll("run", "tiny.yaml").withoutAnswers,
            Ending(
                0,
                complaint:
                    "tiny: results of another version, which differ in the columns environment; the old file is kept as "
                    + "measurements.previous.csv\n"
                    + "tiny: 8 rows of an unknown build or machine, for no environment.json next to them describes it; the new "
                    + "rows are not compared with them\n"
                    + "tiny: 4 trials measured, in results/tiny; next: unroll compare results/tiny\n"))
        let now = try #require(try Measured.read(from: "\(scratch.path)/results/tiny"))
        for row in try rows(scratch) { #expect(row.origin == (row.trial[.strategy] == "full" ? .unknown : now.origin)) }
        let compared = try scratch.unroll("compare", "results/tiny", "--summary")
        #expect(compared.code == 64 && compared.complaint.contains("8 rows of unknown, 8 rows of \(now.key)"))

        // A row that has its key needs no file to be known again.
        try FileManager.default.removeItem(atPath: scratch.path + "/results/tiny/environment.json")
        let all = try rows(scratch)
        try scratch.write(Results.text(all.filter { $0.origin.key == now.key }), to: ProvenanceCommandTests.csv)
        #expect(try scratch.unroll("run", "tiny.yaml", "--quiet") == Ending(0))
        #expect(try Set(rows(scratch).map(\.origin)) == [now.origin])
    }

    @Test("Results of before there were keys are gone on with as what their environment.json says")
    func olderFile() throws {
        let scratch = try tiny("--only", "strategy=full")
        try forgetKeys(scratch)
        let own = try #require(try Measured.read(from: "\(scratch.path)/results/tiny"))
        #expect(try scratch.unroll("run", "tiny.yaml", "--quiet") == Ending(0))
        #expect(try Set(rows(scratch).map(\.origin)) == [own.origin])
    }

    @Test("A merge into another build's results is refused, or keeps both and says so")
    func mergeInto() throws {
        let scratch = try tiny("--only", "cell=elman")
        let other = try disguise(scratch) { $0.programFingerprint = "0123" }
        #expect(
            try scratch.unroll("run", "tiny.yaml", "--results", "new", "--only", "cell=lstm", "--quiet") == Ending(0))
        let before = try scratch.read(ProvenanceCommandTests.csv)
        let refused = try scratch.unroll("merge", "new", "--into", "results")
        #expect(refused.code == 65 && refused.complaint.contains(": measured with another build ("))
        #expect(refused.complaint.hasSuffix("; --mix-builds joins them all the same\n"))
        #expect(try scratch.read(ProvenanceCommandTests.csv) == before)

        let now = try #require(try Measured.read(from: "\(scratch.path)/new/tiny"))
        try expect(
            scratch.unroll("merge", "new", "--into", "results", "--mix-builds"),
            Ending(
                0,
                complaint:
                    "tiny: 8 trials of 1 file joined, in results/tiny\ntiny: rows of 2 builds or machines: 8 rows of "
                    + "\(other.key), 8 rows of \(now.key); none is compared with another's\n"))
        for row in try rows(scratch) { #expect(row.origin == (row.trial[.cell] == "elman" ? other : now).origin) }
    }

    @Test("Shards of several machines are joined, as long as no trials are compared across them")
    func shardsOfMachines() throws {
        let scratch = try tiny("--shard", "1/2")
        #expect(try scratch.unroll("run", "tiny.yaml", "--shard", "2/2", "--quiet") == Ending(0))
        let other = try disguise(scratch, shard: ".2-of-2") { $0.hostName = "elsewhere" }
        let own = try #require(try Measured.read(from: "\(scratch.path)/results/tiny", name: "environment.1-of-2.json"))
        let ending = try scratch.unroll("merge", "results/tiny")
        #expect(ending.code == 0 && ending.complaint.contains("\ntiny: rows of 2 machines: "))
        #expect(try Set(rows(scratch).map(\.origin)) == [own.origin, other.origin])
        let compared = try scratch.unroll("compare", "results/tiny", "--format", "csv")
        let ratio = try #require(compared.table[0].firstIndex(of: "time_ratio"))
        #expect(compared.table.count == 9 && compared.table.dropFirst().allSatisfy { !$0[ratio].isEmpty })

        // Trials that are compared, one of each machine.
        for (place, strategy) in [("a", "full"), ("b", "binomial")] {
            #expect(
                try scratch.unroll(
                    "run", "tiny.yaml", "--results", place, "--only", "strategy=\(strategy)", "--quiet") == Ending(0))
        }
        try disguise(scratch, "b/tiny") { $0.hostName = "elsewhere" }
        let refused = try scratch.unroll("merge", "a", "b", "--into", "c")
        #expect(refused.code == 65)
        #expect(refused.complaint.contains("'full' and 'binomial:slots=2' of 'cell=elman "))
        #expect(refused.complaint.contains(" would be compared, and were measured with another host ("))
        #expect(!scratch.exists("c/tiny/measurements.csv"))
        #expect(try scratch.unroll("merge", "a", "b", "--into", "c", "--mix-builds", "--quiet") == Ending(0))
        #expect(try scratch.unroll("compare", "c", "--summary").code == 64)
    }

    @Test("A shard that goes on on another machine measures what is compared again, and loses nothing")
    func shardElsewhere() throws {
        let scratch = try tiny("--shard", "1/1")
        let file = "results/tiny/measurements.1-of-1.csv"
        // The last trial is not there yet.
        let all = try rows(scratch, file)
        let last = try #require(all.last).trial
        let earlier = all.filter { $0.trial != last }
        try scratch.write(Results.text(earlier), to: file)
        let other = try disguise(scratch, shard: ".1-of-1") { $0.hostName = "elsewhere" }
        let ending = try scratch.unroll("run", "tiny.yaml", "--shard", "1/1")
        #expect(ending.code == 0)
        #expect(ending.complaint.hasPrefix("tiny: 2 rows measured with another host (elsewhere, now "))
        #expect(
            ending.complaint.hasSuffix(
                " measured again, with the trials that are compared with them; kept in "
                    + "measurements.1-of-1.previous.csv\ntiny, shard 1/1: 2 trials measured, in results/tiny\n"))
        let now = try #require(
            try Measured.read(from: "\(scratch.path)/results/tiny", name: "environment.1-of-1.json"))
        func group(_ trial: Trial) -> [String] { trial.words.filter { !$0.hasPrefix("strategy=") } }
        for row in try rows(scratch, file) {
            #expect(row.origin == (group(row.trial) == group(last) ? now : other).origin)
        }
        #expect(try rows(scratch, file).count == all.count)
        // All that are compared with the missing one, and none that stays.
        #expect(
            try rows(scratch, "results/tiny/measurements.1-of-1.previous.csv").map(\.trial)
                == earlier.map(\.trial).filter { group($0) == group(last) })
    }
}
