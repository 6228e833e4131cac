import CVectorMath

// Products by `products.h`, panel by panel. An element's bits depend on neither the number of rows nor which columns are
// asked for: threads share a product by its columns, and steps are multiplied one by one or many at once, as is fastest.

/// C ← C₀ + A·B for some columns, where the right operand is packed. What is multiplied may be of another type than its sums.
@inline(__always)
func product<Term, Sum>(
    _ a: Matrix<Term>, _ b: PackedMatrix<Term>, _ columns: Range<Int>, _ from: Matrix<Sum>?, _ c: Matrix<Sum>,
    by kernel: (
        _ a: Matrix<Term>, _ columns: Int, _ b: UnsafePointer<Term>, _ ldb: Int, _ from: UnsafePointer<Sum>?,
        _ ldfrom: Int, _ c: UnsafeMutablePointer<Sum>, _ ldc: Int
    ) -> Void
) {
    precondition(
        a.columns == b.rows && c.rows == a.rows && columns.lowerBound.isMultiple(of: PackedMatrix<Term>.pad)
            && columns.upperBound <= min(b.columns, c.columns) && !c.isTransposed, "shapes do not multiply")
    forPanels(columns) { part in
        kernel(
            a, part.count, b.start + b.offset(row: 0, column: part.lowerBound), b.pitch(at: part.lowerBound),
            from.map { UnsafePointer($0.start + part.lowerBound) }, from?.pitch ?? 0, c.start + part.lowerBound,
            c.pitch)
    }
}

/// C ← C + A·B for some columns, where the result is packed. Its padding stays as it is.
@inline(__always)
func accumulatedProduct<S: Scalar>(
    _ a: Matrix<S>, _ b: Matrix<S>, _ columns: Range<Int>, _ c: PackedMatrix<S>,
    by kernel: (
        _ a: Matrix<S>, _ columns: Int, _ b: UnsafePointer<S>, _ ldb: Int, _ c: UnsafeMutablePointer<S>, _ ldc: Int
    ) -> Void
) {
    precondition(
        a.columns == b.rows && c.rows == a.rows && columns.lowerBound.isMultiple(of: PackedMatrix<S>.pad)
            && columns.upperBound <= min(b.columns, c.columns) && !b.isTransposed, "shapes do not multiply")
    forPanels(columns) { part in
        kernel(
            a, part.count, b.start + part.lowerBound, b.pitch,
            c.start + c.offset(row: 0, column: part.lowerBound), c.pitch(at: part.lowerBound))
    }
}

/// The columns as they lie in panels.
@inline(__always)
func forPanels(_ columns: Range<Int>, _ body: (Range<Int>) -> Void) {
    var column = columns.lowerBound
    while column < columns.upperBound {
        let end = min(columns.upperBound, (column / Int(UNROLL_PANEL) + 1) * Int(UNROLL_PANEL))
        body(column..<end)
        column = end
    }
}
