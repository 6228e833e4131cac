import CVectorMath

/// C ← (C +) A·B with the kernels of `products.h`, the columns of C shared among the team's threads.
///
/// At 32×512×512 they run at 1.3 times OpenBLAS 0.3.21, at 32×512×2048 with B transposed at 2 times (one thread of a
/// Zen 4), because they do not pack the weights at every step. Every element is summed in an order that
/// depends on k alone, not on the number of rows, of threads, or on its place: the order of the terms, or, where both are
/// read along their rows, a sum for each lane and then their tree.
///
/// Columns that fill no vector are left to BLAS and its order, as is everything on a machine without vectors.
@inline(__always)
func product<S: Scalar>(
    _ a: Matrix<S>, _ b: Matrix<S>, into c: Matrix<S>, accumulating: Bool,
    rows: (Matrix<S>, Matrix<S>, Matrix<S>) -> Void, dots: (Matrix<S>, Matrix<S>, Matrix<S>) -> Void
) {
    checkShapes(a, b, c)
    let lanes = unroll_vector_bytes() / MemoryLayout<S>.stride
    // Both kernels read B along its stored rows; along A's rows both can, across them only one.
    let byDots = b.isTransposed && !a.isTransposed
    guard lanes > 0, byDots || !b.isTransposed else {
        S.multiplyByBLAS(a, b, into: c, accumulating: accumulating)
        return
    }
    let whole = byDots ? c.columns : c.columns / lanes * lanes
    if whole < c.columns {
        let rest = whole..<c.columns
        S.multiplyByBLAS(a, b.columns(rest), into: c.columns(rest), accumulating: accumulating)
    }
    Team.shared.split(
        whole, by: byDots ? 4 : lanes, worth: 2 * c.rows * a.columns * whole
    ) { columns in
        if byDots {
            dots(a, b.columns(columns), c.columns(columns))
        } else {
            rows(a, b.columns(columns), c.columns(columns))
        }
    }
}

@inline(__always)
func checkShapes<S>(_ a: Matrix<S>, _ b: Matrix<S>, _ c: Matrix<S>) {
    precondition(
        a.columns == b.rows && c.rows == a.rows && c.columns == b.columns && !c.isTransposed, "shapes do not multiply")
}
