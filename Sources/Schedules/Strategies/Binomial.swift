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
    package var records: Int { 1 }

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
        var (low, high) = (0, 1)
        while longestChain(slots: slots, reruns: high) < length { (low, high) = (high, 2 * high) }
        while low < high {
            let middle = (low + high) / 2
            if longestChain(slots: slots, reruns: middle) < length { low = middle + 1 } else { high = middle }
        }
        return low
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

    package var tally: Tally? { Splits(length: length, slots: slots).tally(length: length) }

    package func makeIterator() -> Reversal {
        Reversal([Reversal.Part(steps: 0..<length, slots: slots, depth: 0, restoring: false)], after: [.save(0)])
    }
}
