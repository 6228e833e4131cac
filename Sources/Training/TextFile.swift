import Glibc

/// A file that could not be written.
package enum ExportError: Error, Hashable, CustomStringConvertible {
    case file(String, reason: String)

    package var description: String {
        switch self {
        case .file(let path, let reason): "cannot write '\(path)': \(reason)"
        }
    }
}

/// Writes a file beside its place and moves it there when it is whole: what was there stays until then.
///
/// - Throws: ``ExportError`` with the system's reason; nothing half written is left.
func writeFile(_ path: String, _ body: (_ put: (UnsafeRawBufferPointer) -> Bool) -> Bool) throws(ExportError) {
    let draft = path + ".partial"
    guard let file = fopen(draft, "w") else { throw .file(path, reason: String(cString: strerror(errno))) }
    // On the disk before it has its name: else a crash could leave the name to nothing.
    let written =
        body { bytes in fwrite(bytes.baseAddress!, 1, bytes.count, file) == bytes.count } && fflush(file) == 0
        && fsync(fileno(file)) == 0
    let code = errno
    let closed = fclose(file) == 0
    guard written, closed, rename(draft, path) == 0 else {
        let reason = String(cString: strerror(written ? errno : code))
        unlink(draft)
        throw .file(path, reason: reason)
    }
}
