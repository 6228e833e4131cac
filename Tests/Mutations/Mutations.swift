/// SplitMix64: the same numbers in every run.
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Damages bytes a few times: flips, cuts, repeats, and puts in what parsers stumble over.
package func mutated(_ bytes: [UInt8], with generator: inout SeededGenerator) -> [UInt8] {
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

/// Damages fields and numbers of CSV, JSON and the like, or bytes as ``mutated(_:with:)`` does.
package func mutatedFields(_ bytes: [UInt8], with generator: inout SeededGenerator) -> [UInt8] {
    let values = [
        "0", "-1", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615",
        "4611686018427387904", "99999999999999999999999999", "1e308", "1e-400", "-0", "nan", "inf", "0x10", "010",
        "1_000", "1.5",
        "true", "null", "", "\"\"", "\"a,b\"", "[]", "{}", "{\"a\":[[[[]]]]}", "=1+1", "../../x", "<script>",
        "\u{1B}[2J", "é",
    ].map { Array($0.utf8) }
    guard bytes.count > 1, Int.random(in: 0..<3, using: &generator) > 0 else { return mutated(bytes, with: &generator) }
    func separates(_ byte: UInt8) -> Bool { ",:;{}[]\n\r \"".utf8.contains(byte) }
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
        var start = Int.random(in: 0..<bytes.count, using: &generator)
        while start > 0, !separates(bytes[start - 1]) { start -= 1 }
        let end = bytes[start...].firstIndex(where: separates) ?? bytes.count
        bytes.replaceSubrange(start..<end, with: values.randomElement(using: &generator)!)
        if bytes.isEmpty { break }
    }
    return bytes
}
