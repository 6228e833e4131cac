/// XXH64 with seed 0, a hash of 64 bits of any bytes, handed over in any pieces (Collet,
/// github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md; `xxhsum -H64 FILE` prints the same).
///
/// Not a cryptographic hash: it distinguishes bytes that were not made to look alike. A sum of
/// words would not do: two changes of highest bits cancel each other in it.
package struct XXH64: Sendable {
    private static let p1: UInt64 = 0x9e37_79b1_85eb_ca87
    private static let p2: UInt64 = 0xc2b2_ae3d_27d4_eb4f
    private static let p3: UInt64 = 0x1656_67b1_9e37_79f9
    private static let p4: UInt64 = 0x85eb_ca77_c2b2_ae63
    private static let p5: UInt64 = 0x27d4_eb2f_1656_67c5

    /// The four accumulators of a stripe of 32 bytes.
    private var lanes = SIMD4<UInt64>(p1 &+ p2, p2, 0, 0 &- p1)
    /// What does not fill a stripe yet.
    private var rest: [UInt8] = []
    /// Bytes so far.
    private var count: UInt64 = 0

    package init() { rest.reserveCapacity(32) }

    /// - Complexity: O(bytes), some 8 GB a second.
    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        count &+= UInt64(bytes.count)
        var offset = 0
        if !rest.isEmpty {
            offset = min(32 - rest.count, bytes.count)
            rest += bytes[..<offset]
            guard rest.count == 32 else { return }
            let before = self.lanes
            self.lanes = rest.withUnsafeBytes { XXH64.rounds(before, $0, at: 0) }
            rest.removeAll(keepingCapacity: true)
        }
        var lanes = lanes
        while bytes.count - offset >= 32 {
            lanes = XXH64.rounds(lanes, bytes, at: offset)
            offset += 32
        }
        self.lanes = lanes
        rest += bytes[offset...]
    }

    package var value: UInt64 {
        var sum = XXH64.p5
        if count >= 32 {
            sum = 0
            for (lane, turn) in zip(0..<4, [1, 7, 12, 18] as [UInt64]) { sum &+= XXH64.rotated(lanes[lane], turn) }
            for lane in 0..<4 { sum = (sum ^ XXH64.round(0, lanes[lane])) &* XXH64.p1 &+ XXH64.p4 }
        }
        sum &+= count
        rest.withUnsafeBytes { rest in
            var offset = 0
            while rest.count - offset >= 8 {
                sum ^= XXH64.round(0, UInt64(littleEndian: rest.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
                sum = XXH64.rotated(sum, 27) &* XXH64.p1 &+ XXH64.p4
                offset += 8
            }
            if rest.count - offset >= 4 {
                let word = UInt32(littleEndian: rest.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
                sum ^= UInt64(word) &* XXH64.p1
                sum = XXH64.rotated(sum, 23) &* XXH64.p2 &+ XXH64.p3
                offset += 4
            }
            for byte in rest[offset...] {
                sum ^= UInt64(byte) &* XXH64.p5
                sum = XXH64.rotated(sum, 11) &* XXH64.p1
            }
        }
        sum = (sum ^ sum >> 33) &* XXH64.p2
        sum = (sum ^ sum >> 29) &* XXH64.p3
        return sum ^ sum >> 32
    }

    private static func rounds(
        _ lanes: SIMD4<UInt64>, _ bytes: UnsafeRawBufferPointer, at offset: Int
    ) -> SIMD4<UInt64> {
        let words = bytes.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self)
        let sums = lanes &+ words &* p2
        return (sums &<< 31 | sums &>> 33) &* p1
    }

    private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        rotated(lane &+ word &* p2, 31) &* p1
    }

    private static func rotated(_ word: UInt64, _ bits: UInt64) -> UInt64 { word << bits | word >> (64 - bits) }
}
