import Files
import Foundation
import Testing

/// One of the programs under test, as built beside this test.
enum Program: String, Sendable {
    case unroll
    case trial = "unroll-trial"
    case manual = "unroll-manual"

    var path: String { Program.directory + "/" + rawValue }

    /// Where the build put this test, and so the programs: the directory that holds them, in or above the bundle.
    private static let directory: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let starts = [own] + CommandLine.arguments.filter { $0.contains(".xctest") }
        for start in starts {
            var url = URL(fileURLWithPath: start).resolvingSymlinksInPath()
            while url.path != "/" {
                url.deleteLastPathComponent()
                if FileManager.default.isExecutableFile(atPath: url.path + "/unroll-trial") { return url.path }
            }
        }
        fatalError("no unroll-trial beside this test, or above \(starts)")
    }()
}

/// Waits until it is so; false after a minute.
func wait(until condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(60)
    while try !condition() {
        if ContinuousClock.now > deadline { return false }
        usleep(2000)
    }
    return true
}

/// What a program left when it ended.
struct Ending: Equatable, CustomStringConvertible {
    /// Exit status; of a process that a signal ended, 128 and the signal's number.
    let code: Int32
    let output: String
    let complaint: String

    init(_ code: Int32, output: String = "", complaint: String = "") {
        self.code = code
        self.output = output
        self.complaint = complaint
    }

    /// The same without the answers of experiments, each in the line before the one that says what to do next: what a test of
    /// that line alone compares, nor where the time went, which longer runs say. They are held in RunCommandTests.
    var withoutAnswers: Ending {
        let lines = complaint.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.contains(" were timed steps, ") }
        let ends = lines.indices.filter { lines[$0].contains("; next: unroll compare ") }
        let kept = lines.indices.filter { !ends.contains($0 + 1) }.map { lines[$0] }
        return Ending(code, output: output, complaint: kept.joined(separator: "\n"))
    }

    var description: String { "exit \(code)\n--- output\n\(output)--- complaint\n\(complaint)---" }

    /// The parts of a CSV output, header first.
    var table: [[String]] { (try? CSV.records(output))?.map(\.fields) ?? [] }
}

/// Expects the whole of what a program left, and shows both where they differ.
func expect(_ ending: Ending, _ expected: Ending, sourceLocation: SourceLocation = #_sourceLocation) {
    guard ending != expected else { return }
    Issue.record("found:\n\(ending)\nexpected:\n\(expected)", sourceLocation: sourceLocation)
}

/// A CSV text without quoted fields as its fields.
func cells(_ csv: String) -> [[String]] {
    csv.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
}

/// A separate directory for a test, gone with it. Programs run in it, so that messages name relative paths, and so
/// that no git checkout is around.
final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/unroll-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to file: String) throws {
        let url = URL(fileURLWithPath: "\(path)/\(file)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// Writes a script that can be run at once: by another process, for a child of a test that runs beside would hold the file
    /// open for writing, and the system call it busy.
    func write(program text: String, to file: String) throws {
        try write(text, to: "\(file).text")
        let copied = try run("/usr/bin/install", ["-m", "755", "\(path)/\(file).text", "\(path)/\(file)"])
        guard copied.code == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    func read(_ file: String) throws -> String { try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8) }

    func json(_ file: String) throws -> [String: Any] { try object(read(file)) }

    func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(file)") }

    /// Every file and directory below, sorted; what the harness itself writes is left out.
    var contents: [String] {
        ((try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []).filter { !$0.hasPrefix(".harness") }
            .sorted()
    }

    /// Runs `unroll` to its end.
    func unroll(_ arguments: String...) throws -> Ending { try run(Program.unroll.path, arguments) }

    /// Runs any program to its end.
    func run(_ executable: String, _ arguments: [String], input: String = "") throws -> Ending {
        try start(executable, arguments, input: input).wait()
    }

    /// Starts a program in this directory.
    func start(
        _ executable: String, _ arguments: [String], input: String = "", directory: String? = nil
    ) throws -> Running {
        try Running(executable, arguments, input: input, directory: directory ?? path, scratch: self)
    }

    /// Starts `unroll` in this directory, or in another.
    func start(_ arguments: [String], directory: String? = nil) throws -> Running {
        try start(Program.unroll.path, arguments, directory: directory)
    }
}

/// A program that was started. Its streams are files: no pipe can fill, and none is left to a child of somebody else.
final class Running {
    private let process = Process()
    private let streams: String
    /// The streams are in it.
    private let scratch: Scratch
    private let handles: [FileHandle]

    init(_ executable: String, _ arguments: [String], input: String, directory: String, scratch: Scratch) throws {
        let streams = "\(scratch.path)/.harness-\(UUID().uuidString)"
        self.streams = streams
        self.scratch = scratch
        try Data(input.utf8).write(to: URL(fileURLWithPath: streams + ".in"))
        for name in ["out", "err"] { try Data().write(to: URL(fileURLWithPath: "\(streams).\(name)")) }
        func file(_ name: String) -> URL { URL(fileURLWithPath: "\(streams).\(name)") }
        handles = [
            try FileHandle(forReadingFrom: file("in")), try FileHandle(forWritingTo: file("out")),
            try FileHandle(forWritingTo: file("err")),
        ]
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardInput = handles[0]
        process.standardOutput = handles[1]
        process.standardError = handles[2]
        // A width for help and usage that does not depend on the terminal.
        process.environment = ProcessInfo.processInfo.environment.merging(["COLUMNS": "80"]) { $1 }
        try process.run()
    }

    var identifier: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    func signal(_ number: Int32) { kill(identifier, number) }

    /// Waits for its end. What does not end within two minutes is killed.
    func wait() throws -> Ending {
        guard let ending = try wait(upTo: .seconds(120)) else {
            Issue.record("killed after two minutes: \(process.arguments ?? [])")
            return Ending(128 + SIGKILL)
        }
        return ending
    }

    /// Waits for its end; nil, and it is killed, when that does not come in time.
    func wait(upTo limit: Duration) throws -> Ending? {
        let deadline = ContinuousClock.now + limit
        while process.isRunning {
            if ContinuousClock.now > deadline {
                signal(SIGKILL)
                process.waitUntilExit()
                return nil
            }
            usleep(2000)
        }
        process.waitUntilExit()
        let signalled = process.terminationReason == .uncaughtSignal
        func text(_ name: String) throws -> String {
            try String(contentsOfFile: "\(streams).\(name)", encoding: .utf8)
        }
        return Ending(
            process.terminationStatus + (signalled ? 128 : 0), output: try text("out"), complaint: try text("err"))
    }
}

/// A JSON object.
func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}

/// A JSON array of objects.
func objects(_ text: String) throws -> [[String: Any]] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
}
