/// Chen's recursion with k = 1, g(n) = 1 + g(n/2): the sequence is halved, the state in the middle saved, the right half
/// reversed, then the left (Chen, Xu, Zhang & Guestrin 2016, arXiv 1604.06174, section 4.4). Memory grows with the
/// logarithm of the length: ⌈log₂ T⌉ + 1 saved states, the initial one included.
///
/// Of an odd number of steps the left half has one less. For T a power of two, C = T + (T/2)·log₂ T.
///
/// - Complexity: O(T) actions; O(log T) memory.
package struct Bisection: Schedule {
    package let length: Int
    /// ⌈log₂ T⌉ + 1.
    package var slots: Int { 1 + Int.bitWidth - (length - 1).leadingZeroBitCount }
    package var records: Int { 1 }

    /// - Parameter length: T, at least 1.
    package init(length: Int) {
        precondition(length >= 1, "a sequence has at least one step")
        self.length = length
    }

    package var tally: Tally? { Splits(length: length, slots: slots, splitting: .halves).tally(length: length) }

    package func makeIterator() -> Reversal {
        Reversal(
            [Reversal.Part(steps: 0..<length, slots: slots, depth: 0, restoring: false)], after: [.save(0)],
            splitting: .halves)
    }
}
