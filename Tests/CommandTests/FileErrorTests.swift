import Experiments
import Foundation
import Testing
import Trials

/// Files that are missing, malformed or cannot be written: what is said, and the code.
struct FileErrorTests {
    static let tiny = """
        experiment: tiny
        question: Does it run?
        model: {cell: [elman, lstm], input: 3, hidden: 5}
        batch: 2
        length: [6, 9]
        strategies:
          - full
          - binomial: {slots: 2}
        repetitions: 2

        """

    @Test("An experiment file that is missing")
    func missing() throws {
        let scratch = try Scratch()
        try expect(
            scratch.unroll("run", "missing.yaml"),
            Ending(74, complaint: "unroll: missing.yaml: cannot be read: No such file or directory\n"))
        try expect(
            scratch.unroll("reproduce"),
            Ending(
                74,
                complaint:
                    "unroll: experiments/sequence-length.yaml: cannot be read: No such file or directory\n"))
        #expect(scratch.contents == [])
    }

    static let badFiles: [(text: String, complaint: String)] = [
        ("", "1:1: the file is empty; allowed: an experiment, as in 'experiment: name'"),
        (
            "experiment: [\n",
            "2:1: no YAML: while parsing a flow node: did not find expected node content; allowed: YAML 1.1"
        ),
        (
            "experiment: tiny\nmodell: 3\n",
            "2:1: unknown key 'modell' (nearest: 'model') in the file; allowed: experiment, question, model, batch, length, strategies, "
                + "task, inputs, input_projection, variant, recurrent_weights, scalar, threads, repetitions, warmup, seed, "
                + "updates, update_each, optimizer, learning_rate, clip, validation, engine, records, rounding, states, together, "
                + "limits, disk"
        ),
        (
            tiny.replacingOccurrences(of: "slots: 2", with: "slots: [2, x]"),
            "8:27: 'slots' is 'x'; allowed: a whole number from 1 to 1000000000"
        ),
        (
            tiny.replacingOccurrences(of: "[elman, lstm]", with: "[elman, lstn]"),
            "3:23: 'cell' is 'lstn' (nearest: 'lstm'); allowed: elman, lstm, gru, linear, peephole, elstm, mingru, minlstm, lru, slstm, layernorm, projected:width=N, leapgru:bits=N, revgru:bits=N, revlstm:bits=N"
        ),
        (
            tiny.replacingOccurrences(of: "hidden: 5", with: "hidden: 0"),
            "3:48: 'hidden' is '0'; allowed: a whole number from 1 to 65536"
        ),
        (
            tiny + "limits: {time: 1ms}\n",
            "10:16: 'time' is '1ms'; allowed: a time such as 30s, 10min, 2h or a number of seconds, more than 0 and "
                + "at most 8760h"
        ),
    ]

