public import Vectors

// A step with its inverse, of cells whose steps can be undone.
extension CellKind {
    /// A step forward that writes down what its state forgets.
    ///
    /// - Parameter words: of the step's units, side by side.
    @inlinable @inline(__always)
    package static func forget<S: Real>(_ step: ForwardStep<S>, _ words: UnsafeMutablePointer<UInt64>) {
        let state = phases > 1 ? step.hidden : step.memory(0)
        forward(row: step, units: 0..<step.record.count)
        let share = change(step.record, least: step.least).share
        for unit in 0..<step.record.count { Forgotten.push(state[unit], share: share[unit], to: &words[unit]) }
    }

    /// A step back: with the sums of its gates from the state after it to its record and the state before it.
    ///
    /// - Parameter step: h', or the half of it, stands where forward puts it; where there is a memory, h before the step is m' and stands
    ///   there.
    @inlinable @inline(__always)
    package static func undo<S: Real>(_ step: ForwardStep<S>, _ words: UnsafeMutablePointer<UInt64>) {
        activate(step)
        let (share, entering) = change(step.record, least: step.least)
        let next = step.given
        var state = next
        for unit in 0..<step.record.count {
            state[unit] = Forgotten.pop(
                next[unit], share: share[unit], entering: entering[unit], from: &words[unit])
        }
        guard phases == 1 else {
            step.keep(next, part: 0)
            step.give(state)
            return
        }
        let hidden = step.hidden
        step.keep(hidden, part: 0)
        step.keep(next, part: 1)
        store(state, step.memory, step.record.count)
        step.give(hidden)
    }
}
