import Testing
import Trials

@Suite struct XXH64Tests {
    private func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { (place: Int) -> UInt8 in
            let sum: Int = place * place / 3 + 7 * place
            return UInt8(sum % 251)
        }
    }

    /// As the reference implementation has them (xxHash 0.8 by Python's xxhash 4.1.0), around every border of its cases.
    @Test(
        arguments: [
            (0, 0xef46_db37_51d8_e999), (1, 0xe934_a84a_db05_2768), (3, 0xf1fd_a9f5_528b_83bd),
            (4, 0xd145_069d_fd55_97d9), (7, 0x8599_466d_6bba_a6b1), (8, 0xbe55_8868_5dfc_5321),
            (12, 0xbb94_2c10_034c_751a), (31, 0x57c9_4322_7476_8adc), (32, 0xf667_82ed_ffaa_f3b2),
            (33, 0x7052_02e4_fed4_f2dd), (63, 0xee88_29d6_73f2_e799), (64, 0x55a3_064e_91c7_2c0a),
            (100, 0x0bd2_46bd_ec55_e4ab), (1000, 0xdfa3_b3ae_1248_2530),
        ] as [(Int, UInt64)])
    func knownAnswers(count: Int, expected: UInt64) {
        let bytes = bytes(count)
        for size in [1, 5, 31, 32, 33, 64, 1000] {
            var hash = XXH64()
            bytes.withUnsafeBytes { all in
                for start in stride(from: 0, to: count, by: size) {
                    hash.add(UnsafeRawBufferPointer(rebasing: all[start..<min(count, start + size)]))
                }
            }
            #expect(hash.value == expected, "in parts of \(size)")
        }
    }

    /// Two changes of highest bits a stripe apart, which sums of words do not see.
    @Test func pairsOfChangesShow() {
        func value(_ bytes: [UInt8]) -> UInt64 {
            var hash = XXH64()
            bytes.withUnsafeBytes { hash.add($0) }
            return hash.value
        }
        let plain = bytes(256)
        for first in stride(from: 7, to: 64, by: 8) {
            var changed = plain
            changed[first] ^= 0x80
            changed[first + 32] ^= 0x80
            #expect(value(changed) != value(plain))
        }
    }
}
