import Glibc
package import Trials

/// A text that cannot be trained on.
package enum TextError: Error, Hashable, CustomStringConvertible {
    case system(path: String, reason: String)
    /// A directory, a pipe, a device.
    case irregular(path: String)
    case empty(path: String)
    /// Too short for the batch and the length.
    case short(path: String, encoding: TextEncoding, symbols: Int, batch: Int, length: Int)
    /// Not UTF-8: what begins at this byte, counted from 0.
    case encoding(path: String, offset: Int)
    /// More different characters than the network has classes.
    case alphabet(path: String, characters: Int, classes: Int)

    package var description: String {
        switch self {
        case .system(let path, let reason): "cannot read '\(path)': \(reason)"
        case .irregular(let path): "'\(path)' is not a regular file; a text is"
        case .empty(let path): "'\(path)' is empty; there is nothing to predict"
        case .short(let path, let encoding, let symbols, let batch, let length):
            "'\(path)' has \(symbols) \(encoding.symbol)s; \(batch) sequences of \(length) steps, and the "
                + "\(encoding.symbol) after each, take \(batch * (length + 1))"
        case .encoding(let path, let offset):
            "'\(path)' is not UTF-8: no character begins at byte \(offset), counted from 0; without 'encoding=utf8' it is "
                + "read byte by byte"
        case .alphabet(let path, let characters, let classes):
            "'\(path)' has \(characters) different characters, and 'input' is \(classes); allowed: at least \(characters)"
        }
    }
}

/// The bytes of a file, mapped: pages are read when they are needed and belong to the system's cache. They are not in the
/// heaps; those that were read count in the resident set.
package final class TextBytes: Sendable {
    // Nobody writes there.
    nonisolated(unsafe) private let start: UnsafePointer<UInt8>
    let path: String
    package let count: Int

    /// - Throws: ``TextError`` when there is no such file, or nothing in it.
    package init(_ path: String) throws(TextError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .system(path: path, reason: String(cString: strerror(errno))) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .system(path: path, reason: String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .irregular(path: path) }
        count = Int(status.st_size)
        guard count > 0 else { throw .empty(path: path) }
        let memory = mmap(nil, count, PROT_READ, MAP_SHARED, file, 0)
        guard let memory, memory != MAP_FAILED else {
            throw .system(path: path, reason: String(cString: strerror(errno)))
        }
        start = UnsafePointer(memory.assumingMemoryBound(to: UInt8.self))
        self.path = path
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: start), count) }

    package subscript(place: Int) -> UInt8 {
        precondition(place >= 0 && place < count)
        return start[place]
    }

    /// Eight bytes.
    func word(at place: Int) -> UInt64 {
        precondition(place >= 0 && place + 8 <= count)
        return UnsafeRawPointer(start + place).loadUnaligned(as: UInt64.self)
    }

    /// Takes what was read out of the resident set, until it is read again.
    func release() { madvise(UnsafeMutableRawPointer(mutating: start), count, MADV_DONTNEED) }
}
