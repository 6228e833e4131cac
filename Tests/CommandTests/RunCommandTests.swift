import Experiments
import Foundation
import Testing
import Trials

/// `unroll run` end to end on an experiment that takes no time.
struct RunCommandTests {
    private static let files = [
        "results", "results/tiny", "results/tiny/comparison.csv", "results/tiny/comparison.md",
        "results/tiny/environment.json", "results/tiny/measurements.csv", "tiny.yaml",
    ]
    private static let csv = "results/tiny/measurements.csv"

    private func tiny(_ more: String = "") throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny + more, to: "tiny.yaml")
        return scratch
    }

    private func rows(_ scratch: Scratch) throws -> [Row] {
        let results = try Results.read(file: "\(scratch.path)/\(RunCommandTests.csv)")
        #expect(!results.isTorn)
        return results.rows
    }

    /// Trial and repetition of every row, in order.
    private func keys(_ rows: [Row]) -> [String] {
        rows.map { "\($0.trial.cell) \($0.trial.length) \($0.trial.strategy) \($0.repetition)" }.sorted()
    }

    private static let allKeys = ["elman", "lstm"].flatMap { cell in
        [6, 9].flatMap { length in
            ["full", "binomial:slots=2"].flatMap { strategy in
                [1, 2].map { "\(cell) \(length) \(strategy) \($0)" }
            }
        }
    }.sorted()

    @Test("Measures, writes, and measures nothing again")
    func endToEnd() throws {
        let scratch = try tiny()
        try expect(
            scratch.unroll("run", "tiny.yaml"), Ending(0, complaint: "tiny: 8 trials measured, in results/tiny\n"))
        #expect(scratch.contents == RunCommandTests.files)

        let text = try scratch.read(RunCommandTests.csv)
        #expect(text.hasPrefix(Results.header.joined(separator: ",") + "\n"))
        let measured = try rows(scratch)
        #expect(keys(measured) == RunCommandTests.allKeys)
        for row in measured {
            #expect(row.experiment == "tiny" && row.status == .ok)
            #expect(row[.predictionGapBytes] == 0)
            #expect(row[.peakBytes] == row[.predictedPeakBytes])
            #expect(row[.forwardSteps] == row[.predictedForwardSteps])
        }

        let environment = try scratch.json("results/tiny/environment.json")
        // No commit: the test runs outside a checkout.
        #expect(
            Set(environment.keys) == [
                "blas_configuration", "blas_version", "cores", "cpu_model", "end_time", "jemalloc_configuration",
                "jemalloc_version", "kernel", "memory_bytes", "start_time", "swift_version",
            ])
        let comparison = try scratch.unroll("compare", "results/tiny", "--format", "csv")
        try expect(comparison, Ending(0, output: scratch.read("results/tiny/comparison.csv")))
        let page = try scratch.unroll("compare", "results", "--format", "markdown").output
        let summary = try scratch.unroll("compare", "results", "--format", "markdown", "--summary").output
        #expect(try scratch.read("results/tiny/comparison.md") == page + "\nGeometric means:\n\n" + summary)

        let again = try scratch.unroll("run", "tiny.yaml")
        expect(again, Ending(0, complaint: "tiny: nothing is missing of 8 trials, in results/tiny\n"))
        #expect(try scratch.read(RunCommandTests.csv) == text)
    }

    @Test("--fresh measures anew and keeps the old file, whatever is in it")
    func fresh() throws {
        let scratch = try tiny()
        for old in ["nonsense\n", Results.header.joined(separator: ",") + "\n"] {
            try scratch.write(old, to: RunCommandTests.csv)
            try expect(scratch.unroll("run", "tiny.yaml", "--fresh", "--quiet"), Ending(0))
            #expect(try scratch.read("results/tiny/measurements.previous.csv") == old)
            #expect(keys(try rows(scratch)) == RunCommandTests.allKeys)
        }
        #expect(scratch.contents == (RunCommandTests.files + ["results/tiny/measurements.previous.csv"]).sorted())
    }

    @Test("A malformed file of results is left alone")
    func malformed() throws {
        let scratch = try tiny()
        try scratch.write("nonsense\n", to: RunCommandTests.csv)
        let complaint =
            "unroll: \(RunCommandTests.csv):1: the file is no measurements.csv: its first line is 'nonsense'; allowed: "
            + "experiment,trial,…\n"
        try expect(scratch.unroll("run", "tiny.yaml"), Ending(65, complaint: complaint))
        #expect(try scratch.read(RunCommandTests.csv) == "nonsense\n")
    }

    @Test("--dry-run shows the trials and writes nothing")
    func dryRun() throws {
        let scratch = try tiny()
        let expected = """
            tiny: Does it run?
            4 trials, 2 repetitions, 4 to measure

            cell   layers  input  hidden  batch  length  strategy          predicted peak  forward steps  state
            elman       1      3       5      2       6  full                    15.0 KiB              6  to measure
            elman       1      3       5      2       6  binomial:slots=2        14.8 KiB             14  to measure
            lstm        1      3       5      2       6  full                    32.8 KiB              6  to measure
            lstm        1      3       5      2       6  binomial:slots=2        31.8 KiB             14  to measure


            """
        try expect(scratch.unroll("run", "tiny.yaml", "--dry-run", "--only", "length=6"), Ending(0, output: expected))
        #expect(scratch.contents == ["tiny.yaml"])

        _ = try scratch.unroll("run", "tiny.yaml", "--only", "cell=elman")
        let states = expected.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("elman") ? line.replacingOccurrences(of: "to measure", with: "measured") : String(line)
        }.joined(separator: "\n").replacingOccurrences(of: "4 to measure", with: "2 to measure")
        try expect(scratch.unroll("run", "tiny.yaml", "--dry-run", "--only", "length=6"), Ending(0, output: states))
    }

    @Test("--only picks trials by any factor; a strategy by its name or in full")
    func only() throws {
        let scratch = try tiny()
        for (words, count) in [
            (["length=6"], 4), (["length=6", "length=9"], 8), (["length=6", "cell=lstm"], 2),
            (["strategy=binomial"], 4), (["strategy=binomial:slots=2"], 4), (["slots=2", "cell=elman"], 2),
        ] {
            let options = words.flatMap { ["--only", $0] }
            let ending = try scratch.run(Program.unroll.path, ["run", "tiny.yaml", "--dry-run"] + options)
            #expect(
                ending.output.contains("\n\(count) trial\(count == 1 ? "" : "s"), 2 repetitions, \(count) to measure\n")
            )
        }
        try expect(
            scratch.unroll("run", "tiny.yaml", "--only", "length=7", "--only", "cell=lstm"),
            Ending(
                64,
                complaint: "unroll: no trial has length=7 cell=lstm; 'unroll run --dry-run' shows what there is\n"))
        #expect(scratch.contents == ["tiny.yaml"])
    }

    @Test("What is missing is measured, the rest is kept as it is")
    func resumption() throws {
        let scratch = try tiny()
        _ = try scratch.unroll("run", "tiny.yaml")
        let all = try rows(scratch)
        // One trial loses a repetition, another both.
        let kept = all.filter { row in
            !(row.trial.length == 6 && row.trial[.cell] == "lstm"
                && (row.repetition == 2 || row.trial[.strategy] == "full"))
        }
        #expect(kept.count == all.count - 3)
        try scratch.write(Results.text(kept), to: RunCommandTests.csv)
        try expect(
            scratch.unroll("run", "tiny.yaml"), Ending(0, complaint: "tiny: 2 trials measured, in results/tiny\n"))
        let now = try rows(scratch)
        #expect(keys(now) == RunCommandTests.allKeys)
        #expect(now.prefix(12) == all.filter { $0.trial.length != 6 || $0.trial[.cell] != "lstm" }[...])
    }

    @Test("A torn last line is repaired, in the middle of a row or behind all of them")
    func torn() throws {
        let scratch = try tiny()
        _ = try scratch.unroll("run", "tiny.yaml")
        let whole = try scratch.read(RunCommandTests.csv)
        try scratch.write(String(whole.dropLast(40)), to: RunCommandTests.csv)
        try expect(
            scratch.unroll("run", "tiny.yaml"), Ending(0, complaint: "tiny: 1 trial measured, in results/tiny\n"))
        #expect(keys(try rows(scratch)) == RunCommandTests.allKeys)

        let complete = try scratch.read(RunCommandTests.csv)
        try scratch.write(complete + "tiny,abc", to: RunCommandTests.csv)
        try expect(
            scratch.unroll("run", "tiny.yaml"),
            Ending(0, complaint: "tiny: nothing is missing of 8 trials, in results/tiny\n"))
        #expect(try scratch.read(RunCommandTests.csv) == complete)
    }

    @Test("Results of another processor or library are not mixed in")
    func otherMachine() throws {
        let scratch = try tiny()
        _ = try scratch.unroll("run", "tiny.yaml", "--only", "length=6")
        let before = try scratch.read(RunCommandTests.csv)
        var environment = try scratch.json("results/tiny/environment.json")
        environment["jemalloc_version"] = "1.0"
        let data = try JSONSerialization.data(withJSONObject: environment)
        try scratch.write(String(decoding: data, as: UTF8.self), to: "results/tiny/environment.json")
        let complaint =
            "unroll: results/tiny: measured with another jemalloc (1.0); --fresh measures everything anew and keeps the "
            + "old file as measurements.previous.csv\n"
        try expect(scratch.unroll("run", "tiny.yaml"), Ending(65, complaint: complaint))
        #expect(try scratch.read(RunCommandTests.csv) == before)
    }

    @Test("A trial predicted to need too much memory is not started")
    func outOfMemory() throws {
        let scratch = try tiny("limits: {memory: 16KiB}\n")
        let complaint = """
            tiny: lstm T=6 H=5 B=2 full: out_of_memory: predicted peak 32.8 KiB exceeds limits.memory 16.0 KiB; not started
            tiny: lstm T=6 H=5 B=2 binomial:slots=2: out_of_memory: predicted peak 31.8 KiB exceeds limits.memory 16.0 KiB; not started
            tiny: 2 trials measured, 2 failed, in results/tiny

            """
        try expect(scratch.unroll("run", "tiny.yaml", "--only", "length=6"), Ending(1, complaint: complaint))
        let failures = try rows(scratch).filter { $0.status != .ok }
        #expect(failures.map(\.status) == [.outOfMemory, .outOfMemory])
        #expect(
            failures[0].message == "predicted peak 32.8 KiB exceeds limits.memory 16.0 KiB; not started")
        #expect(failures.allSatisfy { $0.repetition == 1 && $0[.peakBytes] == nil })
    }

    @Test("A trial that takes too long is ended")
    func timedOut() throws {
        let scratch = try Scratch()
        try scratch.write(
            """
            experiment: slow
            model: {cell: lstm, input: 64, hidden: 256}
            batch: 2
            length: 20000
            strategies: [full]
            repetitions: 2
            limits: {time: 0.05}

            """, to: "slow.yaml")
        let complaint = """
            slow: lstm T=20000 H=256 B=2 full: timed_out: not ready within 0.05 s; killed
            slow: 0 trials measured, 1 failed, in results/slow

            """
        try expect(scratch.unroll("run", "slow.yaml"), Ending(1, complaint: complaint))
        let rows = try Results.read(file: "\(scratch.path)/results/slow/measurements.csv").rows
        #expect(rows.map(\.status) == [.timedOut])
        #expect(rows.first?.message == "not ready within 0.05 s; killed")
    }

    @Test("--verbose says every step")
    func verbose() throws {
        let ending = try tiny().unroll(
            "run", "tiny.yaml", "--verbose", "--only", "length=6", "--only", "strategy=full", "--only", "cell=lstm")
        // Times are what they are.
        let words = ending.complaint.split(separator: "\n").map { line in
            line.split(separator: " ").map { Double($0) != nil && $0.contains(where: { ".e".contains($0) }) ? "X" : $0 }
                .joined(separator: " ")
        }
        #expect(
            words == [
                "tiny: lstm T=6 H=5 B=2 full", "tiny: lstm T=6 H=5 B=2 full repetition 1: X s",
                "tiny: lstm T=6 H=5 B=2 full repetition 2: X s", "tiny: 1 trial measured, in results/tiny",
            ])
    }
}
