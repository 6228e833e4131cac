import Noise

// Loops over rows that tasks have in common. They are called of any element type, and are compiled for both.

/// Rows that are 0 but for a 1 at each one's symbol, [rows, width].
///
/// - Parameter symbol: of a sequence; nil where it has none.
@specialized(where S == Float)
@specialized(where S == Double)
func fillOneHot<S: NoiseElement>(
    _ values: UnsafeMutablePointer<S>, rows: Range<Int>, width: Int, symbol: (_ sequence: Int) -> Int?
) {
    values.update(repeating: 0, count: rows.count * width)
    for (row, sequence) in rows.enumerated() {
        if let symbol = symbol(sequence) { values[row * width + symbol] = 1 }
    }
}

/// A class for each sequence, [batch]; −1, which does not count, where there is none.
@specialized(where S == Float)
@specialized(where S == Double)
func fillClasses<S: NoiseElement>(
    _ values: UnsafeMutablePointer<S>, batch: Int, class: (_ sequence: Int) -> Int?
) {
    for sequence in 0..<batch { values[sequence] = S(`class`(sequence) ?? -1) }
}

/// Rows of what ``NoiseElement/fillNoise(_:count:key:)`` puts into a whole batch, [rows, width].
@specialized(where S == Float)
@specialized(where S == Double)
func fillNoise<S: NoiseElement>(_ values: UnsafeMutablePointer<S>, rows: Range<Int>, width: Int, key: UInt64) {
    guard rows.lowerBound > 0 else { return S.fillNoise(values, count: rows.count * width, key: key) }
    let first = rows.lowerBound * width
    for place in 0..<rows.count * width { values[place] = S.noise(at: first + place, key: key) }
}

/// Whether the target's class is the likeliest. An output that is not a number is not.
@specialized(where S == Float)
@specialized(where S == Double)
func isLikeliest<S: NoiseElement>(_ target: S, of outputs: UnsafeBufferPointer<S>) -> Bool {
    let wanted = outputs[Int(target)]
    return outputs.allSatisfy { $0 <= wanted }
}
