/// Unicode scalars, and the number of each among them, by value.
///
/// A bit for every scalar that there could be; of its pages only those exist in which a bit is set.
struct CharacterSet: ~Copyable, Sendable {
    private let bits: AnonymousMapping<UInt64>
    /// How many there are below each 64.
    private let below: AnonymousMapping<UInt32>
    /// Once they are numbered.
    private(set) var count = 0

    private static let words = 0x11_0000 / 64

    init(for path: String) throws(TaskDataError) {
        let bits = try AnonymousMapping<UInt64>(CharacterSet.words, for: path)
        let below = try AnonymousMapping<UInt32>(CharacterSet.words, for: path)
        self.bits = bits
        self.below = below
    }

    func insert(_ character: UInt32) {
        bits[Int(character / 64)] |= 1 << UInt64(character % 64)
    }

    /// Numbers those that were inserted.
    mutating func number() {
        count = 0
        for word in 0..<CharacterSet.words where bits[word] != 0 {
            below[word] = UInt32(count)
            count += bits[word].nonzeroBitCount
        }
    }

    /// The number of a scalar; nil when it is not among them.
    subscript(character: UInt32) -> Int? {
        let (word, bit) = (Int(character / 64), 1 << UInt64(character % 64) as UInt64)
        guard bits[word] & bit != 0 else { return nil }
        return Int(below[word]) + (bits[word] & (bit - 1)).nonzeroBitCount
    }
}
