/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Damages bytes a few times: flips, cuts, repeats, and puts in what parsers stumble over.
func mutated(_ bytes: [UInt8], with generator: inout SeededGenerator) -> [UInt8] {
    let stumbles = [
        "[", "]", "{", "}", ": ", "- ", ",", "\"", "'", "&a ", "*a", "!!int ", "|\n", "\n", "\r", "\t", "#", "---\n",
        "...\n", "? ", "%YAML 1.1\n", "0", "-1", "9223372036854775808", "~", "null", "<<", "\u{0}", "\u{85}",
        "\u{2028}",
        "\u{FEFF}", "é", "😀", String(repeating: "[", count: 300), String(repeating: "- ", count: 300), "@", "`", "\\",
    ]
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0...bytes.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0 where place < bytes.count: bytes[place] ^= UInt8(1 << Int.random(in: 0..<8, using: &generator))
        case 1 where place < bytes.count: bytes.remove(at: place)
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0..<40, using: &generator)))
        case 3:
            let end = min(bytes.count, place + Int.random(in: 0..<60, using: &generator))
            bytes.insert(contentsOf: Array(bytes[place..<end]), at: Int.random(in: 0...bytes.count, using: &generator))
        case 4 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        default: bytes.insert(contentsOf: Array(stumbles.randomElement(using: &generator)!.utf8), at: place)
        }
    }
    return bytes
}
