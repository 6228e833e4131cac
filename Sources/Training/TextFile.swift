import Files

/// A file that could not be written.
package enum ExportError: Error, Hashable, CustomStringConvertible {
    case file(String, reason: String)

    package var description: String {
        switch self {
        case .file(let path, let reason): "cannot write '\(path)': \(reason)"
        }
    }
}

/// Writes an output; where that is a regular file, what was there stays until the new one is whole.
///
/// - Throws: ``ExportError`` with the system's reason; nothing half written is left of a regular file.
func writeFile(_ path: String, _ body: (OutputFile) throws(FileError) -> Void) throws(ExportError) {
    do {
        let output = try OutputFile(path)
        try body(output)
        try output.commit()
    } catch {
        throw .file(path, reason: error.reason)
    }
}
