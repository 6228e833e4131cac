import Experiments
import Foundation
import Testing
import Trials

/// Tasks from files, and files that cannot be written.
extension MeasureCommandTests {
    @Test("Tasks with classes: the prediction holds, and every exact strategy has the same loss")
    func classes() throws {
        let scratch = try Scratch()
        try scratch.write(
            String(repeating: "the quick brown fox jumps over the lazy dog. ", count: 9), to: "a text.txt")
        let strategies = ["full", "segmented", "bisection", "binomial:slots=2", "internal:slots=3", "online:slots=4"]
        for task in ["copy:delay=3", "reber", "text:file=a text.txt", "text:file=a text.txt,encoding=utf8"] {
            var losses: Set<Double> = []
            for strategy in strategies {
                let ending = try scratch.unroll(
                    "measure", "--strategy", strategy, "--task", task, "--input", "256", "--hidden", "100", "--batch",
                    "3", "--length", "17", "--repetitions", "1", "--format", "json")
                let row = try #require(objects(ending.output).first)
                #expect(row["task"] as? String == task)
                #expect(row["prediction_gap_bytes"] as? Int == 0)
                #expect(row["gradient_relative_error"] as? Double == 0)
                losses.insert(try #require(row["loss"] as? Double))
            }
            #expect(losses.count == 1, "\(task)")
        }
    }

    @Test("A text that cannot be trained on: why, and nothing written")
    func badTexts() throws {
        let scratch = try Scratch()
        try scratch.write("", to: "empty.txt")
        try scratch.write(String(repeating: "a", count: 53), to: "short.txt")
        try scratch.write(String(repeating: "ä漢🙂", count: 17), to: "characters.txt")
        try Data("ab\u{E4}c".utf8.dropLast(2) + "def".utf8).write(to: URL(fileURLWithPath: scratch.path + "/cut.txt"))
        for (file, code, message) in [
            ("none.txt", 74, "cannot read 'none.txt': No such file or directory"),
            ("/tmp", 74, "'/tmp' is not a regular file; a text is"),
            ("empty.txt", 65, "'empty.txt' is empty; there is nothing to predict"),
            (
                "short.txt", 65,
                "'short.txt' has 53 bytes; 3 sequences of 17 steps, and the byte after each, take 54"
            ),
            (
                "characters.txt,encoding=utf8", 65,
                "'characters.txt' has 51 characters; 3 sequences of 17 steps, and the character after each, take 54"
            ),
            (
                "cut.txt,encoding=utf8", 65,
                "'cut.txt' is not UTF-8: no character begins at byte 2, counted from 0; without 'encoding=utf8' it is read "
                    + "byte by byte"
            ),
        ] as [(String, Int32, String)] {
            let ending = try scratch.unroll(
                "measure", "--strategy", "full", "--task", "text:file=\(file)", "--input", "256", "--batch", "3",
                "--length", "17", "--export", "e.safetensors")
            expect(ending, Ending(code, complaint: "unroll: \(message)\n"))
        }
        let ending = try scratch.unroll(
            "measure", "--strategy", "full", "--task", "text:file=characters.txt,encoding=utf8", "--input", "2",
            "--batch", "3", "--length", "16")
        let message = "'characters.txt' has 3 different characters, and 'input' is 2; allowed: at least 3"
        expect(ending, Ending(65, complaint: "unroll: \(message)\n"))
        #expect(scratch.contents == ["characters.txt", "cut.txt", "empty.txt", "short.txt"])
    }

    @Test("Files that cannot be written are refused before anything is measured")
    func unwritable() throws {
        let scratch = try Scratch()
        try scratch.write("", to: "file")
        for option in ["--export", "--timeline", "--evidence"] {
            for (path, reason) in [("none/x", "No such file or directory"), ("file/x", "Not a directory")] {
                try expect(
                    measure(scratch, "--strategy", "full", option, path),
                    Ending(74, complaint: "unroll: cannot write '\(path)': \(reason)\n"))
            }
        }
        #expect(scratch.contents == ["file"])
    }

    @Test("What fails only when it is written is told by the measured process; nothing half written stays")
    func unwritableLater() throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(atPath: scratch.path + "/taken", withIntermediateDirectories: true)
        for option in ["--export", "--timeline", "--evidence"] {
            try expect(
                measure(scratch, "--strategy", "full", option, "taken"),
                Ending(74, complaint: "unroll: cannot write 'taken': Is a directory\n"))
        }
        let script = "ulimit -f 1 && exec \"$0\" measure --strategy full --length 2 --export e.safetensors"
        try expect(
            scratch.run("/bin/sh", ["-c", script, Program.unroll.path]),
            Ending(74, complaint: "unroll: cannot write 'e.safetensors': File too large\n"))
        #expect(scratch.contents == ["taken"])
    }
}
