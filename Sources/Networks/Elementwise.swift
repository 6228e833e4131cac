import Glibc
import Kernels
import Vectors

/// Memory that it does not own.
typealias Pointer<S> = UnsafeMutablePointer<S>

/// y ← 0. Element by element, through what is known of a type when the program runs, it took a fiftieth of some training steps.
func clear<S: Scalar>(_ y: Pointer<S>, _ count: Int) { memset(y, 0, count * MemoryLayout<S>.stride) }

/// y ← x for some columns of a matrix.
@specialized(where S == Float)
@specialized(where S == Double)
func copy<S: Scalar>(_ x: Matrix<S>, _ units: Range<Int>, to y: Matrix<S>) {
    for row in 0..<x.rows {
        (y.row(row) + units.lowerBound).update(from: x.row(row) + units.lowerBound, count: units.count)
    }
}

/// y ← y + x.
@specialized(where S == Float)
@specialized(where S == Double)
func add<S: Scalar>(_ x: Matrix<S>, to y: Matrix<S>) {
    for row in 0..<x.rows {
        let (from, to) = (x.row(row), y.row(row))
        forVectors(of: S.self, 0..<x.columns) { column, count in
            let sum: S.Vector = load(from + column, count) + load(to + column, count)
            store(sum, to + column, count)
        }
    }
}

/// y ← y + Σ rows of x for some columns.
@specialized(where S == Float)
@specialized(where S == Double)
func addRows<S: Scalar>(of x: Matrix<S>, _ units: Range<Int>, to y: Pointer<S>) {
    forVectors(of: S.self, units) { unit, count in
        var sum: S.Vector = load(y + unit, count)
        for row in 0..<x.rows { sum += load(x.row(row) + unit, count) }
        store(sum, y + unit, count)
    }
}
