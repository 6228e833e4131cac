import Glibc

/// A short text that is the same for the same bytes: FNV-1a, 64 bits in hexadecimal.
///
/// Not a cryptographic hash: it distinguishes builds and changes that were not made to look alike.
package struct Fingerprint: Sendable {
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    package init() {}

    package mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    package var text: String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Of a whole text.
    package static func of(_ text: String) -> String {
        var fingerprint = Fingerprint()
        fingerprint.add(text.utf8)
        return fingerprint.text
    }

    /// Of a whole file, read piece by piece; nil when it cannot be read or is no regular file: a device has no end, and a pipe
    /// may have no beginning.
    package static func ofFile(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        var fingerprint = Fingerprint()
        var part = Array(repeating: UInt8(0), count: 1 << 16)
        while true {
            let count = read(file, &part, part.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { return fingerprint.text }
            fingerprint.add(part[..<count])
        }
    }
}
