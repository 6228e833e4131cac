import Foundation

/// The git checkout a program runs in.
enum Checkout {
    /// The commit, and whether anything but results differs from it. Nil when there is no checkout or no git.
    static func state(of directory: String) -> (commit: String, dirty: Bool)? {
        guard let commit = git(["rev-parse", "HEAD"], in: directory),
            let changes = git(["status", "--porcelain", "--", ".", ":!results"], in: directory)
        else { return nil }
        return (commit, !changes.isEmpty)
    }

    /// What git prints, without space around it; nil when it fails.
    private static func git(_ arguments: [String], in directory: String) -> String? {
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
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
