import Glibc

/// A file that a task reads: a regular file, opened. What it is open for is closed with it.
package struct DataFile: ~Copyable, Sendable {
    package let path: String
    package let descriptor: Int32
    package let count: Int
    private let modified: timespec

    /// A pipe that has no writer, a directory or a device is refused and not waited for.
    ///
    /// - Parameter what: what the file should be, for messages.
    /// - Throws: ``DataFileError``.
    package init(_ path: String, as what: String = "a text") throws(DataFileError) {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        // A socket is no file that can be opened at all.
        guard file >= 0 else {
            throw errno == ENXIO
                ? .irregular(path: path, what) : .system(path: path, reason: String(cString: strerror(errno)))
        }
        var status = stat()
        guard fstat(file, &status) == 0 else {
            let reason = String(cString: strerror(errno))
            close(file)
            throw .system(path: path, reason: reason)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw .irregular(path: path, what)
        }
        self.path = path
        descriptor = file
        count = Int(status.st_size)
        modified = status.st_mtim
    }

    deinit { close(descriptor) }

    /// Whether it is as long, and was last written, as when it was opened.
    package var isUnchanged: Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && Int(status.st_size) == count
            && status.st_mtim.tv_sec == modified.tv_sec && status.st_mtim.tv_nsec == modified.tv_nsec
    }
}

/// A task's file that cannot be read.
package enum DataFileError: Error, Hashable, CustomStringConvertible {
    case system(path: String, reason: String)
    /// A directory, a pipe, a device.
    case irregular(path: String, String)

    package var description: String {
        switch self {
        case .system(let path, let reason): "cannot read '\(path)': \(reason)"
        case .irregular(let path, let what): "'\(path)' is not a regular file; \(what) is"
        }
    }
}
