import Files
import Foundation
import Reports

/// The program that draws, as a process of its own.
struct Gnuplot {
    /// Nil where it is not installed.
    static func find() -> Gnuplot? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        let path = folders.map { "\($0)/gnuplot" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        return path.map(Gnuplot.init)
    }

    private let path: String

    /// Draws all of these with one process.
    func draw(_ plots: [Plot]) throws -> [Picture] {
        guard !plots.isEmpty else { return [] }
        try expectDescriptors()
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("unroll-\(UUID().uuidString)").path
        do {
            try Folder.make(scratch)
            defer { try? FileManager.default.removeItem(atPath: scratch) }
            let script = "\(scratch)/plots.gp"
            let text = plots.indices.map { plots[$0].script(to: "\(scratch)/\($0).svg") }.joined()
            try Data(text.utf8).write(to: URL(fileURLWithPath: script))
            let process = Process()
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = [script]
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            let complaints = Pipe()
            process.standardError = complaints
            try process.run()
            let complaint = complaints.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else {
                let words = String(decoding: complaint, as: UTF8.self).split(separator: "\n").joined(separator: " ")
                throw fail("\(path) failed: \(words)", code: Exit.lacking)
            }
            return try plots.indices.map { index in
                Picture(
                    plots[index], drawing: try String(contentsOfFile: "\(scratch)/\(index).svg", encoding: .utf8))
            }
        } catch let error as FileError {
            throw fail("cannot draw in \(scratch): \(error.reason)", code: Exit.system)
        } catch let error as CocoaError {
            // The system's word, where Foundation has kept it.
            let reason = (error.underlying as? POSIXError).map { String(cString: strerror($0.code.rawValue)) }
            throw fail("cannot draw in \(scratch): \(reason ?? "it cannot be read or written")", code: Exit.system)
        }
    }
}
