import Glibc

/// The bytes of a whole file.
package enum FileBytes {
    package enum Failure: Error, Hashable {
        /// The system's words for why it cannot be read.
        case system(String)
        /// More bytes than the limit.
        case tooLarge
    }

    /// Opens a regular file to read, or a pipe or terminal at whose other end is a writer.
    ///
    /// A FIFO in a folder that somebody else made would otherwise be waited for without end, and a device has none.
    ///
    /// - Returns: a descriptor, to be closed, and what it is of.
    static func open(_ path: String) throws(Failure) -> (file: Int32, status: stat) {
        // Not waiting for a FIFO's writer to come.
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw .system(reason(errno)) }
        do throws(Failure) {
            return (file, try prepare(file))
        } catch {
            close(file)
            throw error
        }
    }

    /// What an open file is, when it can be read to an end.
    private static func prepare(_ file: Int32) throws(Failure) -> stat {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .system(reason(errno)) }
        let kind = status.st_mode & S_IFMT
        if kind == S_IFBLK || (kind == S_IFCHR && isatty(file) == 0 && !isNull(status)) {
            throw .system("It is a device")
        }
        // Waiting for what a writer has yet to write.
        guard fcntl(file, F_SETFL, fcntl(file, F_GETFL) & ~O_NONBLOCK) == 0 else { throw .system(reason(errno)) }
        return status
    }

    /// Reads at most `limit` bytes of what ``open(_:)`` opens.
    package static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        let (file, status) = try open(path)
        defer { close(file) }
        let bytes = try read(file, status, limit: limit)
        if status.st_mode & S_IFMT == S_IFIFO, bytes.isEmpty {
            throw .system("It is a pipe into which nothing is written")
        }
        return bytes
    }

    /// The same of standard input.
    package static func readStandardInput(limit: Int) throws(Failure) -> [UInt8] {
        try read(STDIN_FILENO, prepare(STDIN_FILENO), limit: limit)
    }

    private static func read(_ file: Int32, _ status: stat, limit: Int) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        // Of a regular file at once: an array that grows holds twice the bytes for a while.
        if status.st_mode & S_IFMT == S_IFREG { bytes.reserveCapacity(min(Int(status.st_size), limit)) }
        var part = Array(repeating: UInt8(0), count: 1 << 16)
        while true {
            let count = Glibc.read(file, &part, part.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system(reason(errno)) }
            guard count > 0 else { break }
            bytes += part[..<count]
            guard bytes.count <= limit else { throw .tooLarge }
        }
        return bytes
    }

    /// Whether this is /dev/null, which reads as an empty file.
    private static func isNull(_ status: stat) -> Bool {
        var null = stat()
        return stat("/dev/null", &null) == 0 && status.st_rdev == null.st_rdev
    }

    /// The bytes without the mark, U+FEFF in UTF-8, that some programs write before a text.
    package static func withoutMark(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    }

    /// The system's words for an error number.
    package static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }

    /// The line, counted from 1, in which the text stops being UTF-8.
    package static func firstLineNotUTF8(_ bytes: [UInt8]) -> Int {
        // No sequence of UTF-8 crosses a line feed, so lines can be tried one by one.
        1
            + (bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                .firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0)
    }
}
