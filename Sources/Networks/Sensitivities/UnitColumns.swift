import Kernels
import Vectors

/// The columns of one unit that an adjoint of its products gives to, carried over some steps by ``UnitFactors``: each is read and written
/// once, and stays in registers over all steps.
///
/// What is carried has P values for each part of a state, and the gradient P: where that is more than a cache, its way there and back is
/// what a chunk takes at least.
struct UnitColumns<S: Scalar> {
    let factors: UnitFactors<S>
    /// Which, among the factors' units and adjoints.
    let unit, adjoint: Int
    /// The features, and elements from one step's to the next.
    let x: Pointer<S>
    let pitch: Int
    /// What is carried, and elements from one part of the state to the next.
    let e: Pointer<S>
    let partPitch: Int
    /// The gradient.
    let g: Pointer<S>
    /// How many there are.
    let count: Int

    @inline(__always)
    func carry() {
        let width = S.Vector.scalarCount
        guard factors.parts <= 2 else { return forVectors(of: S.self, 0..<count) { carrySeveral($0, $1) } }
        // Each sum waits for the one before it: four side by side keep the processor busy.
        let wide = count / (4 * width) * (4 * width)
        for offset in stride(from: 0, to: wide, by: 4 * width) { carry(Four<S>.self, offset, 4 * width) }
        forVectors(of: S.self, wide..<count) { carry(One<S>.self, $0, $1) }
    }

    @inline(__always)
    private func carry<Group: ColumnGroup<S>>(_: Group.Type, _ offset: Int, _ count: Int) {
        if factors.parts == 1 {
            carryOnePart(Group.self, offset, count)
        } else {
            carryTwoParts(Group.self, offset, count)
        }
    }

    /// Φ or α of the unit, in all lanes.
    @inline(__always)
    private func through(_ result: Int, _ part: Int) -> S.Vector {
        S.Vector(repeating: factors.through(result, part)[unit])
    }

    /// Γ or β of the unit at a step.
    @inline(__always)
    private func given(_ result: Pointer<S>, _ step: Int) -> S.Vector {
        S.Vector(repeating: result[step * UnitFactors<S>.width])
    }

    /// Γ or β of the unit.
    @inline(__always)
    private func given(_ result: Int) -> Pointer<S> { factors.given(adjoint, result) + unit }

    /// Features are read whole vectors at a time: what follows those of the last step is memory of theirs.
    @inline(__always)
    private func carryOnePart<Group: ColumnGroup<S>>(_: Group.Type, _ offset: Int, _ count: Int) {
        let (x, e, g) = (x + offset, e + offset, g + offset)
        let own = Group(e, count)
        var next = own.times(through(0, 0))
        let given0 = given(0)
        if factors.hasLoss {
            var gradient = Group(g, count).adding(own, times: through(1, 0))
            let given1 = given(1)
            for step in 0..<factors.steps {
                let feature = Group(x + step * pitch)
                next = next.adding(feature, times: given(given0, step))
                gradient = gradient.adding(feature, times: given(given1, step))
            }
            gradient.store(g, count)
        } else {
            for step in 0..<factors.steps {
                next = next.adding(Group(x + step * pitch), times: given(given0, step))
            }
        }
        next.store(e, count)
    }

    @inline(__always)
    private func carryTwoParts<Group: ColumnGroup<S>>(_: Group.Type, _ offset: Int, _ count: Int) {
        let (x, e, other, g) = (x + offset, e + offset, e + partPitch + offset, g + offset)
        let (own0, own1) = (Group(e, count), Group(other, count))
        var next0 = own0.times(through(0, 0)).adding(own1, times: through(0, 1))
        var next1 = own0.times(through(1, 0)).adding(own1, times: through(1, 1))
        let (given0, given1) = (given(0), given(1))
        if factors.hasLoss {
            var gradient = Group(g, count).adding(own0, times: through(2, 0)).adding(own1, times: through(2, 1))
            let given2 = given(2)
            for step in 0..<factors.steps {
                let feature = Group(x + step * pitch)
                next0 = next0.adding(feature, times: given(given0, step))
                next1 = next1.adding(feature, times: given(given1, step))
                gradient = gradient.adding(feature, times: given(given2, step))
            }
            gradient.store(g, count)
        } else {
            for step in 0..<factors.steps {
                let feature = Group(x + step * pitch)
                next0 = next0.adding(feature, times: given(given0, step))
                next1 = next1.adding(feature, times: given(given1, step))
            }
        }
        next0.store(e, count)
        next1.store(other, count)
    }

