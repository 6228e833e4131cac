import Kernels
import Vectors

/// Neighbouring columns of one unit, carried over some steps: all that a vector of them needs at a step is the feature, and factors that
/// the unit's columns share. What is carried stays in registers from step to step.
struct UnitRun<S: Scalar> {
    /// The features, and elements from one step's to the next.
    let x: Pointer<S>
    let pitch: Int
    /// What is carried, and elements from one part of the state to the next.
    let e: Pointer<S>
    let partPitch: Int
    /// The gradient.
    let g: Pointer<S>
    /// Columns.
    let count: Int
    let steps: Int
    /// Of the state.
    let parts: Int
    /// Of each step: what leads from each part to each, [parts, parts]; what the step gives to each; and ∂L/∂h.
    let factors: UnsafeMutablePointer<S.Vector>

    /// Vectors of factors.
    static func factors(_ steps: Int, _ parts: Int) -> Int { steps * each(parts) + 2 * parts }
    private static func each(_ parts: Int) -> Int { parts * (parts + 1) + 1 }

    private func first(_ step: Int) -> UnsafeMutablePointer<S.Vector> { factors + step * Self.each(parts) }

    @inline(__always)
    func lead(_ step: Int, _ part: Int, _ before: Int) -> UnsafeMutablePointer<S.Vector> {
        first(step) + part * parts + before
    }
    @inline(__always)
    func given(_ step: Int, _ part: Int) -> UnsafeMutablePointer<S.Vector> { first(step) + parts * parts + part }
    @inline(__always)
    func learning(_ step: Int) -> UnsafeMutablePointer<S.Vector> { first(step) + parts * (parts + 1) }

    /// Over all steps.
    @inline(__always)
    func carry() {
        switch parts {
        case 1: carryOnePart()
        case 2: forVectors(of: S.self, 0..<count) { carryTwo($0, $1) }
        default: forVectors(of: S.self, 0..<count) { carrySeveral($0, $1) }
        }
    }

    @inline(__always)
    private func carryOnePart() {
        // Each sum waits for the one before it: four side by side keep the processor busy.
        let width = S.Vector.scalarCount
        var offset = 0
        while offset + 4 * width <= count {
            carryFour(offset)
            offset += 4 * width
        }
        forVectors(of: S.self, offset..<count) { carryOne($0, $1) }
    }

    @inline(__always)
    private func carryFour(_ offset: Int) {
        let width = S.Vector.scalarCount
        func at(_ start: Pointer<S>, _ index: Int) -> S.Vector { load(start + offset + index * width, width) }
        var (e0, e1, e2, e3) = (at(e, 0), at(e, 1), at(e, 2), at(e, 3))
        var (g0, g1, g2, g3) = (at(g, 0), at(g, 1), at(g, 2), at(g, 3))
        for step in 0..<steps {
            let (x, lead, given, learning) = (x + step * pitch, lead(step, 0, 0), given(step, 0), learning(step))
            e0 = at(x, 0) * given.pointee + e0 * lead.pointee
            e1 = at(x, 1) * given.pointee + e1 * lead.pointee
            e2 = at(x, 2) * given.pointee + e2 * lead.pointee
            e3 = at(x, 3) * given.pointee + e3 * lead.pointee
            g0 += e0 * learning.pointee
            g1 += e1 * learning.pointee
            g2 += e2 * learning.pointee
            g3 += e3 * learning.pointee
        }
        func put(_ values: S.Vector, _ start: Pointer<S>, _ index: Int) {
            store(values, start + offset + index * width, width)
        }
        put(e0, e, 0)
        put(e1, e, 1)
        put(e2, e, 2)
        put(e3, e, 3)
        put(g0, g, 0)
        put(g1, g, 1)
        put(g2, g, 2)
        put(g3, g, 3)
    }

    /// Features are read a vector at a time: what follows those of the last step is memory of theirs.
    @inline(__always)
    private func carryOne(_ offset: Int, _ count: Int) {
        var (sum, gradient): (S.Vector, S.Vector) = (load(e + offset, count), load(g + offset, count))
        for step in 0..<steps {
            let feature: S.Vector = load(x + step * pitch + offset, S.Vector.scalarCount)
            sum = feature * given(step, 0).pointee + sum * lead(step, 0, 0).pointee
            gradient += sum * learning(step).pointee
        }
        store(sum, e + offset, count)
        store(gradient, g + offset, count)
    }

    /// Of a state of two parts.
    @inline(__always)
    private func carryTwo(_ offset: Int, _ count: Int) {
        var (e0, e1): (S.Vector, S.Vector) = (load(e + offset, count), load(e + partPitch + offset, count))
        var gradient: S.Vector = load(g + offset, count)
        for step in 0..<steps {
            let feature: S.Vector = load(x + step * pitch + offset, S.Vector.scalarCount)
            let next =
                feature * given(step, 0).pointee + e0 * lead(step, 0, 0).pointee + e1 * lead(step, 0, 1).pointee
            e1 = feature * given(step, 1).pointee + e0 * lead(step, 1, 0).pointee + e1 * lead(step, 1, 1).pointee
            e0 = next
            gradient += e0 * learning(step).pointee
        }
        store(e0, e + offset, count)
        store(e1, e + partPitch + offset, count)
        store(gradient, g + offset, count)
    }

    /// Of a state of more.
    @inline(__always)
    private func carrySeveral(_ offset: Int, _ count: Int) {
        let own = first(steps)
        let next = own + parts
        for part in 0..<parts { own[part] = load(e + part * partPitch + offset, count) }
        var gradient: S.Vector = load(g + offset, count)
        for step in 0..<steps {
            let feature: S.Vector = load(x + step * pitch + offset, S.Vector.scalarCount)
            for part in 0..<parts {
                var sum = feature * given(step, part).pointee
                for before in 0..<parts { sum += own[before] * lead(step, part, before).pointee }
                next[part] = sum
            }
            for part in 0..<parts { own[part] = next[part] }
            gradient += own[0] * learning(step).pointee
        }
        for part in 0..<parts { store(own[part], e + part * partPitch + offset, count) }
        store(gradient, g + offset, count)
    }
}
