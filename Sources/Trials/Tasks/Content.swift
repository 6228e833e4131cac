import Glibc
import Quantities

/// What a file holds, in short: its length in bytes and their XXH64. Data are known by this and not by a path, under which other
/// bytes may stand tomorrow.
package struct Content: Hashable, Sendable {
    package let count: Int
    package let hash: UInt64

    /// What texts ``init(_:)`` reads, for messages.
    package static let allowed = "the length and XXH64 of a task's file, such as 1115394-9f86d081884c7d65"

    package init(of bytes: UnsafeRawBufferPointer) {
        var hash = XXH64()
        hash.add(bytes)
        count = bytes.count
        self.hash = hash.value
    }

    /// Reads a whole file, a part at a time.
    ///
    /// - Throws: ``DataFileError``.
    package init(file path: String) throws(DataFileError) {
        let file = try DataFile(path)
        var hash = XXH64()
        var count = 0
        var part = Array(repeating: UInt8(0), count: 1 << 20)
        while true {
            let read = read(file.descriptor, &part, part.count)
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw .system(path: path, reason: String(cString: strerror(errno))) }
            guard read > 0 else { break }
            part.withUnsafeBytes { hash.add(UnsafeRawBufferPointer(rebasing: $0[..<read])) }
            count += read
        }
        self.count = count
        self.hash = hash.value
    }
}

extension Content: CustomStringConvertible {
    package var description: String {
        let digits = String(hash, radix: 16)
        return "\(count)-" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Nil where the text is not as ``description`` writes it.
    package init?(_ text: String) {
        let sides = text.split(separator: "-", omittingEmptySubsequences: false)
        guard sides.count == 2, let count = Int(decimal: sides[0]), let hash = UInt64(sides[1], radix: 16) else {
            return nil
        }
        self.count = count
        self.hash = hash
        guard description == text else { return nil }
    }
}

extension Trial {
    /// The same with the contents of its files as they are now; unchanged where it has none.
    ///
    /// - Throws: ``DataFileError``.
    package func readingContent() throws(DataFileError) -> Trial {
        var trial = self
        for file in files { trial[keyPath: file.content] = try Content(file: file.path) }
        return trial
    }

    /// The files that it reads: where each is, which factor says what it holds, and where that is kept.
    package var files: [(path: String, factor: Factor, content: any WritableKeyPath<Trial, Content?> & Sendable)] {
        var files: [(path: String, factor: Factor, content: any WritableKeyPath<Trial, Content?> & Sendable)] = []
        if let file = task.file { files.append((file, .content, \.content)) }
        if let weights { files.append((weights.path, .weightsContent, \.weightsContent)) }
        return files
    }

    /// The same of whatever its files hold.
    package var ofAnyContent: Trial {
        var trial = self
        trial.content = nil
        trial.weightsContent = nil
        return trial
    }
}
