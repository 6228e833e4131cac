import Glibc

/// A file of tensors that cannot be used.
package enum SafetensorsError: Error, Hashable, CustomStringConvertible {
    case file(DataFileError)
    /// Not a safetensors file, and what about it is wrong.
    case foreign(path: String, String)
    /// Fewer bytes than its header says.
    case truncated(path: String, bytes: Int, expected: Int)

    package var description: String {
        switch self {
        case .file(let error): error.description
        case .foreign(let path, let reason): "'\(path)' is no safetensors file: \(reason)"
        case .truncated(let path, let bytes, let expected):
            "'\(path)' is cut short: it has \(bytes) bytes of \(expected)"
        }
    }
}

extension Safetensors {
    /// Reads a whole file. Of types it knows those of parameters.
    ///
    /// - Throws: ``SafetensorsError``.
    package init(path: String) throws(SafetensorsError) {
        let file = try DataFile(tensors: path, as: "a checkpoint")
        let header = try SafetensorsHeader(file, types: [.float, .double])
        facts = header.facts
        for entry in header.entries {
            let bytes = try file.bytes(entry.bytes)
            tensors.append((entry.name, Tensor(type: entry.type, shape: entry.shape, bytes: bytes)))
        }
    }
}

extension SafetensorsHeader {
    /// Reads the header of a file.
    ///
    /// - Parameter what: what the file should be, for messages.
    /// - Throws: ``SafetensorsError``.
    package init(path: String, as what: String) throws(SafetensorsError) {
        try self.init(DataFile(tensors: path, as: what))
    }
}

extension DataFile {
    /// A file of tensors, opened.
    ///
    /// - Throws: ``SafetensorsError``.
    package init(tensors path: String, as what: String) throws(SafetensorsError) {
        do { self = try DataFile(path, as: what) } catch { throw .file(error) }
    }

    /// Bytes of the file.
    ///
    /// - Throws: ``SafetensorsError``.
    package borrowing func bytes(_ range: Range<Int>) throws(SafetensorsError) -> [UInt8] {
        var bytes = Array(repeating: UInt8(0), count: range.count)
        var done = 0
        while done < range.count {
            let (offset, left) = (range.lowerBound + done, range.count - done)
            let descriptor = descriptor
            let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress! + done, left, offset) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .file(.system(path: path, reason: String(cString: strerror(errno)))) }
            guard count > 0 else { throw .truncated(path: path, bytes: offset, expected: range.upperBound) }
            done += count
        }
        return bytes
    }
}
