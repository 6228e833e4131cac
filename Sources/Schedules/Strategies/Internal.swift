/// Checkpoints of internal states: of some steps the record itself is kept, which backward needs anyway, and forward runs
/// start again after it. BPTT with internal-state memorisation, BPTT-ISM (Gruslys et al. 2016, arXiv 1606.03401):
///
///     C(t, m) = t for m ≥ t, else the least of y + C(y − 1, m) + C(t − y, m − 1) over 1 ≤ y ≤ t
///
/// run forward to the y-th step, keep its record, reverse what is after it, then what is before it. In t, the
/// unrecorded steps of ``Binomial``, C(t, m) is t(t + 1, m), and y is where a chain of t + 1 steps is split: no table
/// is needed.
///
/// The paper's internal state contains the state entering the step; a record does not. A copy next to each would cost
/// up to as much again (Elman keeps one value a unit in either). So records are kept alone, and a kept record waits to
/// be reversed until the record of the step before it has been made, which the sweep before it makes first of all: its
/// entering state is in there. One record waits at a time, no step is run for it, and the bytes are those of the
/// initial state and of slots + 1 records, whatever the cell.
///
/// - Complexity: O(C) actions for C forward steps; O(slots + reruns) memory.
package struct Internal: Schedule {
    package let length: Int
    /// m, the records kept.
    package let kept: Int
    /// The initial state alone is saved.
    package var slots: Int { 1 }
    /// Those kept, and the one that waits.
    package var records: Int { Swift.min(kept + 1, length) }

    /// - Parameters:
    ///   - length: T, at least 1.
    ///   - slots: m, the records kept, at least 1; more than T is the same as T, full unrolling.
    package init(length: Int, slots: Int) {
        precondition(length >= 1 && slots >= 1, "a reversal needs at least one step and one slot")
        self.length = length
        kept = Swift.min(slots, length)
    }

    /// C(T, m), all forward steps.
    package static func forwardSteps(length: Int, slots: Int) -> Int {
        Binomial.unrecordedSteps(length: length + 1, slots: Swift.min(slots, length))
    }

    package func makeIterator() -> Iterator { Iterator(schedule: self) }

    package struct Iterator: IteratorProtocol {
        /// Steps still to reverse. The state entering the first is saved or in the record of the step before.
        private struct Part {
            var steps: Range<Int>
            var slots: Int
            var restoring: Bool
        }

        /// The next one last.
        private var parts: [Part]
        /// Actions of the current part, the next one last.
        private var ready: [Action]
        /// One past the last step that is not reversed: the current part ends there, or one before, where a record
        /// waits.
        private var frontier: Int
        private var isDone = false

        fileprivate init(schedule: Internal) {
            parts = [Part(steps: 0..<schedule.length, slots: schedule.kept, restoring: false)]
            ready = [.save(0)]
            frontier = schedule.length
        }

        package mutating func next() -> Action? {
            while true {
                if let action = ready.popLast() { return action }
                guard let part = parts.popLast() else {
                    guard !isDone else { return nil }
                    isDone = true
                    return .discard(0)
                }
                reverse(part)
            }
        }

        private mutating func reverse(_ part: Part) {
            let (start, end) = (part.steps.lowerBound, part.steps.upperBound)
            // Written from the last action to the first.
            if part.steps.count <= part.slots {
                let due = start..<frontier
                guard !due.isEmpty else { return }
                ready.append(.release(due))
                ready.append(.backward(due, injecting: due))
                frontier = start
                guard !part.steps.isEmpty else { return }
                ready.append(.advance(part.steps, recording: .alone))
            } else {
                let count = part.steps.count
                let kept = start - 1 + (part.slots == 1 ? count : Binomial.split(length: count + 1, slots: part.slots))
                ready.append(.advance(kept..<kept + 1, recording: .alone))
                if kept > start { ready.append(.advance(start..<kept, recording: false)) }
                parts.append(Part(steps: start..<kept, slots: part.slots, restoring: true))
                parts.append(Part(steps: kept + 1..<end, slots: part.slots - 1, restoring: false))
            }
            if part.restoring { ready.append(.restore(start)) }
        }
    }
}
