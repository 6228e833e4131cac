import Kernels

/// Memory that somebody else owns.
typealias Pointer<S> = UnsafeMutablePointer<S>

// Loops that cells and head share. Each is made for Float and Double here, for a generic one would crawl.

/// z ← z + b + d in every row.
@specialized(where S == Float)
@specialized(where S == Double)
func addBias<S: Scalar>(_ b: Pointer<S>, _ d: Pointer<S>, to z: Matrix<S>) {
    for row in 0..<z.rows {
        let values = z.start + row * z.pitch
        for j in 0..<z.columns { values[j] += b[j] + d[j] }
    }
}

/// z ← z + b in every row.
@specialized(where S == Float)
@specialized(where S == Double)
func addBias<S: Scalar>(_ b: Pointer<S>, to z: Matrix<S>) {
    for row in 0..<z.rows {
        let values = z.start + row * z.pitch
        for j in 0..<z.columns { values[j] += b[j] }
    }
}

/// x ← x y.
@specialized(where S == Float)
@specialized(where S == Double)
func scale<S: Scalar>(_ count: Int, _ x: Pointer<S>, by y: Pointer<S>) {
    for j in 0..<count { x[j] *= y[j] }
}
