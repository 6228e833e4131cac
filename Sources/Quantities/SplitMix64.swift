/// A generator of random numbers whose state is its seed: Steele, Lea & Flood, Fast Splittable Pseudorandom Number Generators,
/// OOPSLA 2014, doi 10.1145/2660193.2660195.
package struct SplitMix64: RandomNumberGenerator {
    @usableFromInline package var state: UInt64

    /// The numbers of a seed.
    @inlinable package init(state: UInt64) { self.state = state }

    /// The next 64 bits.
    @inlinable package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }
}
