/// Binomial checkpointing: the fewest forward steps that reverse T steps with `slots` saved states, the initial state
/// included. It is *revolve* (Griewank & Walther 2000, doi 10.1145/347837.347846) and, in recurrent networks, BPTT with
/// hidden-state memorisation, BPTT-HSM (Gruslys et al. 2016, arXiv 1606.03401).
///
/// The sequence is split at a step y: run forward to y without recording, save, reverse the right part with one slot
/// less, restore, reverse the left part. A part of one step is recorded and reversed.
///
/// - Complexity: O(C) actions for C forward steps; O(slots + reruns) memory, no tables.
package struct Binomial: Schedule {
    package let length: Int
    package let slots: Int

    /// - Parameters:
    ///   - length: T, at least 1.
    ///   - slots: s, at least 1; more than T is the same as T.
    package init(length: Int, slots: Int) {
        precondition(length >= 1 && slots >= 1, "a reversal needs at least one step and one slot")
        self.length = length
        self.slots = Swift.min(slots, length)
    }

    /// β(s, r) = C(s + r, s): the longest chain that s slots reverse while no step is rerun more than r times.
    /// Saturates at `Int.max`.
    package static func longestChain(slots: Int, reruns: Int) -> Int {
        guard slots >= 0, reruns >= 0 else { return 0 }
        var product = 1
        for factor in 0..<Swift.min(slots, reruns) {
            // C(n, k + 1) = C(n, k) · (n − k) / (k + 1), an integer at every k.
            let (wide, overflow) = product.multipliedReportingOverflow(by: slots + reruns - factor)
            guard !overflow else { return .max }
            product = wide / (factor + 1)
        }
        return product
    }

    /// r: the fewest reruns of any step with which these slots reverse a chain of this length.
    package static func reruns(length: Int, slots: Int) -> Int {
        var reruns = 0
        while longestChain(slots: slots, reruns: reruns) < length { reruns += 1 }
        return reruns
    }

    /// t(l, s) = r·l − C(s + r, r − 1): the unrecorded forward steps of the optimal schedule.
    package static func unrecordedSteps(length: Int, slots: Int) -> Int {
        let slots = Swift.min(slots, length)
        let reruns = reruns(length: length, slots: slots)
        return reruns * length - longestChain(slots: slots + 1, reruns: reruns - 1)
    }

    /// y: where an optimal schedule splits a chain of at least two steps with at least two slots. The right part keeps
    /// to r reruns with one slot less, the left part to r − 1 with all of them.
    static func split(length: Int, slots: Int) -> Int {
        let reruns = reruns(length: length, slots: slots)
        return Swift.max(
            1, longestChain(slots: slots, reruns: reruns - 2), length - longestChain(slots: slots - 1, reruns: reruns))
    }

    package func makeIterator() -> Iterator { Iterator(schedule: self) }

    package struct Iterator: IteratorProtocol {
        /// Parts still to reverse, the next one last. The state entering a part is saved when the part begins.
        private var parts: [Part]
        /// Actions of the part at hand, the next one last.
        private var ready: [Action]

        private struct Part {
            var steps: Range<Int>
            var slots: Int
            /// The network stands elsewhere.
            var restoring: Bool
        }

        fileprivate init(schedule: Binomial) {
            parts = [Part(steps: 0..<schedule.length, slots: schedule.slots, restoring: false)]
            ready = [.save(0)]
        }

        package mutating func next() -> Action? {
            while ready.isEmpty {
                guard let part = parts.popLast() else { return nil }
                reverse(part)
            }
            return ready.removeLast()
        }

        private mutating func reverse(_ part: Part) {
            let start = part.steps.lowerBound
            var actions: [Action] = part.restoring ? [.restore(start)] : []
            if part.steps.count == 1 {
                // The record takes the entering state over, so its slot is free from here on.
                actions += [.discard(start)] + reversal(of: part.steps)
            } else if part.slots == 1 {
                // One slot: every step starts over from the saved state, C = T(T + 1)/2.
                let last = part.steps.upperBound - 1
                actions += [.advance(start..<last, recording: false)] + reversal(of: last..<last + 1)
                parts.append(Part(steps: start..<last, slots: 1, restoring: true))
            } else {
                let middle = start + Binomial.split(length: part.steps.count, slots: part.slots)
                actions += [.advance(start..<middle, recording: false), .save(middle)]
                parts.append(Part(steps: start..<middle, slots: part.slots, restoring: true))
                parts.append(Part(steps: middle..<part.steps.upperBound, slots: part.slots - 1, restoring: false))
            }
            ready = actions.reversed()
        }

        private func reversal(of steps: Range<Int>) -> [Action] {
            [.advance(steps, recording: true), .backward(steps, injecting: steps), .release(steps)]
        }
    }
}
