import CVectorMath
import Glibc
import Kernels

/// Memory that somebody else owns.
typealias Pointer<S> = UnsafeMutablePointer<S>

// Element-wise arithmetic goes through vectors of 64 bytes: whole formulas at once, with what they share in registers.
// Functions that loop are made for Float and Double where they stand, for a generic one would crawl.

/// `count` elements; those that fill no vector leave its rest 0.
@inline(__always)
func load<S: Scalar>(_ from: Pointer<S>, _ count: Int) -> S.Vector {
    if count >= S.Vector.scalarCount { return UnsafeRawPointer(from).loadUnaligned(as: S.Vector.self) }
    var values = S.Vector()
    for lane in 0..<count { values[lane] = from[lane] }
    return values
}

/// The first `count` elements, at most a vector of them.
@inline(__always)
func store<S: Scalar>(_ values: S.Vector, _ to: Pointer<S>, _ count: Int) {
    if count >= S.Vector.scalarCount {
        UnsafeMutableRawPointer(to).storeBytes(of: values, as: S.Vector.self)
    } else {
        for lane in 0..<count { to[lane] = values[lane] }
    }
}

/// Asks for what is read two rows of a record later, where each has so many elements. Backward reads records that were written
/// long ago, some lines here, some there, which the processor does not foresee: half of the time of an LSTM's differentiation
/// was waiting for them.
@inline(__always)
func expect<S: Scalar>(_ place: Pointer<S>, row: Int) { unroll_prefetch(place + 2 * row) }

/// Visits units a vector at a time, with how many are there: a constant for all but the last, so that nothing asks for it.
@inline(__always)
func forVectors<S: Scalar>(of _: S.Type, _ units: Range<Int>, _ body: (_ unit: Int, _ count: Int) -> Void) {
    var unit = units.lowerBound
    while unit + S.Vector.scalarCount <= units.upperBound {
        body(unit, S.Vector.scalarCount)
        unit += S.Vector.scalarCount
    }
    if unit < units.upperBound { body(unit, units.upperBound - unit) }
}

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
