/// A key for ``Scalar/fillNoise(_:count:key:)`` from a seed and the place of a tensor: SplitMix64's finaliser
/// (Steele, Lea & Flood 2014, doi 10.1145/2660193.2660195) over each word in turn.
package func noiseKey(_ words: UInt64...) -> UInt64 {
    var key: UInt64 = 0
    for word in words {
        key = (key ^ word) &+ 0x9e37_79b9_7f4a_7c15
        key = (key ^ (key &>> 30)) &* 0xbf58_476d_1ce4_e5b9
        key = (key ^ (key &>> 27)) &* 0x94d0_49bb_1331_11eb
        key ^= key &>> 31
    }
    return key
}
