public import Vectors

// A step with its inverse, of cells whose steps can be undone.
extension CellKind {
    /// The numbers of a unit that a phase changes; of two halves the last one is h.
    @inlinable @inline(__always)
    static var changes: Int { phases > 1 ? memory.count / phases + 1 : 1 }

    /// Bits after the point of a state.
    @inlinable @inline(__always)
    static func radix<S: Real>(_: S.Type) -> Int { FixedPoint.radix(integerBits: integerBits, S.self) }

    /// A number after a step, in fixed point.
    @inlinable @inline(__always)
    static func next<S: Real>(_ state: S.Vector, of part: Int, _ step: ForwardStep<S>) -> S.Vector {
        let (share, entering) = change(of: part, step.record, least: step.least)
        return FixedPoint.next(state, keeping: share, entering: entering, radix: radix(S.self), S.self)
    }

    /// A step forward that writes down what its state forgets.
    ///
    /// - Parameter words: of the step's units, side by side, those of each number as far from the next one's as parts of the memory are.
    @inlinable @inline(__always)
    package static func forget<S: Real>(_ step: ForwardStep<S>, _ words: UnsafeMutablePointer<UInt64>) {
        let hidden = step.hidden
        let held = memory.isEmpty ? hidden : step.memory(0)
        forward(row: step, units: 0..<step.record.count)
        if !memory.isEmpty { write(held, of: 0, step, words) }
        if phases > 1 { write(hidden, of: changes - 1, step, words) }
    }

    @inlinable @inline(__always)
    static func write<S: Real>(
        _ state: S.Vector, of part: Int, _ step: ForwardStep<S>, _ words: UnsafeMutablePointer<UInt64>
    ) {
        let share = change(of: part, step.record, least: step.least).share
        let words = words + part * step.record.partPitch
        for unit in 0..<step.record.count {
            Forgotten.push(state[unit], share: share[unit], radix: radix(S.self), to: &words[unit])
        }
    }

    /// A number before a step, of what it is after it.
    @inlinable @inline(__always)
    static func before<S: Real>(
        _ next: S.Vector, of part: Int, _ step: ForwardStep<S>, _ words: UnsafeMutablePointer<UInt64>
    ) -> S.Vector {
        let (share, entering) = change(of: part, step.record, least: step.least)
        let words = words + part * step.record.partPitch
        var state = next
        for unit in 0..<step.record.count {
            state[unit] = Forgotten.pop(
                next[unit], share: share[unit], entering: entering[unit], radix: radix(S.self), from: &words[unit])
        }
        return state
    }

    /// A step back: with the sums of its gates from the state after it to its record and the state before it.
    ///
    /// - Parameter step: h', or the half of it, stands where forward puts it; where there is one phase, h before the step is m' and stands
    ///   there.
    @inlinable @inline(__always)
    package static func undo<S: Real>(_ step: ForwardStep<S>, _ words: UnsafeMutablePointer<UInt64>) {
        activate(step)
        let next = step.given
        guard phases > 1 else {
            let hidden = step.hidden
            store(before(next, of: 0, step, words), step.memory, step.record.count)
            step.keep(hidden, part: 0)
            step.keep(next, part: 1)
            step.give(hidden)
            return
        }
        if !memory.isEmpty { step.keep(step.memory(0), part: 0) }
        step.keep(next, part: changes - 1)
        step.give(before(next, of: changes - 1, step, words))
        if !memory.isEmpty {
            store(before(step.memory(0), of: 0, step, words), step.memory, step.record.count)
        }
    }
}
