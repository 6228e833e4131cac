import Experiments
import Foundation
import Testing
import Trials

/// A task's file is known by its content.
struct ContentCommandTests {
    private static let model = [
        "--input", "256", "--hidden", "5", "--batch", "2", "--length", "6", "--strategy", "full",
    ]
    private static let experiment = """
        experiment: tiny
        model: {cell: elman, input: 256, hidden: 5}
        batch: 2
        length: 6
        strategies: [full, segmented]
        task: text:file=book.txt
        repetitions: 1

        """

    private func content(_ scratch: Scratch, _ file: String) throws -> String {
        try Content(file: "\(scratch.path)/\(file)").description
    }

    private func train(_ scratch: Scratch, _ file: String, _ words: String...) throws -> Ending {
        try scratch.run(
            Program.unroll.path,
            ["train", "--task", "text:file=\(file)", "--format", "csv"] + ContentCommandTests.model + words)
    }

    @Test("A checkpoint goes on over the same bytes, wherever they stand, and over no others")
    func resume() throws {
        let scratch = try Scratch()
        try scratch.write(String(repeating: "the quick brown fox ", count: 20), to: "book.txt")
        #expect(try train(scratch, "book.txt", "--updates", "2", "--checkpoint", "c.st").code == 0)
        let before = try content(scratch, "book.txt")
        try FileManager.default.moveItem(atPath: scratch.path + "/book.txt", toPath: scratch.path + "/moved.txt")
        // One letter, and nothing of the length.
        try scratch.write(String(repeating: "the quick brown fix ", count: 20), to: "book.txt")
        try expect(
            train(scratch, "book.txt", "--updates", "4", "--resume", "c.st"),
            Ending(
                65,
                complaint: "unroll: 'c.st' is of another training: 'task_content' is '\(before)' there and "
                    + "'\(try content(scratch, "book.txt"))' here\n"))
        try expect(
            Ending(0, complaint: train(scratch, "moved.txt", "--updates", "4", "--resume", "c.st").complaint), Ending(0)
        )
        let faster = try train(scratch, "moved.txt", "--updates", "4", "--resume", "c.st", "--learning-rate", "0.01")
        #expect(faster.code == 0)
        #expect(faster.complaint == "unroll: from update 2 on 'learning_rate' is '0.01', before it was '0.001'\n")
    }

    @Test("Results of two contents are two trials: a run and a dry run say so, and nothing is lost")
    func run() throws {
        let scratch = try Scratch()
        try scratch.write(ContentCommandTests.experiment, to: "tiny.yaml")
        try scratch.write(String(repeating: "abc ", count: 20), to: "book.txt")
        #expect(try scratch.unroll("run", "tiny.yaml", "--quiet").code == 0)
        let first = try content(scratch, "book.txt")
        let csv = "\(scratch.path)/results/tiny/measurements.csv"
        let old = try Results.read(file: csv).rows
        #expect(old.map { $0.trial[.content] } == [first, first])
        #expect(
            try scratch.unroll("run", "tiny.yaml").withoutAnswers.complaint
                == "tiny: nothing is missing of 2 trials, in results/tiny; next: unroll compare results/tiny\n")

