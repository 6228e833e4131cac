import Glibc
import Kernels
import Vectors

// Losses at one step, and their derivatives in place of the outputs, [B, O].

/// y ← 2 weight (y − target).
///
/// - Parameter targets: [B, O]; a row that begins with NaN does not count.
/// - Returns: Σ (y − target)².
@inline(__always)
func differentiateSquaredError<S: Scalar>(_ y: Matrix<S>, targets: Pointer<S>, weight: S) -> Double {
    var sum = 0.0
    for row in 0..<y.rows {
        let (values, targets) = (y.row(row), targets + row * y.columns)
        if targets[0].isNaN {
            clear(values, y.columns)
            continue
        }
        for offset in 0..<y.columns {
            let error = values[offset] - targets[offset]
            sum += Double(error) * Double(error)
            values[offset] = 2 * weight * error
        }
    }
    return sum
}

/// y ← weight (softmax(y) − 1 at the target), row by row.
///
/// - Parameter targets: the classes, [B]; a row with −1 does not count.
/// - Returns: Σ −ln softmax(y) of the classes.
@inline(__always)
func differentiateCrossEntropy<S: Scalar>(_ y: Matrix<S>, targets: Pointer<S>, weight: S) -> Double {
    var sum = 0.0
    for row in 0..<y.rows {
        let (values, target) = (y.row(row), Int(targets[row]))
        guard target >= 0 else {
            clear(values, y.columns)
            continue
        }
        precondition(target < y.columns, "a class that the head has no output for")
        let largest = largest(values, y.columns)
        let margin = Double(largest) - Double(values[target])
        let total = exponentiate(values, y.columns, from: largest)
        let scale = S.Vector(repeating: weight / total)
        forVectors(of: S.self, 0..<y.columns) { offset, count in
            store(load(values + offset, count) * scale, values + offset, count)
        }
        values[target] -= weight
        sum += margin + log(Double(total))
    }
    return sum
}

@inline(__always)
private func largest<S: Scalar>(_ values: Pointer<S>, _ count: Int) -> S {
    // Four at a time that do not wait for each other. A vector's maximum goes lane by lane in generic code.
    var (a, b, c, d) = (values[0], values[0], values[0], values[0])
    var offset = 0
    while offset + 4 <= count {
        let (e, f, g, h) = (values[offset], values[offset + 1], values[offset + 2], values[offset + 3])
        a = e > a ? e : a
        b = f > b ? f : b
        c = g > c ? g : c
        d = h > d ? h : d
        offset += 4
    }
    for value in UnsafeBufferPointer(start: values + offset, count: count - offset) { a = value > a ? value : a }
    let (left, right) = (a > b ? a : b, c > d ? c : d)
    return left > right ? left : right
}

/// x ← exp(x − largest), of which none overflows and the largest is 1.
///
/// - Returns: their sum.
@inline(__always)
private func exponentiate<S: Scalar>(_ values: Pointer<S>, _ count: Int, from largest: S) -> S {
    var sums = S.Vector()
    forVectors(of: S.self, 0..<count) { offset, rest in
        var powers = S.exp(load(values + offset, rest) - S.Vector(repeating: largest))
        for lane in min(rest, S.Vector.scalarCount)..<S.Vector.scalarCount { powers[lane] = 0 }
        sums += powers
        store(powers, values + offset, rest)
    }
    return sums.sum()
}
