import Experiments
import Foundation
import Testing
import Trials

/// What `unroll export` refuses, and what it leaves then: the old file, and nothing else.
struct ExportErrorTests {
    private func fixture() throws -> Scratch {
        let scratch = try Scratch()
        let rows = try (1...3).map { repetition in
            Row(
                experiment: "a", trial: try Trial(words: ["cell=lstm", "strategy=full"]), repetition: repetition,
                status: .failed, message: "late")
        }
        try scratch.write(Results.text(rows), to: "r/a/measurements.csv")
        try scratch.write("old", to: "out")
        return scratch
    }

    private static let outputs = [["--output", "out"], ["--format", "sqlite", "--output", "out"]]

    @Test("Results that are torn, bad, twice there or not there", arguments: outputs)
    func results(output: [String]) throws {
        let scratch = try fixture()
        let good = try scratch.read("r/a/measurements.csv")
        let torn =
            ":4: the line is cut short, as by a process that was killed; 'unroll run' measures what is missing, or "
            + "delete the line\n"
        for (text, complaint) in [
            (String(good.dropLast(4)), "unroll: bad/measurements.csv\(torn)"),
            (
                good.replacing(",3,failed,", with: ",3,fine,"),
                "unroll: bad/measurements.csv:4: 'status' is 'fine'; allowed: ok, out_of_memory, timed_out, failed\n"
            ),
        ] {
            try scratch.write(text, to: "bad/measurements.csv")
            try expect(
                scratch.run(Program.unroll.path, ["export", "bad"] + output), Ending(65, complaint: complaint))
        }
        try expect(
            scratch.run(Program.unroll.path, ["export", "none"] + output),
            Ending(74, complaint: "unroll: none: cannot read it: No such file or directory\n"))
        try scratch.write("", to: "empty/file")
        try expect(
            scratch.run(Program.unroll.path, ["export", "empty"] + output),
            Ending(65, complaint: "unroll: empty: no measurements.csv here or one directory below\n"))
        try expect(
            scratch.run(Program.unroll.path, ["export", "r/a", "r"] + output),
            Ending(
                65,
                complaint:
                    "unroll: experiment 'a' is in two places, r/a/measurements.csv and r/a/measurements.csv: name one of "
                    + "them, move the other away, or join them with 'unroll merge'\n"))
        #expect(try scratch.read("out") == "old")
        #expect(scratch.contents.filter { $0.hasPrefix("out") } == ["out"])
    }

    @Test("Formats and outputs that are none")
    func usage() throws {
        let scratch = try fixture()
        let usage =
            "Usage: unroll export <results> ... [--format <format>] [--output <file>]\n"
            + "  See 'unroll export --help' for more information.\n"
        try expect(
            scratch.unroll("export", "r", "--format", "xml"),
            Ending(
                64,
                complaint:
                    "Error: The value 'xml' is invalid for '--format <format>': unknown format 'xml'; allowed: jsonl, "
                    + "sqlite, parquet\nHelp:  --format <format>  What to write.\n" + usage))
        try expect(
            scratch.unroll("export", "r", "--format", "sqlite"),
            Ending(
                64,
                complaint: "Error: '--format sqlite' writes a database, which is a file: give '--output FILE'\n" + usage
            ))
        for (target, reason) in [
            ("/dev/full", "a database needs a regular file"), ("r", "Is a directory"),
            ("none/x", "No such file or directory"), ("-", "a database needs a regular file"),
        ] {
            try expect(
                scratch.unroll("export", "r", "--format", "sqlite", "--output", target),
                Ending(74, complaint: "unroll: cannot write '\(target)': \(reason)\n"))
        }
        #expect(
            try PseudoTerminal(columns: 200).run(
                Program.unroll.path, ["export", "r", "--format", "parquet"], directory: scratch.path
            ).text.contains("'--format parquet' is nothing to read on a terminal: give '--output FILE'"))
    }

    /// As a full disk, but without one: no file may have more than so many blocks.
    @Test("A database for which there is no room leaves the old file", arguments: outputs)
    func full(output: [String]) throws {
        let scratch = try fixture()
        let trial = try Trial(words: ["cell=lstm", "strategy=full"])
        let rows = (1...400).map {
            Row(
                experiment: "a", trial: trial, repetition: $0, status: .failed,
                message: String(repeating: "x", count: 900))
        }
        try scratch.write(Results.text(rows), to: "r/a/measurements.csv")
        let line = "ulimit -f 64; exec \"$0\" export r \"$@\""
        try expect(
            scratch.run("/bin/bash", ["-c", line, Program.unroll.path] + output),
            Ending(74, complaint: "unroll: cannot write 'out': File too large\n"))
        #expect(try scratch.read("out") == "old")
        #expect(scratch.contents.filter { $0.hasPrefix("out") } == ["out"])
    }

    @Test("An interrupt leaves the old file", arguments: outputs)
    func interrupted(output: [String]) throws {
        let scratch = try fixture()
        // A pipe that the reader itself could write to has no end, and holds it up.
        let line = "mkfifo pipe; exec 3<>pipe; head -2 r/a/measurements.csv >&3; exec \"$0\" export pipe \"$@\""
        // Whoever runs the tests may have the signal ignored.
        let words = ["--default-signal=INT", "bash", "-c", line, Program.unroll.path] + output
        let running = try scratch.start("/usr/bin/env", words)
        #expect(wait { scratch.exists("out.new") })
        usleep(100_000)
        running.signal(SIGINT)
        try expect(running.wait(), Ending(130, complaint: "unroll: interrupted; 'out' is as it was\n"))
        #expect(try scratch.read("out") == "old")
        #expect(scratch.contents.filter { $0.hasPrefix("out") } == ["out"])
    }
}
