import Foundation
import Testing

/// Every option that names an output, to every kind of target.
struct OutputTests {
    /// A command, the option that names its output, and how the output begins.
    struct Option: CustomTestStringConvertible, Sendable {
        let words: [String]
        let name: String
        let start: String

        var testDescription: String { "\(words[0]) \(name)" }
    }

    private static let measure = [
        "measure", "--strategy", "full", "--length", "4", "--input", "3", "--hidden", "4", "--batch", "2",
        "--repetitions", "1",
    ]
    private static let train = [
        "train", "--strategy", "full", "--task", "adding", "--length", "4", "--hidden", "4", "--batch", "2",
        "--updates", "2",
    ]
    static let options = [
        Option(words: measure, name: "--timeline", start: "index,track,action,"),
        Option(words: measure, name: "--evidence", start: "parameter,elements,"),
        Option(words: measure, name: "--export", start: ""),
        Option(words: train, name: "--output", start: "task,cell,strategy,seed,update,"),
        Option(words: train, name: "--checkpoint", start: ""),
        Option(words: ["diagram", "--strategy", "full", "--length", "4"], name: "--output", start: "<svg "),
        Option(words: ["diagram", "--strategy", "full", "--length", "4"], name: "--play", start: "<!doctype html>"),
        Option(
            words: ["export", "\(Document.root)/results/bisection"], name: "--output",
            start: "{\"experiment\": \"bisection\", "),
    ]

    /// The help of all commands names no other output: each `--plot` needs gnuplot and is written by the same call as `diagram`'s.
    @Test func theseAreAll() throws {
        let dump = try object(Scratch().unroll("--experimental-dump-help").output)
        var found: [String] = []
        func visit(_ command: [String: Any]) {
            let name = command["commandName"] as? String ?? ""
            for argument in command["arguments"] as? [[String: Any]] ?? [] {
                let option = (argument["preferredName"] as? [String: Any])?["name"] as? String
                guard let option, ["file", "path"].contains(argument["valueName"] as? String) else { continue }
                found.append("\(name) --\(option)")
            }
            for inner in command["subcommands"] as? [[String: Any]] ?? [] { visit(inner) }
        }
        try visit(#require(dump["command"] as? [String: Any]))
        let outputs =
            OutputTests.options.map(\.testDescription) + [
                "train --plot", "history --plot", "advise --plot", "gauge --output", "benchmark --plot",
                "benchmark --output",
            ]
        #expect(Set(found).subtracting(["train --resume", "diagram --timeline"]) == Set(outputs))
    }

    private func run(_ scratch: Scratch, _ option: Option, to target: String, shell: String = "\"$@\"") throws -> Ending
    {
        try scratch.run(
            "/bin/bash", ["-c", shell, "bash", Program.unroll.path] + option.words + [option.name, target])
    }

    @Test("Regular files: made, replaced with their rights, and found at the end of links", arguments: options)
    func regular(option: Option) throws {
        let scratch = try Scratch()
        try scratch.write("old", to: "private")
        _ = try scratch.run("/bin/chmod", ["600", "private"])
        for (name, target) in [("chain", "link"), ("link", "private"), ("dangling", "made")] {
            try FileManager.default.createSymbolicLink(atPath: "\(scratch.path)/\(name)", withDestinationPath: target)
        }
        for (target, file) in [("new", "new"), ("private", "private"), ("chain", "private"), ("dangling", "made")] {
            let ending = try run(scratch, option, to: target)
            #expect(ending.code == 0 && ending.complaint.isEmpty, "\(target): \(ending)")
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(scratch.path)/\(file)"))
            #expect(data.starts(with: option.start.utf8) && data.count > 20, "\(target)")
        }
        #expect(scratch.contents == ["chain", "dangling", "link", "made", "new", "private"])
        for link in ["chain", "link", "dangling"] {
            #expect(throws: Never.self) {
                try FileManager.default.destinationOfSymbolicLink(atPath: "\(scratch.path)/\(link)")
            }
        }
        let rights = try FileManager.default.attributesOfItem(atPath: scratch.path + "/private")[.posixPermissions]
        #expect(rights as? Int == 0o600)
    }

