// Noise: seeded random numbers that any place of any tensor can be asked for at any time, in any order. Needs nothing.

/// A key for ``NoiseElement/fillNoise(_:count:key:)`` from a seed and the place of a tensor: SplitMix64's finaliser
/// (Steele, Lea & Flood 2014, doi 10.1145/2660193.2660195) over each word in turn.
@inlinable package func noiseKey(_ words: UInt64...) -> UInt64 {
    var key: UInt64 = 0
    for word in words {
        key = (key ^ word) &+ 0x9e37_79b9_7f4a_7c15
        key = (key ^ (key &>> 30)) &* 0xbf58_476d_1ce4_e5b9
        key = (key ^ (key &>> 27)) &* 0x94d0_49bb_1331_11eb
        key ^= key &>> 31
    }
    return key
}

/// A type of which noise can be made.
///
/// Generic code reaches the loops through these witnesses, which are concrete: see `Scalar` in Kernels.
public protocol NoiseElement: BinaryFloatingPoint, BitwiseCopyable, Sendable {
    /// Uniform numbers in [−1, 1] that depend on the key and on their place alone; in Float those of Double, rounded.
    static func fillNoise(_ values: UnsafeMutablePointer<Self>, count: Int, key: UInt64)

    /// The number that ``fillNoise(_:count:key:)`` puts at one place.
    static func noise(at place: Int, key: UInt64) -> Self
}

extension Float: NoiseElement {
    public static func fillNoise(_ values: UnsafeMutablePointer<Float>, count: Int, key: UInt64) {
        for place in 0..<count { values[place] = hashed(place, key: key) }
    }

    public static func noise(at place: Int, key: UInt64) -> Float { hashed(place, key: key) }
}

extension Double: NoiseElement {
    public static func fillNoise(_ values: UnsafeMutablePointer<Double>, count: Int, key: UInt64) {
        for place in 0..<count { values[place] = hashed(place, key: key) }
    }

    public static func noise(at place: Int, key: UInt64) -> Double { hashed(place, key: key) }
}

/// A 32-bit integer hash of the place (lowbias32 by C. Wellons), keyed before and between its rounds: any element can be
/// made at any time, and a loop over places vectorises.
@inline(__always)
private func hashed<Element: NoiseElement>(_ place: Int, key: UInt64) -> Element {
    var hash = UInt32(truncatingIfNeeded: place) &+ UInt32(truncatingIfNeeded: key)
    hash ^= hash &>> 16
    hash = (hash &* 0x7feb_352d) ^ UInt32(truncatingIfNeeded: key >> 32)
    hash ^= hash &>> 15
    hash = hash &* 0x846c_a68b
    hash ^= hash &>> 16
    return Element(Int32(bitPattern: hash)) * 0x1p-31
}
