public import Vectors

/// States in fixed point, whose products with a fraction lose only what can be written down. After MacKay, Vicol, Ba & Grosse,
/// Reversible recurrent neural networks, 2018, arXiv:1810.10999, section 5, in whose form the low bits of a state come out of the
/// buffer, and forward depends on it. Here forward depends on nothing but the state, so that every strategy makes the same bits.
///
/// A state is n·2⁻²³ and a share k·2⁻¹⁰, n and k whole. The share that stays is ⌊nk·2⁻¹⁰ + ½⌋; the numbers n with the same one are
/// neighbours, ⌈2¹⁰/k⌉ at most, and which of them it was is what inversion cannot recover. For k ≥ 2¹⁰⁻ᵇ that is b bits at most, and
/// nothing for k = 2¹⁰.
///
/// |n| stays below 2²³ + 2¹⁰ where what is added is (1 − k·2⁻¹⁰)·2²³ at most: Float's 24 bits hold it exactly, and all numbers between.
/// Where up to 1 is added whatever k is, a state grows to 1/(1 − k·2⁻¹⁰): without end for k = 2¹⁰, and to 2¹⁰ for the next lower share,
/// which is then the greatest (``mostOfSums``). Such a number takes ten bits before the point, and Float has 13 left after it; Double has
/// room for all 23.
@frozen public enum FixedPoint {
    /// 2²³ is 1, where the type has as many bits after the point.
    public static let radix = 23
    /// 2¹⁰ is the whole of a share.
    public static let shareRadix = 10
    /// The greatest share of a state that sums what enters, of 1: with it no sum of numbers in −1...1 leaves −2¹⁰...2¹⁰.
    @inlinable @inline(__always)
    public static func mostOfSums<S: Real>(_: S.Type) -> S { 1 - 1 / S(1 << shareRadix) }
    /// b, the bits a share may lose.
    package static let bits = 1...shareRadix

    /// The nearest whole number, the even one of two, of |x| ≤ 2²² in Float: where 1.5·2²³ is added, no bit is left for a fraction.
    @inlinable @inline(__always)
    static func rounded<S: Real>(_ x: S.Vector, _: S.Type) -> S.Vector {
        let shift = S.Vector(repeating: S(3 << (S.significandBitCount - 1)))
        return (x + shift) - shift
    }

    /// Bits after the point of states that are 2ⁱ at most.
    ///
    /// - Parameter integerBits: i.
    @inlinable @inline(__always)
    public static func radix<S: Real>(integerBits: Int, _: S.Type) -> Int {
        min(radix, S.significandBitCount - integerBits)
    }

    /// k of a gate z in 0...1, which is limited to 2⁻ᵇ...1: ``round(2¹⁰(2⁻ᵇ + (1 − 2⁻ᵇ)z))``.
    ///
    /// - Parameters:
    ///   - least: 2⁻ᵇ.
    ///   - most: the other limit, in place of 1.
    @inlinable @inline(__always)
    public static func share<S: Real>(_ z: S.Vector, least: S, most: S = 1) -> S.Vector {
        rounded((z * (most - least) + least) * S(1 << shareRadix), S.self)
    }

    /// k·2⁻¹⁰.
    @inlinable @inline(__always)
    public static func fraction<S: Real>(_ share: S.Vector, _: S.Type) -> S.Vector { share * (1 / S(1 << shareRadix)) }

    /// What enters of a number in −1...1 where k stays, times 2²³: round(2²³(1 − k·2⁻¹⁰)g).
    @inlinable @inline(__always)
    public static func entering<S: Real>(_ g: S.Vector, besides share: S.Vector, _: S.Type) -> S.Vector {
        entering((1 - fraction(share, S.self)) * g, radix: radix, S.self)
    }

