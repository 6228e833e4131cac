import Glibc

/// The bytes of a whole file.
enum FileBytes {
    enum Failure: Error, Hashable {
        /// The system's words for why it cannot be read.
        case system(String)
        /// More bytes than the limit.
        case tooLarge
    }

    /// Reads at most `limit` bytes.
    static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .system(reason(errno)) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var part = Array(repeating: UInt8(0), count: 1 << 16)
        while true {
            let count = Glibc.read(file, &part, part.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system(reason(errno)) }
            guard count > 0 else { return bytes }
            bytes += part[..<count]
            guard bytes.count <= limit else { throw .tooLarge }
        }
    }

    /// The system's words for an error number.
    static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }

    /// The line, counted from 1, in which the text stops being UTF-8.
    static func firstLineNotUTF8(_ bytes: [UInt8]) -> Int {
        // No sequence of UTF-8 crosses a line feed, so lines can be tried one by one.
        1
            + (bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                .firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0)
    }
}