    @Test("A malformed experiment file, with a good one before it: nothing runs", arguments: badFiles)
    func malformed(text: String, complaint: String) throws {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny, to: "tiny.yaml")
        try scratch.write(text, to: "bad.yaml")
        try expect(
            scratch.unroll("run", "tiny.yaml", "bad.yaml"), Ending(65, complaint: "unroll: bad.yaml:\(complaint)\n"))
        #expect(scratch.contents == ["bad.yaml", "tiny.yaml"])
    }

    @Test("Two experiments with one name")
    func twins() throws {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny, to: "tiny.yaml")
        try scratch.write(FileErrorTests.tiny, to: "twin.yaml")
        try expect(
            scratch.unroll("run", "tiny.yaml", "twin.yaml"),
            Ending(65, complaint: "unroll: twin.yaml: experiment 'tiny' is in another file too\n"))
        #expect(scratch.contents == ["tiny.yaml", "twin.yaml"])
    }

    @Test("Results that are missing or malformed")
    func results() throws {
        let scratch = try Scratch()
        try scratch.write("nothing\n", to: "text.csv")
        try scratch.write("", to: "empty.csv")
        let header = Results.header.joined(separator: ",")
        try scratch.write(header.replacingOccurrences(of: "trial,", with: "trail,") + "\n", to: "header.csv")
        try scratch.write(header + "\ntiny,1\n", to: "short.csv")
        let trial = try Trial(words: [])
        let row = Row(experiment: "x", trial: trial, repetition: 1, status: .ok)
        try scratch.write(Results.text([row, row]), to: "twice.csv")
        try scratch.write(Results.text([row]).replacingOccurrences(of: ",ok,", with: ",fine,"), to: "status.csv")
        try FileManager.default.createDirectory(atPath: scratch.path + "/none", withIntermediateDirectories: true)

        for (path, code, complaint) in [
            ("missing", 74, "missing: cannot read it: No such file or directory"),
            ("none", 65, "none: no measurements.csv here or one directory below"),
            (
                "empty.csv", 65,
                "empty.csv:2: the line is cut short, as by a process that was killed; 'unroll run' measures what is missing, or "
                    + "delete the line"
            ),
            (
                "text.csv", 65,
                "text.csv:1: the file is no measurements.csv: its first line is 'nothing'; allowed: experiment,trial,…"
            ),
            ("header.csv", 65, "header.csv:1: missing columns: trial; unknown columns: 'trail'"),
            ("short.csv", 65, "short.csv:2: 2 fields; the header has \(Results.header.count)"),
            ("twice.csv", 65, "twice.csv:3: repetition 1 of trial \(trial.identifier) stands in line 2 already"),
            ("status.csv", 65, "status.csv:2: 'status' is 'fine'; allowed: ok, out_of_memory, timed_out, failed"),
        ] as [(String, Int32, String)] {
            try expect(scratch.unroll("compare", path), Ending(code, complaint: "unroll: \(complaint)\n"))
        }
    }

    /// Below a regular file nobody can write, root included.
    @Test("A FIFO or a device where a file should be is said, and not waited for")
    func noFiles() throws {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny, to: "tiny.yaml")
        #expect(try scratch.unroll("run", "tiny.yaml", "--quiet").code == 0)
        let commands = [
            "measurements.csv": [["compare", "results"], ["merge", "results/tiny"]],
            "environment.json": [["report", "results/tiny"]],
            "experiment.yaml": [["merge", "results/tiny"]],
        ]
        for (name, commands) in commands {
            for words in commands {
                let path = "\(scratch.path)/results/tiny/\(name)"
                for (kind, reason) in [
                    ("fifo", "It is a pipe into which nothing is written"), ("link", "It is a device"),
                ] {
                    try FileManager.default.moveItem(atPath: path, toPath: path + ".kept")
                    if kind == "fifo" { mkfifo(path, 0o666) } else { symlink("/dev/zero", path) }
                    let ending = try scratch.start(words).wait(upTo: .seconds(10))
                    #expect(
                        ending?.code == 74 && ending?.complaint.contains(reason) == true,
                        "\(words) \(name): \(ending as Any)")
                    try FileManager.default.removeItem(atPath: path)
                    try FileManager.default.moveItem(atPath: path + ".kept", toPath: path)
                }
            }
        }
        // A pipe with a writer is read to its end.
        let piped = try scratch.run(
            "/bin/bash", ["-c", "\"$0\" compare <(cat results/tiny/measurements.csv)", Program.unroll.path])
        #expect(piped.code == 0, "\(piped)")
    }

    @Test("A results directory that cannot be made")
    func unwritableResults() throws {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny, to: "tiny.yaml")
        try expect(
            scratch.unroll("run", "tiny.yaml", "--results", "tiny.yaml/x"),
            Ending(74, complaint: "unroll: tiny.yaml/x/tiny: cannot make the directory: Not a directory\n"))
        #expect(scratch.contents == ["tiny.yaml"])
    }

    /// The shell's limit on file sizes stands for a full disk; it counts in blocks of 512 bytes.
    @Test("A disk that is full", arguments: 1...5)
    func fullDisk(blocks: Int) throws {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny, to: "tiny.yaml")
        let script = "ulimit -f \(blocks) && exec \"$0\" run tiny.yaml"
        try expect(
            scratch.run("/bin/sh", ["-c", script, Program.unroll.path]),
            Ending(
                74, complaint: "unroll: results/tiny/measurements.csv: cannot write it: File too large\n"))
        let header = Results.header.joined(separator: ",").utf8.count + 1
        guard blocks * 512 >= header else {
            #expect(scratch.contents == ["results", "results/tiny", "tiny.yaml"])
            return
        }
        let kept = try Results.read(file: "\(scratch.path)/results/tiny/measurements.csv")
        #expect(!kept.isTruncated)
        #expect(kept.rows.allSatisfy { $0.status == .ok } && kept.rows.count < 16)

        // With room again, it goes on.
        #expect(try scratch.unroll("run", "tiny.yaml").code == 0)
        #expect(try Results.read(file: "\(scratch.path)/results/tiny/measurements.csv").rows.count == 16)
    }

    @Test("unroll alone, without the program that measures")
    func alone() throws {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny, to: "tiny.yaml")
        let copy = scratch.path + "/unroll"
        try FileManager.default.copyItem(atPath: Program.unroll.path, toPath: copy)
        let complaint =
            "unroll: unroll-trial is not next to this program; build both with: swift build -c release\n"
        for words in [["run", "tiny.yaml"], ["measure", "--strategy", "full"], ["doctor"], ["benchmark"]] {
            try expect(scratch.run(copy, words), Ending(69, complaint: complaint))
        }
        #expect(scratch.contents == ["tiny.yaml", "unroll"])
        #expect(try scratch.run(copy, ["run", "tiny.yaml", "--dry-run"]).code == 0)
    }

    @Test("Standard error that is closed or full changes no exit code")
    func noComplaints() throws {
        for redirection in ["2>&-", "2>/dev/full"] {
            let script = "exec \"$0\" run missing.yaml \(redirection)"
            try expect(Scratch().run("/bin/sh", ["-c", script, Program.unroll.path]), Ending(74))
        }
    }
}
