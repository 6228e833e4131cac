import Files

/// Why results cannot be read or written.
package enum ResultsError: Error, Hashable, CustomStringConvertible {
    /// The file says something it may not. The line counts from 1.
    case malformed(file: String, line: Int, String)
    /// The system refused: what was tried and its words for why.
    case system(file: String, doing: String, reason: String)
    /// Another process writes to this file; who, where that is known.
    case inUse(String, by: String? = nil)
    /// Somebody removed the file while it was written to.
    case vanished(String, rescued: String)
    /// There are no results here.
    case nothing(String)

    package var description: String {
        switch self {
        case .malformed(let file, let line, let what): "\(file):\(line): \(what)"
        case .system(let file, let doing, let reason): "\(file): cannot \(doing): \(reason)"
        case .inUse(let file, by: nil): "\(file): another run is writing here; wait for it or give another --results"
        case .inUse(let file, let owner?):
            "\(file): another run is writing here, \(owner); wait for it or give another --results. Where that has ended, "
                + "remove \(file).lock"
        case .vanished(let file, let rescued):
            "\(file): somebody removed it while it was written to; its rows are in \(rescued)"
        case .nothing(let path): "\(path): no \(Results.fileName) here or one directory below"
        }
    }

    /// Whether the file's content is to blame, and not the system.
    package var isMalformed: Bool {
        switch self {
        case .malformed, .nothing: true
        case .system, .inUse, .vanished: false
        }
    }
}

extension ResultsError {
    init(_ failure: FileBytes.Failure, reading file: String) {
        switch failure {
        case .system(let reason): self = .system(file: file, doing: "read it", reason: reason)
        case .tooLarge:
            self = .malformed(file: file, line: 1, "the file has more than \(Results.largestFile) bytes")
        }
    }

    init(_ error: FileError) { self = .system(file: error.path, doing: error.doing, reason: error.reason) }

    init(_ failure: FileLock.Failure, of file: String) {
        switch failure {
        case .held(let owner): self = .inUse(file, by: owner)
        case .system(let error): self.init(error)
        }
    }
}

extension ResultsError {
    /// The same of a file whose path begins otherwise.
    package func renaming(_ start: String, _ other: String) -> ResultsError {
        func name(_ file: String) -> String { file.replacingStart(start, other) }
        return switch self {
        case .malformed(let file, let line, let what): .malformed(file: name(file), line: line, what)
        case .system(let file, let doing, let reason): .system(file: name(file), doing: doing, reason: reason)
        case .inUse(let file, by: let owner): .inUse(name(file), by: owner)
        case .vanished(let file, let rescued): .vanished(name(file), rescued: rescued)
        case .nothing(let path): .nothing(name(path))
        }
    }
}

extension String {
    /// Another beginning for one of this; the same where it does not begin so.
    package func replacingStart(_ start: String, _ other: String) -> String {
        hasPrefix(start) ? other + dropFirst(start.count) : self
    }
}
