import Experiments
import Foundation
import Glibc
import Runner
import Testing

/// The one caller of other programs, over the ways in which a program misbehaves.
struct OtherProgramTests {
    /// An environment with a directory of one program, which is a shell script, first in PATH.
    private func withProgram<Answer>(
        _ script: String, limit: String = "20s", _ body: (Variables) throws -> Answer
    ) throws -> Answer {
        let folder = FileManager.default.temporaryDirectory.path + "/unroll-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try install("#!/bin/sh\n\(script)\n", as: "\(folder)/stand-in")
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return try body(
            Variables().setting("PATH", to: "\(folder):\(path)").setting("UNROLL_PROGRAM_TIMEOUT", to: limit))
    }

    /// By another process: a child of a test that runs at the same time would hold it open for writing, and the system call it busy.
    private func install(_ text: String, as file: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(file).text"))
        let copy = Process()
        copy.executableURL = URL(fileURLWithPath: "/usr/bin/install")
        copy.arguments = ["-m", "755", "\(file).text", file]
        try copy.run()
        copy.waitUntilExit()
    }

    private func failure(_ script: String, limit: String = "20s", input: String = "") throws -> OtherProgramFailure? {
        try withProgram(script, limit: limit) { environment in
            do throws(OtherProgramFailure) {
                let answer = try OtherProgram("stand-in", in: environment).call([], input: input, most: 1000)
                Issue.record("answered '\(answer)'")
                return nil
            } catch {
                return error
            }
        }
    }

    @Test("Its answer is its output alone, in the C locale, with its input and without what is dropped")
    func answers() throws {
        let script = """
            echo complaint >&2
            echo "$1 $LC_ALL ${STAND_IN_FORMAT-none} ${STAND_IN_ACCOUNT-none} $ADDED ${UNROLL_PARENT-none}"
            exec cat
            """
        let answer = try withProgram(script) {
            let environment = $0.setting("LC_ALL", to: "de_DE.UTF-8").setting("STAND_IN_FORMAT", to: "%x")
                .setting("STAND_IN_ACCOUNT", to: "ours")
            return try OtherProgram(
                "stand-in", dropping: ["STAND_IN_F*", "STAND_IN"], setting: ["ADDED": "added"], in: environment
            )
            .call(["one"], input: "input")
        }
        #expect(answer == "one C none ours added none\ninput")
        // Standard input is empty, and no terminal.
        #expect(try withProgram("cat; tty") { try? OtherProgram("stand-in", in: $0).call([]) } == nil)
        #expect(try withProgram("cat; echo end") { try OtherProgram("stand-in", in: $0).call([]) } == "end\n")
    }

    @Test(
        "Each way to fail has its name and the program's words",
        arguments: [
            ("echo 'cannot  do\tthis' >&2; exit 3", OtherProgramFailure.exit("stand-in", 3, "cannot do this")),
            ("echo words on output; exit 1", .exit("stand-in", 1, "words on output")),
            ("printf '\\033[31mred\\033[0m' >&2; exit 1", .exit("stand-in", 1, "\\u{1B}[31mred\\u{1B}[0m")),
            ("kill -TERM $$", .signal("stand-in", SIGTERM, "")),
            ("echo why >&2; kill -SEGV $$", .signal("stand-in", SIGSEGV, "why")),
            ("yes", .tooMuchOutput("stand-in", most: 1000)),
            ("head -c 2000 /dev/zero", .tooMuchOutput("stand-in", most: 1000)),
            // Of megabytes of complaints the end is kept.
            (
                "head -c 3000000 /dev/zero | tr '\\0' x >&2; echo ' last' >&2; exit 2",
                .exit("stand-in", 2, "… " + String(repeating: "x", count: 495) + " last")
            ),
        ])
    func fails(_ script: String, expected: OtherProgramFailure) throws {
        #expect(try failure(script) == expected)
    }

    @Test(
        "A call ends by its deadline, and with it what the program started",
        arguments: [
            "echo waiting >&2; sleep 60", "echo waiting >&2; kill -STOP $$",
            "trap '' TERM INT; echo waiting >&2; while :; do sleep 0.1; done",
            "echo waiting >&2; exec >&- 2>&-; sleep 60", "echo waiting >&2; sleep 60 & wait",
            "echo waiting >&2; yes >&2",
        ])
    func deadlines(_ script: String) throws {
        let failure = try failure(script, limit: "1")
        guard case .timedOut("stand-in", .seconds(1), let words) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(words.hasPrefix("waiting") || words.hasSuffix("y"))
    }

