import CVectorMath
public import Noise
public import Vectors

/// What arithmetic needs of an element type. Everything generic reaches its loops through these witnesses, which are
/// concrete: a generic kernel called across modules would run a hundred times slower.
public protocol Scalar: Real, NoiseElement {
    /// C ← C₀ + A·B for some columns of B and C: A [m, k], B [k, n], C and C₀ [m, n]. Without C₀, C ← A·B.
    ///
    /// - Parameter columns: begins at a multiple of 16.
    static func multiply(
        _ a: Matrix<Self>, _ b: PackedMatrix<Self>, columns: Range<Int>, from: Matrix<Self>?, into c: Matrix<Self>)

    /// C ← C + A·B for some columns of B and C: A [m, k], B [k, n], C [m, n].
    ///
    /// - Parameters:
    ///   - b: its rows can be read to a multiple of 16 columns.
    ///   - columns: begins at a multiple of 16.
    static func accumulate(_ a: Matrix<Self>, _ b: Matrix<Self>, columns: Range<Int>, into c: PackedMatrix<Self>)

    /// C ← C₀ + A·B, where no operand is packed: A [m, k], B [k, n], C and C₀ [m, n], C₀ perhaps C. Without C₀, C ← A·B.
    ///
    /// - Parameter b: its rows can be read to a whole vector, of what is after them too.
    static func multiply(_ a: Matrix<Self>, _ b: Matrix<Self>, from: Matrix<Self>?, into c: Matrix<Self>)

    /// Packs and unpacks runs of numbers: see ``Vectors/RecordFormat``.
    static func pack(
        _ values: UnsafePointer<Self>, _ runs: NumberRuns, as format: RecordFormat, to packed: UnsafeMutableRawPointer,
        key: UInt64?, place: Int)
    static func unpack(
        _ packed: UnsafeRawPointer, _ runs: NumberRuns, as format: RecordFormat, to values: UnsafeMutablePointer<Self>)

    /// C ← A·B by the library, on as many threads as were set: what our products are compared with.
    static func multiplyByBLAS(_ a: Matrix<Self>, _ b: Matrix<Self>, into c: Matrix<Self>)
}

extension Float: Scalar {
    public static func multiply(
        _ a: Matrix<Float>, _ b: PackedMatrix<Float>, columns: Range<Int>, from: Matrix<Float>?, into c: Matrix<Float>
    ) {
        product(a, b, columns, from, c) { a, columns, b, ldb, from, ldfrom, c, ldc in
            unroll_product_f32(
                a.rows, columns, a.columns, a.start, a.rowStep, a.columnStep, b, ldb, from, ldfrom, c, ldc)
        }
    }

    public static func accumulate(
        _ a: Matrix<Float>, _ b: Matrix<Float>, columns: Range<Int>, into c: PackedMatrix<Float>
    ) {
        accumulatedProduct(a, b, columns, c) { a, columns, b, ldb, c, ldc in
            unroll_product_f32(a.rows, columns, a.columns, a.start, a.rowStep, a.columnStep, b, ldb, c, ldc, c, ldc)
        }
    }

    public static func multiply(_ a: Matrix<Float>, _ b: Matrix<Float>, from: Matrix<Float>?, into c: Matrix<Float>) {
        checkShapes(a, b, c)
        precondition(!b.isTransposed, "rows of the right operand are read as they lie")
        unroll_product_f32(
            a.rows, c.columns, a.columns, a.start, a.rowStep, a.columnStep, b.start, b.pitch, from?.start,
            from?.pitch ?? 0, c.start, c.pitch)
    }

    public static func multiplyByBLAS(_ a: Matrix<Float>, _ b: Matrix<Float>, into c: Matrix<Float>) {
        checkShapes(a, b, c)
        BLAS.library.sgemm(
            BLAS.rowMajor, BLAS.transposition(a.isTransposed), BLAS.transposition(b.isTransposed), Int32(c.rows),
            Int32(c.columns), Int32(a.columns), 1, a.start, Int32(a.pitch), b.start, Int32(b.pitch), 0, c.start,
            Int32(c.pitch))
    }
}

extension Double: Scalar {
    public static func multiply(
        _ a: Matrix<Double>, _ b: PackedMatrix<Double>, columns: Range<Int>, from: Matrix<Double>?,
        into c: Matrix<Double>
    ) {
        product(a, b, columns, from, c) { a, columns, b, ldb, from, ldfrom, c, ldc in
            unroll_product_f64(
                a.rows, columns, a.columns, a.start, a.rowStep, a.columnStep, b, ldb, from, ldfrom, c, ldc)
        }
    }

    public static func accumulate(
        _ a: Matrix<Double>, _ b: Matrix<Double>, columns: Range<Int>, into c: PackedMatrix<Double>
    ) {
        accumulatedProduct(a, b, columns, c) { a, columns, b, ldb, c, ldc in
            unroll_product_f64(a.rows, columns, a.columns, a.start, a.rowStep, a.columnStep, b, ldb, c, ldc, c, ldc)
        }
    }

    public static func multiply(_ a: Matrix<Double>, _ b: Matrix<Double>, from: Matrix<Double>?, into c: Matrix<Double>)
    {
        checkShapes(a, b, c)
        precondition(!b.isTransposed, "rows of the right operand are read as they lie")
        unroll_product_f64(
            a.rows, c.columns, a.columns, a.start, a.rowStep, a.columnStep, b.start, b.pitch, from?.start,
            from?.pitch ?? 0, c.start, c.pitch)
    }

    public static func multiplyByBLAS(_ a: Matrix<Double>, _ b: Matrix<Double>, into c: Matrix<Double>) {
        checkShapes(a, b, c)
        BLAS.library.dgemm(
            BLAS.rowMajor, BLAS.transposition(a.isTransposed), BLAS.transposition(b.isTransposed), Int32(c.rows),
            Int32(c.columns), Int32(a.columns), 1, a.start, Int32(a.pitch), b.start, Int32(b.pitch), 0, c.start,
            Int32(c.pitch))
    }
}

@inline(__always)
private func checkShapes<S>(_ a: Matrix<S>, _ b: Matrix<S>, _ c: Matrix<S>) {
    precondition(
        a.columns == b.rows && c.rows == a.rows && c.columns == b.columns && !c.isTransposed, "shapes do not multiply")
}
