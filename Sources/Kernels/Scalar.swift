import COpenBLAS
import CVectorMath

/// What arithmetic needs of an element type. Everything generic reaches its loops through these witnesses, which are
/// concrete: a generic kernel called across modules would run a hundred times slower.
package protocol Scalar: BinaryFloatingPoint, BitwiseCopyable, Sendable {
    /// C ← A·B, or C ← C + A·B when accumulating. A [m, k], B [k, n], C [m, n] and not transposed.
    static func multiply(_ a: Matrix<Self>, _ b: Matrix<Self>, into c: Matrix<Self>, accumulating: Bool)

    /// The same by the library, on as many threads as it was told to use: what our products are held against, and what
    /// does the columns that fill no vector.
    static func multiplyByBLAS(_ a: Matrix<Self>, _ b: Matrix<Self>, into c: Matrix<Self>, accumulating: Bool)

    /// x ← tanh(x) for `count` elements.
    static func tanh(_ values: UnsafeMutablePointer<Self>, count: Int)

    /// x ← 1/(1 + exp(−x)) for `count` elements.
    static func sigmoid(_ values: UnsafeMutablePointer<Self>, count: Int)

    /// y ← y + Σ rows of A. A [m, n] and not transposed, y [n].
    static func addRowSums(of a: Matrix<Self>, to sums: UnsafeMutablePointer<Self>)

    /// Uniform numbers in [−1, 1] that depend on the key and on their place alone; in Float those of Double, rounded.
    static func fillNoise(_ values: UnsafeMutablePointer<Self>, count: Int, key: UInt64)

    /// The number that ``fillNoise(_:count:key:)`` puts at one place.
    static func noise(at place: Int, key: UInt64) -> Self
}

extension Float: Scalar {
    package static func multiply(
        _ a: Matrix<Float>, _ b: Matrix<Float>, into c: Matrix<Float>, accumulating: Bool
    ) {
        product(
            a, b, into: c, accumulating: accumulating,
            rows: { a, b, c in
                unroll_rows_f32(
                    c.rows, c.columns, a.columns, a.start, a.rowStep, a.columnStep, b.start, b.pitch, c.start, c.pitch,
                    accumulating ? 1 : 0)
            },
            dots: { a, b, c in
                unroll_dots_f32(
                    c.rows, c.columns, a.columns, a.start, a.pitch, b.start, b.pitch, c.start, c.pitch,
                    accumulating ? 1 : 0)
            })
    }

    package static func multiplyByBLAS(
        _ a: Matrix<Float>, _ b: Matrix<Float>, into c: Matrix<Float>, accumulating: Bool
    ) {
        checkShapes(a, b, c)
        cblas_sgemm(
            CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans, b.isTransposed ? CblasTrans : CblasNoTrans,
            blasint(c.rows), blasint(c.columns), blasint(a.columns), 1, a.start, blasint(a.pitch), b.start,
            blasint(b.pitch), accumulating ? 1 : 0, c.start, blasint(c.pitch))
    }

    package static func tanh(_ values: UnsafeMutablePointer<Float>, count: Int) { unroll_tanh_f32(values, count) }

    package static func sigmoid(_ values: UnsafeMutablePointer<Float>, count: Int) {
        unroll_sigmoid_f32(values, count)
    }

    package static func addRowSums(of a: Matrix<Float>, to sums: UnsafeMutablePointer<Float>) {
        accumulateRowSums(of: a, to: sums)
    }

    package static func fillNoise(_ values: UnsafeMutablePointer<Float>, count: Int, key: UInt64) {
        for place in 0..<count { values[place] = hashed(place, key: key) }
    }

    package static func noise(at place: Int, key: UInt64) -> Float { hashed(place, key: key) }
}

extension Double: Scalar {
    package static func multiply(
        _ a: Matrix<Double>, _ b: Matrix<Double>, into c: Matrix<Double>, accumulating: Bool
    ) {
        product(
            a, b, into: c, accumulating: accumulating,
            rows: { a, b, c in
                unroll_rows_f64(
                    c.rows, c.columns, a.columns, a.start, a.rowStep, a.columnStep, b.start, b.pitch, c.start, c.pitch,
                    accumulating ? 1 : 0)
            },
            dots: { a, b, c in
                unroll_dots_f64(
                    c.rows, c.columns, a.columns, a.start, a.pitch, b.start, b.pitch, c.start, c.pitch,
                    accumulating ? 1 : 0)
            })
    }

    package static func multiplyByBLAS(
        _ a: Matrix<Double>, _ b: Matrix<Double>, into c: Matrix<Double>, accumulating: Bool
    ) {
        checkShapes(a, b, c)
        cblas_dgemm(
            CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans, b.isTransposed ? CblasTrans : CblasNoTrans,
            blasint(c.rows), blasint(c.columns), blasint(a.columns), 1, a.start, blasint(a.pitch), b.start,
            blasint(b.pitch), accumulating ? 1 : 0, c.start, blasint(c.pitch))
    }

    package static func tanh(_ values: UnsafeMutablePointer<Double>, count: Int) { unroll_tanh_f64(values, count) }

    package static func sigmoid(_ values: UnsafeMutablePointer<Double>, count: Int) {
        unroll_sigmoid_f64(values, count)
    }

    package static func addRowSums(of a: Matrix<Double>, to sums: UnsafeMutablePointer<Double>) {
        accumulateRowSums(of: a, to: sums)
    }

    package static func fillNoise(_ values: UnsafeMutablePointer<Double>, count: Int, key: UInt64) {
        for place in 0..<count { values[place] = hashed(place, key: key) }
    }

    package static func noise(at place: Int, key: UInt64) -> Double { hashed(place, key: key) }
}

@inline(__always)
private func accumulateRowSums<S: Scalar>(of a: Matrix<S>, to sums: UnsafeMutablePointer<S>) {
    precondition(!a.isTransposed)
    for row in 0..<a.rows {
        let values = a.start + row * a.pitch
        for column in 0..<a.columns { sums[column] += values[column] }
    }
}

/// A 32-bit integer hash of the place (lowbias32 by C. Wellons), keyed before and between its rounds: any element can be
/// made at any time, and a loop over places vectorises.
@inline(__always)
private func hashed<S: Scalar>(_ place: Int, key: UInt64) -> S {
    var hash = UInt32(truncatingIfNeeded: place) &+ UInt32(truncatingIfNeeded: key)
    hash ^= hash &>> 16
    hash = (hash &* 0x7feb_352d) ^ UInt32(truncatingIfNeeded: key >> 32)
    hash ^= hash &>> 15
    hash = hash &* 0x846c_a68b
    hash ^= hash &>> 16
    return S(Int32(bitPattern: hash)) * 0x1p-31
}
