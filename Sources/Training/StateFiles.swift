import Glibc

/// A saved state that could not be written to disk or read back as it was.
package enum StateFileError: Error, Hashable, CustomStringConvertible {
    case system(action: String, path: String, reason: String)
    /// Not as many bytes as were written.
    case truncated(path: String, expected: Int)
    /// Other bytes than were written.
    case corrupted(path: String)

    package var description: String {
        switch self {
        case .system(let action, let path, let reason): "cannot \(action) '\(path)': \(reason)"
        case .truncated(let path, let expected): "'\(path)' is cut short; it was written with \(expected) bytes"
        case .corrupted(let path): "'\(path)' has other bytes than were written to it"
        }
    }
}

/// Saved states on disk, one file each, in a private directory that lives as long as this does.
///
/// A file is a header, with the step and the checksum of all else, and the state's bytes. They are written from the memory
/// where the state stands and read into it: no buffer is needed. Files are named by number from 0, so that a signal handler
/// can remove them.
package final class StateFiles {
    private let directory: String
    /// The file's number by the step whose entering state it holds.
    private var numbers: [Int: Int] = [:]
    private var free: [Int] = []
    private var sizes: [Int: Int] = [:]
    /// Bytes of all files, as the file system has them, now and at their peak.
    private var bytes = 0
    package private(set) var peakBytes = 0

    /// - Parameter directory: made here; nothing may stand there yet.
    /// - Throws: ``StateFileError``.
    package init(directory: String) throws(StateFileError) {
        self.directory = directory
        // What stands there already must not be removed by a signal that comes now.
        guard access(directory, F_OK) != 0 else {
            errno = EEXIST
            throw StateFiles.failure("make the directory", directory)
        }
        // From before the directory is there until after it is gone: a signal in between would leave it behind.
        SignalCleaning.begin(directory)
        guard mkdir(directory, 0o700) == 0 else {
            let failure = StateFiles.failure("make the directory", directory)
            SignalCleaning.end()
            throw failure
        }
        SignalCleaning.open()
    }

    deinit {
        for number in 0..<free.count + numbers.count { unlink(path(number)) }
        rmdir(directory)
        SignalCleaning.end()
    }

    private func path(_ number: Int) -> String { "\(directory)/\(number)" }

    private static func failure(_ action: String, _ path: String) -> StateFileError {
        .system(action: action, path: path, reason: String(cString: strerror(errno)))
    }

    /// Writes the state entering a step, a part after the other.
    func write(_ parts: [UnsafeRawBufferPointer], step: Int) throws(StateFileError) {
        let number = free.popLast() ?? numbers.count
        numbers[step] = number
        SignalCleaning.cover(number)
        let path = path(number)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StateFiles.failure("write", path) }
        defer { close(file) }
        let size = parts.reduce(0) { $0 + $1.count }
        let header = StateFiles.header(parts, step: step, size: size)
        let all = try header.withUnsafeBytesOf { bytes throws(StateFileError) in
            for part in [bytes] + parts {
                var rest = part[...]
                while !rest.isEmpty {
                    let count = Glibc.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { throw StateFiles.failure("write", path) }
                    rest = rest.dropFirst(count)
                }
            }
            return bytes.count + size
        }
        var status = stat()
        guard fstat(file, &status) == 0, Int(status.st_size) == all else { throw StateFiles.failure("write", path) }
        sizes[step] = all
        bytes += all
        peakBytes = max(peakBytes, bytes)
    }

    /// Reads the state entering a step.
    func read(into parts: [UnsafeMutableRawBufferPointer], step: Int) throws(StateFileError) {
        let path = path(numbers[step]!)
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw StateFiles.failure("read", path) }
        defer { close(file) }
        let size = parts.reduce(0) { $0 + $1.count }
        var found = Header()
        try found.withUnsafeMutableBytesOf { bytes throws(StateFileError) in
            for part in [bytes] + parts {
                var rest = part[...]
                while !rest.isEmpty {
                    let address = UnsafeMutableRawBufferPointer(rebasing: rest).baseAddress
                    let count = Glibc.read(file, address, rest.count)
                    if count < 0, errno == EINTR { continue }
                    guard count >= 0 else { throw StateFiles.failure("read", path) }
                    guard count > 0 else {
                        throw .truncated(path: path, expected: MemoryLayout<Header>.size + size)
                    }
                    rest = rest.dropFirst(count)
                }
            }
        }
        let expected = StateFiles.header(parts.map { UnsafeRawBufferPointer($0) }, step: step, size: size)
        guard found == expected else { throw .corrupted(path: path) }
    }

    /// Removes the file of a state.
    func remove(step: Int) throws(StateFileError) {
        let number = numbers.removeValue(forKey: step)!
        free.append(number)
        bytes -= sizes.removeValue(forKey: step) ?? 0
        guard unlink(path(number)) == 0 else { throw StateFiles.failure("remove", path(number)) }
    }

    private struct Header: Equatable {
        var magic: UInt64 = 0
        var step: UInt64 = 0
        var size: UInt64 = 0
        var checksum: UInt64 = 0

        func withUnsafeBytesOf<R>(
            _ body: (UnsafeRawBufferPointer) throws(StateFileError) -> R
        ) throws(StateFileError) -> R {
            var copy = self
            return try copy.withUnsafeMutableBytesOf { (bytes) throws(StateFileError) in
                try body(UnsafeRawBufferPointer(bytes))
            }
        }

        mutating func withUnsafeMutableBytesOf<R>(
            _ body: (UnsafeMutableRawBufferPointer) throws(StateFileError) -> R
        ) throws(StateFileError) -> R {
            let result = withUnsafeMutableBytes(of: &self) { bytes in
                Result { () throws(StateFileError) in try body(bytes) }
            }
            return try result.get()
        }
    }

    private static func header(_ parts: [UnsafeRawBufferPointer], step: Int, size: Int) -> Header {
        var checksum = Checksum()
        checksum.add(UInt64(step))
        for part in parts { checksum.add(part) }
        // "unroll 1" in ASCII, first letter first.
        return Header(
            magic: 0x3120_6c6c_6f72_6e75, step: UInt64(step), size: UInt64(size), checksum: checksum.value)
    }
}

/// FNV-1a over words of 64 bits instead of bytes, on four lanes, for speed: Fowler, Noll & Vo,
/// www.isthe.com/chongo/tech/comp/fnv. Multiplying by an odd number and exclusive or are one-to-one, so any change of a
/// single word changes the sum.
struct Checksum {
    private var lanes = SIMD4<UInt64>(repeating: 0xcbf2_9ce4_8422_2325) ^ SIMD4(0, 1, 2, 3)
    private static let prime = SIMD4<UInt64>(repeating: 0x100_0000_01b3)

    mutating func add(_ word: UInt64) {
        lanes = (lanes ^ SIMD4(word, 0, 0, 0)) &* Checksum.prime
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset + 32 <= bytes.count {
            lanes = (lanes ^ bytes.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self)) &* Checksum.prime
            offset += 32
        }
        for byte in bytes[offset...] { add(UInt64(byte)) }
    }

    var value: UInt64 {
        var sum = lanes[0]
        for lane in 1..<4 { sum = (sum ^ lanes[lane]) &* 0x100_0000_01b3 }
        return sum
    }
}
