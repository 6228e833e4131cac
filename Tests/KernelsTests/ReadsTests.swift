import Kernels
import Testing

/// Reading for its own sake: the sum says that every byte was read, in every round.
@Suite struct ReadsTests {
    @Test(arguments: [1, 2, 7]) func everyWordInEveryRound(units: Int) {
        let words = units * Reads.unit / 4
        let values = (0..<words).map { UInt32(truncatingIfNeeded: ($0 + 1) &* 2_654_435_761) }
        let sum = values.reduce(0, &+)
        for rounds in 0...3 {
            let found = values.withUnsafeBytes { Reads.run($0, rounds: rounds) }
            #expect(found == sum &* UInt32(rounds))
        }
        // A byte that is changed changes it, wherever it lies.
        for place in Array(stride(from: 0, to: words, by: 5)) + [words - 1] {
            var changed = values
            changed[place] ^= 1 << 31
            #expect(changed.withUnsafeBytes { Reads.run($0, rounds: 1) } == sum &+ (1 << 31))
        }
    }
}
