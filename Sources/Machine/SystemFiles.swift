import Glibc

/// Text files of /proc and /sys; in tests those below another root.
package struct SystemFiles: Sendable {
    private let root: String

    package init(root: String = "") { self.root = root }

    /// What a file says; nil where it is not there or not readable.
    func text(_ path: String) -> String? {
        let file = open(root + path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var text: [UInt8] = []
        var block = Array(repeating: UInt8(0), count: 1 << 14)
        while true {
            let count = read(file, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return String(decoding: text, as: UTF8.self) }
            text += block[..<count]
        }
    }

    /// The lines of a file, none where it is not there.
    func lines(_ path: String) -> [Substring] { text(path)?.split(separator: "\n") ?? [] }

    /// The words of a file's first line.
    func words(_ path: String) -> [Substring] {
        lines(path).first?.split(whereSeparator: \.isWhitespace) ?? []
    }

    /// The number a file holds, none for words such as `max`.
    func number(_ path: String) -> Int? { words(path).first.flatMap { Int($0) } }

    /// The number that follows a key at the start of a line.
    func number(after key: String, in path: String) -> Int? {
        for line in lines(path) where line.hasPrefix(key) {
            let words = line.dropFirst(key.count).split(whereSeparator: \.isWhitespace)
            if let number = words.first.flatMap({ Int($0) }) { return number }
        }
        return nil
    }
}
