public import CVectorMath

// Element-wise arithmetic goes through vectors of 64 bytes: whole formulas at once, with what they share in registers.
// Functions that loop are made for Float and Double where they stand, for a generic one would crawl.

/// `count` elements; those that fill no vector leave its rest 0.
@inlinable @inline(__always)
public func load<S: Real>(_ from: UnsafeMutablePointer<S>, _ count: Int) -> S.Vector {
    if count >= S.Vector.scalarCount { return UnsafeRawPointer(from).loadUnaligned(as: S.Vector.self) }
    var values = S.Vector()
    for lane in 0..<count { values[lane] = from[lane] }
    return values
}

/// The first `count` elements, at most a vector of them.
@inlinable @inline(__always)
public func store<S: Real>(_ values: S.Vector, _ to: UnsafeMutablePointer<S>, _ count: Int) {
    if count >= S.Vector.scalarCount {
        UnsafeMutableRawPointer(to).storeBytes(of: values, as: S.Vector.self)
    } else {
        for lane in 0..<count { to[lane] = values[lane] }
    }
}

/// Asks for what is read two rows of a record later, where each has `row` elements. Backward reads records that were written
/// long ago, some lines here, some there, which the processor does not foresee: half of the time of an LSTM's differentiation
/// was waiting for them.
@inlinable @inline(__always)
public func prefetch<S: Real>(_ place: UnsafeMutablePointer<S>, row: Int) { unroll_prefetch(place + 2 * row) }

/// Visits units a vector at a time, with how many are there: a constant for all but the last, so that nothing asks for it.
@inlinable @inline(__always)
public func forVectors<S: Real>(of _: S.Type, _ units: Range<Int>, _ body: (_ unit: Int, _ count: Int) -> Void) {
    var unit = units.lowerBound
    while unit + S.Vector.scalarCount <= units.upperBound {
        body(unit, S.Vector.scalarCount)
        unit += S.Vector.scalarCount
    }
    if unit < units.upperBound { body(unit, units.upperBound - unit) }
}
