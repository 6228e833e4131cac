import Experiments
import Foundation
import Reports
import Testing
import Trials

/// `unroll run` end to end on an experiment that takes no time.
struct RunCommandTests {
    static let files = [
        "results", "results/tiny", "results/tiny/comparison.csv", "results/tiny/comparison.md",
        "results/tiny/environment.json", "results/tiny/experiment.yaml", "results/tiny/measurements.csv", "tiny.yaml",
    ]
    static let csv = "results/tiny/measurements.csv"

    func tiny(_ more: String = "") throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny + more, to: "tiny.yaml")
        return scratch
    }

    func rows(_ scratch: Scratch) throws -> [Row] {
        let results = try Results.read(file: "\(scratch.path)/\(RunCommandTests.csv)")
        #expect(!results.isTruncated)
        return results.rows
    }

    /// Trial and repetition of every row, in order.
    func keys(_ rows: [Row]) -> [String] {
        rows.map { "\($0.trial.cell) \($0.trial.length) \($0.trial.strategy) \($0.repetition)" }.sorted()
    }

    static let allKeys = ["elman", "lstm"].flatMap { cell in
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
            scratch.unroll("run", "tiny.yaml").withoutAnswers,
            Ending(0, complaint: "tiny: 8 trials measured, in results/tiny; next: unroll compare results/tiny\n"))
        #expect(scratch.contents == RunCommandTests.files)

        let text = try scratch.read(RunCommandTests.csv)
        #expect(text.hasPrefix(Results.header.joined(separator: ",") + "\n"))
        let measured = try rows(scratch)
        #expect(keys(measured) == RunCommandTests.allKeys)
        let own = try #require(try Experiments.Environment.read(from: "\(scratch.path)/results/tiny"))
        for row in measured {
            #expect(row.origin == own.origin)
            #expect(row.experiment == "tiny" && row.status == .ok)
            #expect(row[.predictionGapBytes] == 0)
            #expect(row[.peakBytes] == row[.predictedPeakBytes])
            #expect(row[.forwardSteps] == row[.predictedForwardSteps])
        }

        let environment = try scratch.json("results/tiny/environment.json")
        // Of the program, wherever it runs; where it was built from an archive nothing is known of changes.
        let commit = try #require(environment["commit"] as? String)
        let version = try scratch.unroll("--version").output
        #expect(version.hasPrefix("0.1.0, commit \(commit)"))
        #expect((environment["dirty"] as? Bool == true) == version.contains("with changes"))
        #expect(
            Set(environment.keys).subtracting(["dirty", "processor_quota"]) == [
                "commit", "unroll_fingerprint",
                "blas_configuration", "blas_version", "cores", "cpu_model", "effort", "end_time", "host_name",
                "jemalloc_configuration", "jemalloc_version", "kernel", "memory_bytes", "program_fingerprint",
                "start_time",
                "swift_version", "unroll_version", "warmup_seconds",
            ])
        let effort = try #require(environment["effort"] as? [String: Double])
        #expect(
            Set(effort.keys) == [
                "training_seconds", "preparation_seconds", "audit_seconds", "reference_seconds", "warmup_seconds",
                "repetition_seconds", "wall_seconds",
            ])
        #expect(effort.values.allSatisfy { $0 > 0 })
        #expect(effort["training_seconds"]! < effort["repetition_seconds"]!)
        #expect(effort["repetition_seconds"]! + effort["preparation_seconds"]! < effort["wall_seconds"]!)
        #expect(try scratch.read("results/tiny/experiment.yaml") == FileErrorTests.tiny)
        let comparison = try scratch.unroll("compare", "results/tiny", "--format", "csv")
        try expect(comparison, Ending(0, output: scratch.read("results/tiny/comparison.csv")))
        let page = try scratch.unroll("compare", "results", "--format", "markdown", "--wide").output
        let summary = try scratch.unroll("compare", "results", "--format", "markdown", "--summary").output
        #expect(try scratch.read("results/tiny/comparison.md") == page + "\nGeometric means:\n\n" + summary)

        // What was found, and what to do next, at the end of every run.
        let again = try scratch.unroll("run", "tiny.yaml")
        let answer = try Answer.sentence(rows(scratch)).plain
        #expect(again.complaint.hasPrefix("tiny: \(answer)\ntiny: nothing is missing"), "\(again)")
        expect(
            again.withoutAnswers,
            Ending(
                0,
                complaint: "tiny: nothing is missing of 8 trials, in results/tiny; next: unroll compare results/tiny\n")
        )
        #expect(try scratch.read(RunCommandTests.csv) == text)
    }

    @Test("--fresh measures anew and keeps the old file, whatever is in it")
    func fresh() throws {
        let scratch = try tiny()
        let previous = ["results/tiny/measurements.previous.csv", "results/tiny/measurements.2.previous.csv"]
        for (old, name) in zip(["nonsense\n", Results.header.joined(separator: ",") + "\n"], previous) {
            try scratch.write(old, to: RunCommandTests.csv)
            try expect(scratch.unroll("run", "tiny.yaml", "--fresh", "--quiet"), Ending(0))
            #expect(try scratch.read(name) == old)
            #expect(keys(try rows(scratch)) == RunCommandTests.allKeys)
        }
        // The second did not take the place of the first.
        #expect(try scratch.read(previous[0]) == "nonsense\n")
        #expect(scratch.contents == (RunCommandTests.files + previous).sorted())
    }

    @Test("A malformed file of results is left alone")
    func malformed() throws {
        let scratch = try tiny()
        try scratch.write("nonsense\n", to: RunCommandTests.csv)
        let complaint =
            "unroll: \(RunCommandTests.csv):1: the file is no measurements.csv: its first line is 'nonsense'; allowed: "
            + "experiment,trial,…\n"
        try expect(scratch.unroll("run", "tiny.yaml"), Ending(65, complaint: complaint))
        try expect(scratch.unroll("run", "tiny.yaml", "--dry-run"), Ending(65, complaint: complaint))
        #expect(try scratch.read(RunCommandTests.csv) == "nonsense\n")
    }

    @Test("--dry-run shows the trials and writes nothing")
    func dryRun() throws {
        let scratch = try tiny()
        let expected = """
            tiny: Does it run?
            4 trials, 2 repetitions, 4 to measure

            cell   layers  input  hidden  batch  length, steps  strategy          predicted peak  forward steps  predicted time  state
            elman       1      3       5      2              6  full                    45.4 KiB              6         70.0 ms  to measure
            elman       1      3       5      2              6  binomial:slots=2        45.3 KiB             14         70.4 ms  to measure
            lstm        1      3       5      2              6  full                    89.4 KiB              6         70.1 ms  to measure
            lstm        1      3       5      2              6  binomial:slots=2        88.4 KiB             14         70.4 ms  to measure

            about 0.8 s to measure, by 2 networks at 20 GFLOP/s, for nothing is timed here


            """
        let words = ["run", "tiny.yaml", "--dry-run", "--only", "length=6"]
        try expect(
            scratch.run(Program.unroll.path, words + ["--offline"]), Ending(0, output: expected))
        // Times are what they are now.
        let online = try scratch.run(Program.unroll.path, words).output
        #expect(online.contains(" s to measure, by steps of 2 networks timed now\n"))
        #expect(scratch.contents == ["tiny.yaml"])

        _ = try scratch.unroll("run", "tiny.yaml", "--only", "cell=elman")
        let again = try scratch.unroll("run", "tiny.yaml", "--dry-run", "--only", "length=6").output
        #expect(again.contains("\n4 trials, 2 repetitions, 2 to measure\n"))
        #expect(again.contains(" s to measure, by steps of 1 network timed now\n"))
        let states = again.split(separator: "\n").filter { $0.contains("  1      3  ") }.map { line in
            (line.hasPrefix("elman"), line.hasSuffix("  measured"), line.hasSuffix("  to measure"))
        }
        #expect(states.count == 4 && states.allSatisfy { $0.0 == $0.1 && $0.0 != $0.2 })
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
        let complaint = """
            tiny: 1 row of trials that lack repetitions, measured again; kept in measurements.previous.csv
            tiny: 2 trials measured, in results/tiny; next: unroll compare results/tiny

            """
        try expect(scratch.unroll("run", "tiny.yaml").withoutAnswers, Ending(0, complaint: complaint))
        let now = try rows(scratch)
        #expect(keys(now) == RunCommandTests.allKeys)
        #expect(now.prefix(12) == all.filter { $0.trial.length != 6 || $0.trial[.cell] != "lstm" }[...])
    }

    @Test("A torn last line is repaired, in the middle of a row or after all of them")
    func torn() throws {
        let scratch = try tiny()
        _ = try scratch.unroll("run", "tiny.yaml")
        let whole = try scratch.read(RunCommandTests.csv)
        try scratch.write(String(whole.dropLast(40)), to: RunCommandTests.csv)
        let complaint = """
            tiny: the last line is cut short; the old file is kept as measurements.previous.csv
            tiny: 1 row of trials that lack repetitions, measured again; the old file is kept as measurements.previous.csv
            tiny: 1 trial measured, in results/tiny; next: unroll compare results/tiny

            """
        try expect(scratch.unroll("run", "tiny.yaml").withoutAnswers, Ending(0, complaint: complaint))
        #expect(try scratch.read("results/tiny/measurements.previous.csv") == whole.dropLast(40))
        #expect(keys(try rows(scratch)) == RunCommandTests.allKeys)

        let complete = try scratch.read(RunCommandTests.csv)
        try scratch.write(complete + "tiny,abc", to: RunCommandTests.csv)
        try expect(
            scratch.unroll("run", "tiny.yaml").withoutAnswers,
            Ending(
                0,
                complaint: "tiny: the last line is cut short; the old file is kept as measurements.2.previous.csv\n"
                    + "tiny: nothing is missing of 8 trials, in results/tiny; next: unroll compare results/tiny\n"))
        #expect(try scratch.read(RunCommandTests.csv) == complete)
    }
}
