/// A short text that is the same for the same bytes: FNV-1a, 64 bits in hexadecimal.
///
/// Not a cryptographic hash: it tells builds and changes apart that nobody made to look alike.
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

    /// Of a whole file; nil when it cannot be read.
    package static func ofFile(_ path: String) -> String? {
        guard let bytes = try? FileBytes.read(path, limit: 1 << 30) else { return nil }
        var fingerprint = Fingerprint()
        fingerprint.add(bytes)
        return fingerprint.text
    }
}