    /// The whole number that enters for a number in −1...1: round(2ʳg).
    ///
    /// - Parameter radix: r.
    @inlinable @inline(__always)
    public static func entering<S: Real>(_ g: S.Vector, radix: Int, _: S.Type) -> S.Vector {
        let x = g * S(1 << radix)
        // Up to 2²³, which is more than can be rounded at once.
        let half = S.Vector(repeating: S(1 << (radix - 1)))
        let base = S.Vector.choose(by: x, positive: half, negative: 0 - half)
        return rounded(x - base, S.self) + base
    }

    /// The next state: ⌊nk·2⁻¹⁰ + ½⌋ and what enters, times 2⁻²³. n has 24 bits and k 10, whose product no Float holds: of
    /// n = 2¹²·high + low each part's does.
    ///
    /// - Parameter radix: the bits after the point.
    @inlinable @inline(__always)
    public static func next<S: Real>(
        _ state: S.Vector, keeping share: S.Vector, entering: S.Vector, radix: Int = FixedPoint.radix, _: S.Type
    ) -> S.Vector {
        let n = state * S(1 << radix)
        let high = rounded(n * (1 / S(1 << 12)), S.self)
        let low = (n - high * S(1 << 12)) * share * (1 / S(1 << shareRadix))
        // low has 10 bits after the point: what is added sends ½ up, and nothing else.
        let kept = high * share * S(1 << (12 - shareRadix)) + rounded(low + 1 / S(1 << 12), S.self)
        return (kept + entering) * (1 / S(1 << radix))
    }
}

/// The buffer's side of ``FixedPoint``: which of the numbers with one kept share a state was, as digits of one number.
///
/// A word takes ⌊64/b⌋ steps: each multiplies it by the count of these numbers, 2ᵇ at most, and adds which it was.
@frozen public enum Forgotten {
    /// Steps of a word.
    package static func stepsOfWord(bits: Int) -> Int { UInt64.bitWidth / bits }

    /// The first n with ⌊nk·2⁻¹⁰ + ½⌋ = `kept`, and how many there are: (2·kept − 1)·2⁹ ≤ nk < (2·kept + 1)·2⁹.
    @inlinable @inline(__always)
    static func candidates(_ kept: Int, _ share: Int) -> (first: Int, count: UInt64) {
        let half = 1 << (FixedPoint.shareRadix - 1)
        let (least, end) = ((2 * kept - 1) * half, (2 * kept + 1) * half)
        func roundedUp(_ x: Int) -> Int { x / share + (x > 0 && x % share != 0 ? 1 : 0) }
        let first = roundedUp(least)
        return (first, UInt64(roundedUp(end) - first))
    }

    /// Writes down what a state loses by its share. A number that is not finite has nothing to be recovered.
    @inlinable @inline(__always)
    package static func push<S: Real>(
        _ state: S, share: S, radix: Int = FixedPoint.radix, to word: inout UInt64
    ) {
        guard state.isFinite, share >= 1 else { return }
        let (n, k) = (Int(state * S(1 << radix)), Int(share))
        let (whole, half) = (1 << FixedPoint.shareRadix, 1 << (FixedPoint.shareRadix - 1))
        guard k < whole else { return }
        let (first, count) = candidates((n * k + half) >> FixedPoint.shareRadix, k)
        word = word * count + UInt64(n - first)
    }

    /// The state before a step.
    ///
    /// - Parameters:
    ///   - next: the state after it.
    ///   - entering: as ``FixedPoint/entering(_:besides:_:)`` has it.
    ///   - radix: the bits after the point.
    @inlinable @inline(__always)
    package static func pop<S: Real>(
        _ next: S, share: S, entering: S, radix: Int = FixedPoint.radix, from word: inout UInt64
    ) -> S {
        guard next.isFinite, entering.isFinite, share >= 1 else { return next }
        let (kept, k) = (Int(next * S(1 << radix) - entering), Int(share))
        guard k < 1 << FixedPoint.shareRadix else { return S(kept) / S(1 << radix) }
        let (first, count) = candidates(kept, k)
        let (rest, place) = word.quotientAndRemainder(dividingBy: count)
        word = rest
        return S(first + Int(place)) / S(1 << radix)
    }
}
