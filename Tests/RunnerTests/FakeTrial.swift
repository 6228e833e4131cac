import Foundation
import Runner
import Shapes
import Trials

/// A shell script in the place of the measuring program.
final class FakeTrial: Sendable {
    private let directory = FileManager.default.temporaryDirectory.path + "/unroll-" + UUID().uuidString

    var program: TrialProgram { TrialProgram(executable: directory + "/trial") }
    /// Where the script may leave notes: `$0.log`.
    var log: [String] {
        let text = (try? String(contentsOfFile: directory + "/trial.log", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    init(_ script: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let text = directory + "/script"
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: text))
        // Copied by another process: had this one the program open for writing, a child started by a test running
        // at the same time would hold it open too, and the system would call it busy.
        let copy = Process()
        copy.executableURL = URL(fileURLWithPath: "/usr/bin/install")
        copy.arguments = ["-m", "755", text, program.executable]
        try copy.run()
        copy.waitUntilExit()
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Does what the program promises; the peak it reports is the number of the repetition.
    static let working = """
        echo ready
        n=0
        while read word; do
            n=$((n + 1))
            echo "peak_bytes=$n wall_seconds=0.5"
        done
        """
}

/// A process and what became of it, as one line.
func outcome(
    of script: String, repetitions: Int = 2, start: Duration = .seconds(60), limit: Duration = .seconds(60),
    children: Children = Children()
) throws -> String {
    let fake = try FakeTrial(script)
    defer { withExtendedLifetime(fake) {} }
    do throws(TrialFailure) {
        let process: TrialProcess
        do throws(SpawnError) {
            process = try fake.program.measure(try! Trial(cell: .lstm), warmup: 1, children: children)
        } catch {
            return "\(error)"
        }
        try process.waitUntilReady(within: start)
        var lines: [String] = []
        for _ in 0..<repetitions { lines.append(try process.repeatOnce(within: limit).line) }
        try process.finish()
        return lines.joined(separator: "; ")
    } catch {
        return "\(error)"
    }
}
