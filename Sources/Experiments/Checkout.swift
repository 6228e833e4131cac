import Foundation

/// The git checkout a program runs in.
enum Checkout {
    /// What the source was measured with. Nil when there is no checkout or no git.
    struct State {
        var commit: String
        /// A fingerprint of everything but results that differs from the commit; nil when nothing does.
        var difference: String?
    }

    static func state(of directory: String) -> State? {
        let rest = ["--", ":/", ":(top,exclude)results"]
        guard let commit = git(["rev-parse", "HEAD"], in: directory),
            let changes = git(["diff", "HEAD", "--binary", "--no-ext-diff"] + rest, in: directory),
            let new = git(["ls-files", "--others", "--exclude-standard", "--full-name", "-z"] + rest, in: directory),
            let top = git(["rev-parse", "--show-toplevel"], in: directory)
        else { return nil }
        var state = State(commit: text(commit))
        guard !changes.isEmpty || !new.isEmpty else { return state }
        var fingerprint = Fingerprint()
        fingerprint.add(changes)
        for name in new.split(separator: 0) {
            fingerprint.add(name)
            fingerprint.add((Fingerprint.ofFile("\(text(top))/\(text(Data(name)))") ?? "unreadable").utf8)
        }
        state.difference = fingerprint.text
        return state
    }

    private static func text(_ data: Data) -> String {
        String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    /// What git prints; nil when it fails.
    private static func git(_ arguments: [String], in directory: String) -> Data? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-C", directory] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? data : nil
    }
}