    @Test("Standard output, descriptors and FIFOs get the output as it is", arguments: options)
    func streams(option: Option) throws {
        let scratch = try Scratch()
        for target in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
            // Into a pipe, and through a shell's redirection, after what stands there.
            let piped = try run(scratch, option, to: target, shell: "set -o pipefail; \"$@\" | cat > out")
            #expect(piped == Ending(0), "\(target): \(piped)")
            let data = try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/out"))
            #expect(data.starts(with: option.start.utf8) && data.count > 20, "\(target)")
            let added = try run(scratch, option, to: target, shell: "echo before > out; \"$@\" >> out")
            #expect(added == Ending(0), "\(target): \(added)")
            let more = try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/out"))
            #expect(more.starts(with: Data("before\n".utf8) + Data(option.start.utf8)), "\(target)")
        }
        for shell in [
            "\"$@\" 5> out > table",
            "mkfifo /dev/shm/$$; ln -s /dev/shm/$$ link; cat link > out & \"$@\" > table; code=$?; wait; rm /dev/shm/$$; exit $code",
            "set -- \"${@:1:$#-1}\"; \"$@\" >(cat > out; touch done) > table; code=$?; until [ -e done ]; do sleep .01; done; exit $code",
        ] {
            let target = shell.contains("5>") ? "/dev/fd/5" : "link"
            let ending = try run(scratch, option, to: target, shell: shell)
            #expect(ending == Ending(0), "\(shell): \(ending)")
            let data = try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/out"))
            #expect(data.starts(with: option.start.utf8) && data.count > 20, "\(shell)")
        }
        // No file under these names, and nothing temporary.
        #expect(scratch.contents == ["done", "link", "out", "table"])
    }

    @Test("Where nothing can be written: 74 and why", arguments: options)
    func refusals(option: Option) throws {
        let scratch = try Scratch()
        try scratch.write("", to: "folder/file")
        for (target, reason) in [
            ("/dev/full", "No space left on device"), ("folder", "Is a directory"),
            ("none/file", "No such file or directory"),
            ("folder/file/x", "Not a directory"), ("/dev/fd/77", "Bad file descriptor"),
            ("/proc/x", "No such file or directory"),
        ] {
            let ending = try run(scratch, option, to: target)
            #expect(
                ending == Ending(74, complaint: "unroll: cannot write '\(target)': \(reason)\n")
                    || ending.code == 74 && ending.complaint == "unroll: \(target): cannot write it: \(reason)\n",
                "\(ending)")
        }
        #expect(scratch.contents == ["folder", "folder/file"])
    }

    @Test("A reader that goes away", arguments: options)
    func brokenPipe(option: Option) throws {
        let scratch = try Scratch()
        let ending = try run(
            scratch, option, to: "pipe",
            shell: "mkfifo pipe; (exec 3< pipe; exec 3<&-) & \"$@\" > table; code=$?; wait; exit $code")
        // The little there is may have been taken by the pipe before its reader went.
        #expect(ending == Ending(0) || ending.code == 74 && ending.complaint.hasSuffix("Broken pipe\n"), "\(ending)")
    }
}

/// Tables that nobody reads to their end.
struct BrokenPipeTests {
    /// Commands that print, on results of a run; with more text than a pipe holds where that is possible.
    static let commands = [
        "schedule --strategy full --length 100000 --format csv", "schedule --strategy full --length 100000",
        "diagram --strategy segmented --length 32", "plan --length 100 --offline", "--help", "help run", "--version",
        "measure --strategy full --length 4 --hidden 4 --format csv", "run tiny.yaml --dry-run",
        "train --strategy full --task adding --length 4 --hidden 4 --updates 1", "compare results",
        "history results results", "export results",
        "--experimental-dump-help", "--generate-completion-script bash",
    ]

    @Test("Ends by SIGPIPE without a word, or with 74 where that is ignored; with a full disk with 74")
    func nobodyReads() throws {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny, to: "tiny.yaml")
        #expect(try scratch.unroll("run", "tiny.yaml", "--only", "cell=elman", "--quiet").code == 0)
        for command in BrokenPipeTests.commands {
            func run(_ shell: String) throws -> Ending {
                // The reader is gone before anything is printed.
                let line = "\(shell) \"$0\" \(command)"
                // Other tests of this process may have had the signal ignored.
                return try scratch.run(
                    "/usr/bin/env", ["--default-signal=PIPE", "bash", "-c", line, Program.unroll.path])
            }
            let dead = "exec > >(exec true); sleep .05;"
            let silent = try run("\(dead) exec")
            #expect(silent == Ending(128 + 13), "\(command): \(silent)")
            let ignored = try run("\(dead) trap '' PIPE; exec")
            #expect(
                ignored == Ending(74, complaint: "unroll: cannot write standard output: Broken pipe\n"),
                "\(command): \(ignored)")
            let full = try run("exec > /dev/full; exec")
            #expect(
                full == Ending(74, complaint: "unroll: cannot write standard output: No space left on device\n"),
                "\(command): \(full)")
        }
    }

    @Test("The measuring program as well")
    func trial() throws {
        for ignoring in ["", "trap '' PIPE; "] {
            let line = "exec > >(exec true); sleep .05; \(ignoring)exec \"$0\" probe"
            try expect(
                Scratch().run("/bin/bash", ["-c", line, Program.trial.path]),
                Ending(74, complaint: "standard output: cannot write it: Broken pipe\n"))
        }
    }

    @Test("With standard output closed no file of results takes its number")
    func closedOutput() throws {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny, to: "tiny.yaml")
        let line = "exec <&- >&- 2>&-; exec \"$0\" run tiny.yaml --only cell=elman"
        #expect(try scratch.run("/bin/bash", ["-c", line, Program.unroll.path]).code == 0)
        #expect(try scratch.read("results/tiny/measurements.csv").split(separator: "\n").count == 9)
    }
}