        try scratch.write(String(repeating: "abd ", count: 20), to: "book.txt")
        let second = try content(scratch, "book.txt")
        let sentence = "2 rows are of other bytes in 'book.txt' (\(first), now \(second)): another trial"
        let dry = try scratch.unroll("run", "tiny.yaml", "--dry-run")
        #expect(dry.code == 0 && dry.output.contains("2 to measure\n") && dry.output.contains("\n\(sentence)\n"))
        try expect(
            scratch.unroll("run", "tiny.yaml").withoutAnswers,
            Ending(
                0,
                complaint: "tiny: \(sentence); kept in measurements.previous.csv\n"
                    + "tiny: 2 trials measured, in results/tiny; next: unroll compare results/tiny\n"))
        let new = try Results.read(file: csv).rows
        #expect(new.map { $0.trial[.content] } == [second, second])
        #expect(Set(old.map(\.trial.identifier)).isDisjoint(with: new.map(\.trial.identifier)))
        #expect(try scratch.read("results/tiny/measurements.previous.csv") == Results.text(old))
        try expect(
            scratch.unroll("run", "tiny.yaml", "--fresh").withoutAnswers,
            Ending(
                0,
                complaint: "tiny: everything is measured again; the old file, 2 rows, is kept as "
                    + "measurements.2.previous.csv\n"
                    + "tiny: 2 trials measured, in results/tiny; next: unroll compare results/tiny\n"))
        // Held against each other, they have no trial in common.
        try scratch.write(Results.text(old), to: "old.csv")
        let both = try scratch.unroll("compare", "results", "old.csv", "--format", "csv")
        #expect(both.code == 0 && both.table[0].contains("task_content") && both.table.count == 1 + 4)
    }

    @Test("Shards of two contents are not joined")
    func merge() throws {
        let scratch = try Scratch()
        try scratch.write(
            ContentCommandTests.experiment.replacingOccurrences(of: "length: 6", with: "length: [6, 7]"),
            to: "tiny.yaml")
        try scratch.write(String(repeating: "abc ", count: 20), to: "book.txt")
        for (results, shard) in [("a", "1/2"), ("a", "2/2")] {
            #expect(try scratch.unroll("run", "tiny.yaml", "--results", results, "--shard", shard, "--quiet").code == 0)
        }
        #expect(try scratch.unroll("merge", "a", "--into", "joined", "--quiet") == Ending(0))
        let first = try content(scratch, "book.txt")
        try scratch.write(String(repeating: "abd ", count: 20), to: "book.txt")
        #expect(try scratch.unroll("run", "tiny.yaml", "--results", "b", "--quiet").code == 0)
        let ending = try scratch.unroll("merge", "a", "b", "--into", "both")
        #expect(ending.code == 65)
        #expect(
            ending.complaint.hasSuffix(
                "'task_content' is '\(try content(scratch, "book.txt"))', but '\(first)' in a/tiny/measurements.2-of-2.csv; results "
                    + "of different bytes are of different trials: measure again what is of the wrong ones\n"))
        #expect(!scratch.exists("both/tiny/measurements.csv"))
    }

    @Test("The measured process holds the bytes it maps against those it is asked for")
    func verified() throws {
        let scratch = try Scratch()
        try scratch.write(String(repeating: "abc ", count: 20), to: "book.txt")
        let words = ["measure", "task=text:file=book.txt", "input=256", "hidden=5", "batch=2", "length=6"]
        let now = try content(scratch, "book.txt")
        #expect(try scratch.run(Program.trial.path, words + ["task_content=\(now)"]).code == 0)
        try expect(
            scratch.run(Program.trial.path, words + ["task_content=80-0123456789abcdef"]),
            Ending(
                65,
                complaint:
                    "'book.txt' is '\(now)' now, and the trial is of '80-0123456789abcdef': other bytes are another trial\n"
            ))
    }

    @Test("What is no regular file is refused and not waited for", arguments: ["measure", "train", "run"])
    func fifo(command: String) throws {
        let scratch = try Scratch()
        try scratch.write(ContentCommandTests.experiment, to: "tiny.yaml")
        #expect(mkfifo(scratch.path + "/book.txt", 0o600) == 0)
        let model = ["--task", "text:file=book.txt"] + ContentCommandTests.model
        let words =
            switch command {
            case "run": ["run", "tiny.yaml"]
            case "train": ["train", "--updates", "2"] + model
            default: ["measure"] + model
            }
        try expect(
            scratch.run(Program.unroll.path, words),
            Ending(74, complaint: "unroll: 'book.txt' is not a regular file; a text is\n"))
        let resume = ["train", "--updates", "2", "--resume", "book.txt"] + ContentCommandTests.model
        try expect(
            scratch.run(Program.unroll.path, resume),
            Ending(74, complaint: "unroll: 'book.txt' is not a regular file; a checkpoint is\n"))
    }

    /// The file is damaged between two repetitions: the process answers a line when it is asked.
    @Test(
        "A text that is cut short or written to during a run ends it in a sentence",
        arguments: ["cut", "written"], ["", ",encoding=utf8"])
    func damaged(damage: String, encoding: String) throws {
        let scratch = try Scratch()
        let file = scratch.path + "/book.txt"
        try scratch.write(String(repeating: "ab", count: 100_000), to: "book.txt")
        // Writes and cuts when the process is ready, then asks for a repetition.
        let change = damage == "cut" ? ": > book.txt" : "printf x >> book.txt"
        let script = """
            mkfifo asked
            "$0" measure 'task=text:file=book.txt\(encoding)' input=256 hidden=5 batch=2 length=6 < asked > answers &
            exec 3> asked
            while ! grep -q ready answers 2> /dev/null; do sleep 0.01; done
            \(change)
            echo go >&3
            exec 3>&-
            wait $!
            """
        let ending = try scratch.run("/bin/sh", ["-c", script, Program.trial.path])
        let messages = [
            "cut": Ending(74, complaint: "'book.txt' was cut short while it was read\n"),
            "written": Ending(
                65,
                complaint:
                    "'book.txt' was written to while it was read; what was measured of it is of neither content\n"),
        ]
        try expect(ending, #require(messages[damage]))
        #expect(FileManager.default.fileExists(atPath: file))
    }
}