    @Test("Neither input that is not read nor a process that is left behind holds up an answer")
    func leftOpen() throws {
        let long = String(repeating: "line\n", count: 100_000)
        #expect(try withProgram("echo done") { try OtherProgram("stand-in", in: $0).call([], input: long) } == "done\n")
        #expect(
            try withProgram("wc -c") { try OtherProgram("stand-in", in: $0).call([], input: long) }
                .trimmingCharacters(in: .whitespaces) == "500000\n")
        #expect(try withProgram("sleep 60 & echo done") { try OtherProgram("stand-in", in: $0).call([]) } == "done\n")
        #expect(try withProgram("yes >&2 & echo done") { try OtherProgram("stand-in", in: $0).call([]) } == "done\n")
    }

    @Test("What is not there, or cannot be run")
    func missing() throws {
        #expect(throws: OtherProgramFailure.missing("unroll-no-such-program")) {
            _ = try OtherProgram("unroll-no-such-program")
        }
        try withProgram("") { environment in
            let file = "\(try #require(environment["PATH"]).prefix { $0 != ":" })/stand-in"
            try install("no program", as: file)
            #expect(
                throws: OtherProgramFailure.notStarted("stand-in", "cannot start \(file): Exec format error")
            ) { try OtherProgram("stand-in", in: environment).call([]) }
            chmod(file, 0o644)
            #expect(throws: OtherProgramFailure.missing("stand-in")) {
                _ = try OtherProgram("stand-in", in: environment)
            }
            unlink(file)
            // A directory may be searched, which is another right than to run it.
            mkdir(file, 0o755)
            #expect(throws: OtherProgramFailure.missing("stand-in")) {
                _ = try OtherProgram("stand-in", in: environment)
            }
        }
        #expect(try failure("echo", limit: "soon") == .limit("UNROLL_PROGRAM_TIMEOUT is 'soon'"))
    }

    @Test("A stream gives and takes part by part, more than any pipe or memory holds")
    func streams() throws {
        let part = Array(repeating: UInt8(ascii: "x"), count: 100_000)
        var (given, taken, largest) = (0, 0, 0)
        try withProgram("exec cat", limit: "5s") { environment in
            try OtherProgram("stand-in", in: environment).stream(
                [],
                input: {
                    guard given < 100 * part.count else { return nil }
                    given += part.count
                    // What has not come back is in pipes.
                    largest = max(largest, given - taken)
                    return part
                }, output: { taken += $0.count })
        }
        #expect(given == 10_000_000 && taken == given)
        #expect(largest < 2 << 20)
    }

    @Test(
        "A stream that is cut short is a failure",
        arguments: [
            ("head -c 10", OtherProgramFailure.unexpected("stand-in", "it ended before its input did")),
            ("cat > /dev/null; echo no >&2; exit 3", .exit("stand-in", 3, "no")),
            ("head -c 10; kill -KILL $$", .signal("stand-in", SIGKILL, "xxxxxxxxxx")),
            ("sleep 60", .timedOut("stand-in", .seconds(1), "")),
        ])
    func streamsThatFail(_ script: String, expected: OtherProgramFailure) throws {
        // As in a process that has said nothing about it.
        signal(SIGPIPE, SIG_DFL)
        var parts = 20
        func next() -> [UInt8]? {
            parts -= 1
            return parts < 0 ? nil : Array(repeating: UInt8(ascii: "x"), count: 50_000)
        }
        let failure = try withProgram(script, limit: "1s") { environment in
            #expect(throws: OtherProgramFailure.self) {
                try OtherProgram("stand-in", in: environment).stream([], input: next, output: { _ in })
            }
        }
        guard case .signal(let name, let number, _) = failure else {
            #expect(failure == expected)
            return
        }
        // What it wrote before may have been taken already.
        #expect(name == "stand-in" && number == SIGKILL)
    }

    @Test("A reader or a writer that gives up ends the program")
    func streamsGivenUp() throws {
        struct GaveUp: Error {}
        for givesUpAsReader in [true, false] {
            #expect(throws: GaveUp.self) {
                try withProgram("exec cat") { environment in
                    try OtherProgram("stand-in", in: environment).stream(
                        [],
                        input: {
                            if !givesUpAsReader { throw GaveUp() }
                            return [1]
                        }, output: { _ in throw GaveUp() })
                }
            }
        }
    }
}
