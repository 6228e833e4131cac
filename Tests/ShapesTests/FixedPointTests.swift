import Shapes
import Testing
import Vectors

/// Shares of numbers in fixed point, and what of them is written down.
@Suite struct FixedPointTests {
    private static let unit = 1 << FixedPoint.radix

    /// Numbers at the ends and where parts meet, and some between.
    private static let numbers: [Int] = {
        var generator = SystemRandomNumberGenerator()
        let edges = [0, 1, 2, 2047, 2048, 2049, 4095, 4096, 4097, unit - 1, unit, unit + 1, unit + 1024]
        return edges + edges.map { -$0 } + (0..<200).map { _ in Int.random(in: -unit...unit, using: &generator) }
    }()

    private func kept<S: Real>(_ n: Int, _ share: Int, _: S.Type) -> Int {
        let next = FixedPoint.next(
            S.Vector(repeating: S(n) / S(FixedPointTests.unit)), keeping: S.Vector(repeating: S(share)),
            entering: .zero, S.self)
        return Int(next[0] * S(FixedPointTests.unit))
    }

    /// ⌊nk/2¹⁰ + ½⌋, exactly, in both types; of it comes the number again, and no share of 2⁻ᵇ and more takes more than b bits.
    @Test(arguments: 1...10) func everyShareIsInvertible(bits: Int) {
        for share in Set([1 << (10 - bits), (1 << (10 - bits)) + 1, 300, 511, 512, 513, 1000, 1023, 1024])
        where share >= 1 << (10 - bits) {
            for n in FixedPointTests.numbers {
                let wanted = (n * share + 512) >> 10
                #expect(kept(n, share, Float.self) == wanted && kept(n, share, Double.self) == wanted, "\(n) \(share)")
                var word: UInt64 = 0
                let state = Float(n) / Float(FixedPointTests.unit)
                Forgotten.push(state, share: Float(share), to: &word)
                #expect(word < 1 << bits && (share < 1024 || word == 0), "\(n) \(share)")
                let next = Float(wanted) / Float(FixedPointTests.unit)
                #expect(Forgotten.pop(next, share: Float(share), entering: 0, from: &word) == state && word == 0)
            }
        }
    }

    /// A word is full after ⌊64/b⌋ steps that forget b bits each, and comes back to 0; without forgetting nothing is written.
    @Test(arguments: 1...10) func aWordHoldsItsSteps(bits: Int) {
        let steps = Forgotten.stepsOfWord(bits: bits)
        for share in [Double(1 << (10 - bits)), 1024] {
            var word: UInt64 = 0
            var states: [Double] = [-0.75]
            for step in 0..<steps {
                let entering = Double((step * 7919) % 4001 - 2000) * 1000
                Forgotten.push(states[step], share: share, to: &word)
                states.append(
                    FixedPoint.next(
                        .init(repeating: states[step]), keeping: .init(repeating: share),
                        entering: .init(repeating: entering), Double.self)[0])
            }
            #expect((word == 0) == (share == 1024))
            for step in (0..<steps).reversed() {
                let entering = Double((step * 7919) % 4001 - 2000) * 1000
                let before = Forgotten.pop(states[step + 1], share: share, entering: entering, from: &word)
                #expect(before == states[step])
            }
            #expect(word == 0)
        }
    }

    /// A state that sums what enters has ten bits before the point: in Float 13 are left after it. The most that it comes to is inverted.
    @Test func sumsHaveRoom() {
        #expect(
            FixedPoint.radix(integerBits: 10, Float.self) == 13 && FixedPoint.radix(integerBits: 10, Double.self) == 23)
        #expect(FixedPoint.radix(integerBits: 0, Float.self) == 23)
        let most = FixedPoint.share(.init(repeating: 1), least: 0.125, most: FixedPoint.mostOfSums(Float.self))
        #expect(most[0] == 1023)
        var (state, word) = (Float(0), UInt64(0))
        for _ in 0..<20_000 {
            let next = FixedPoint.next(
                .init(repeating: state), keeping: most, entering: .init(repeating: 8192), radix: 13, Float.self)[0]
            Forgotten.push(state, share: 1023, radix: 13, to: &word)
            #expect(Forgotten.pop(next, share: 1023, entering: 8192, radix: 13, from: &word) == state && word == 0)
            state = next
        }
        #expect(state > 1023.9 && state <= 1024 + 512 / 8192)
    }

    @Test func sharesAreLimited() {
        for bits in FixedPoint.bits {
            let least = 1 / Float(1 << bits)
            func share(_ z: Float) -> Float { FixedPoint.share(.init(repeating: z), least: least)[0] }
            #expect(share(0) == Float(1 << (10 - bits)) && share(1) == 1024)
        }
    }

    /// What is no number stays what it is and writes nothing.
    @Test func notANumber() {
        var word: UInt64 = 7
        Forgotten.push(Float.nan, share: 512, to: &word)
        Forgotten.push(Float.infinity, share: .nan, to: &word)
        #expect(word == 7)
        #expect(Forgotten.pop(Float.nan, share: 512, entering: 0, from: &word).isNaN && word == 7)
    }
}
