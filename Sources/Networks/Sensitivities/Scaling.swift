import Kernels
import Vectors

/// y ← y + factor x.
@specialized(where S == Float)
@specialized(where S == Double)
func addScaled<S: Scalar>(_ x: Pointer<S>, _ count: Int, by factor: S, to y: Pointer<S>) {
    let factor = S.Vector(repeating: factor)
    forVectors(of: S.self, 0..<count) { offset, count in
        let sum: S.Vector = load(y + offset, count) + load(x + offset, count) * factor
        store(sum, y + offset, count)
    }
}

/// Y ← Y + diag(factors)·X.
@specialized(where S == Float)
@specialized(where S == Double)
func addScaled<S: Scalar>(_ x: Matrix<S>, by factors: Pointer<S>, to y: Matrix<S>) {
    for row in 0..<x.rows { addScaled(x.row(row), x.columns, by: factors[row], to: y.row(row)) }
}