    /// Of a state of more parts, as the stabilised LSTM's.
    @inline(__always)
    private func carrySeveral(_ offset: Int, _ count: Int) {
        let parts = factors.parts
        withUnsafeTemporaryAllocation(of: S.Vector.self, capacity: parts) { own in
            for part in 0..<parts { own[part] = load(e + part * partPitch + offset, count) }
            for result in 0..<factors.results {
                let to = (result < parts ? e + result * partPitch : g) + offset
                var sum: S.Vector = result < parts ? S.Vector() : load(to, count)
                for part in 0..<parts { sum += own[part] * through(result, part) }
                for step in 0..<factors.steps {
                    sum += load(x + step * pitch + offset, S.Vector.scalarCount) * given(given(result), step)
                }
                store(sum, to, count)
            }
        }
    }
}

/// Vectors of neighbouring columns.
private protocol ColumnGroup<S> {
    associatedtype S: Scalar

    /// The first ones there are, the others 0.
    init(_ from: Pointer<S>, _ count: Int)
    /// All of them.
    init(_ from: Pointer<S>)

    func store(_ to: Pointer<S>, _ count: Int)
    func times(_ factor: S.Vector) -> Self
    func adding(_ other: Self, times factor: S.Vector) -> Self
}

private struct One<S: Scalar>: ColumnGroup {
    let a: S.Vector

    @inline(__always) init(a: S.Vector) { self.a = a }
    @inline(__always) init(_ from: Pointer<S>, _ count: Int) { a = load(from, count) }
    @inline(__always) init(_ from: Pointer<S>) { a = load(from, S.Vector.scalarCount) }

    @inline(__always) func store(_ to: Pointer<S>, _ count: Int) { Vectors.store(a, to, count) }
    @inline(__always) func times(_ factor: S.Vector) -> One { One(a: a * factor) }
    @inline(__always) func adding(_ other: One, times factor: S.Vector) -> One { One(a: a + other.a * factor) }
}

/// Four vectors, all of them there.
private struct Four<S: Scalar>: ColumnGroup {
    let a, b, c, d: S.Vector

    @inline(__always) init(a: S.Vector, b: S.Vector, c: S.Vector, d: S.Vector) {
        (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }
    @inline(__always) init(_ from: Pointer<S>, _ count: Int) { self.init(from) }
    @inline(__always) init(_ from: Pointer<S>) {
        let width = S.Vector.scalarCount
        (a, b) = (load(from, width), load(from + width, width))
        (c, d) = (load(from + 2 * width, width), load(from + 3 * width, width))
    }

    @inline(__always) func store(_ to: Pointer<S>, _ count: Int) {
        let width = S.Vector.scalarCount
        Vectors.store(a, to, width)
        Vectors.store(b, to + width, width)
        Vectors.store(c, to + 2 * width, width)
        Vectors.store(d, to + 3 * width, width)
    }
    @inline(__always) func times(_ factor: S.Vector) -> Four {
        Four(a: a * factor, b: b * factor, c: c * factor, d: d * factor)
    }
    @inline(__always) func adding(_ other: Four, times factor: S.Vector) -> Four {
        Four(
            a: a + other.a * factor, b: b + other.b * factor, c: c + other.c * factor, d: d + other.d * factor)
    }
}
