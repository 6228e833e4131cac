/// A position in a file, or the option in whose value something stands. Lines and columns count from 1, columns in Unicode scalars.
package struct FilePosition: Hashable, Sendable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// An option's value is short: it has no lines.
    ///
    /// - Parameter option: with its value.
    init(option: String) { self.init(file: option, line: 0, column: 0) }

    /// Whether it is no file's.
    package var isOption: Bool { line == 0 }

    package var description: String { isOption ? file : "\(file):\(line):\(column)" }
}

/// Why an experiment file is not run.
package enum ExperimentError: Error, Hashable, CustomStringConvertible {
    /// The file says something it may not: what was found, and what is allowed.
    case malformed(FilePosition, found: String, allowed: String)
    /// A file that is named there cannot be used, or not even read.
    case unfit(FilePosition, String, isSystem: Bool)
    /// The file cannot be read at all.
    case unreadable(file: String, reason: String)

    package var description: String {
        switch self {
        case .malformed(let position, let found, let allowed): "\(position): \(found); allowed: \(allowed)"
        case .unfit(let position, let what, _): "\(position): \(what)"
        case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
        }
    }

    /// Where it stands; nil when the file could not be read.
    package var position: FilePosition? {
        switch self {
        case .malformed(let position, _, _), .unfit(let position, _, _): position
        case .unreadable: nil
        }
    }
}
