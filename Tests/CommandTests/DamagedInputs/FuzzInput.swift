import Foundation
import Glibc

/// What one run of the program is given: a folder, and words on its command line.
struct FuzzInput: Sendable {
    enum Entry: Sendable {
        case file([UInt8])
        case folder
        case fifo
        /// To this target, which may not exist.
        case link(String)
    }

    /// By path, relative to the folder.
    var entries: [String: Entry] = [:]
    var words: [String] = []

    /// Makes the files below a directory.
    func lay(in directory: String) throws {
        let manager = FileManager.default
        for (path, entry) in entries.sorted(by: { $0.key < $1.key }) {
            let full = "\(directory)/\(path)"
            try manager.createDirectory(
                atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            switch entry {
            case .file(let bytes): try Data(bytes).write(to: URL(fileURLWithPath: full))
            case .folder: try manager.createDirectory(atPath: full, withIntermediateDirectories: true)
            case .fifo: mkfifo(full, 0o666)
            case .link(let target): symlink(target, full)
            }
        }
    }
}
