/// A position in a file. Lines and columns count from 1, columns in Unicode scalars.
package struct FilePosition: Hashable, Sendable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    package var description: String { "\(file):\(line):\(column)" }
}

/// Why an experiment file is not run.
package enum ExperimentError: Error, Hashable, CustomStringConvertible {
    /// The file says something it may not: what was found, and what is allowed.
    case malformed(FilePosition, found: String, allowed: String)
    /// The file cannot be read at all.
    case unreadable(file: String, reason: String)

    package var description: String {
        switch self {
        case .malformed(let position, let found, let allowed): "\(position): \(found); allowed: \(allowed)"
        case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
        }
    }

    /// Where it stands; nil when the file could not be read.
    package var position: FilePosition? {
        switch self {
        case .malformed(let position, _, _): position
        case .unreadable: nil
        }
    }
}
