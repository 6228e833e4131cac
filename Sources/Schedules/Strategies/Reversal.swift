/// Reverses parts of a sequence, the last one first, each with its own number of slots: the actions of ``Binomial`` and
/// of what builds on it.
package struct Reversal: IteratorProtocol {
    /// Steps still to reverse. The state entering the first is saved; its slot is one of the part's.
    struct Part {
        var steps: Range<Int>
        var slots: Int
        /// How many states are saved before the one entering the part.
        var depth: Int
        /// The network stands elsewhere.
        var restoring: Bool
    }

    /// Where a part is cut in two.
    enum Splitting { case binomial, halves }

    /// The next one last.
    private var parts: [Part]
    /// Actions of the current part, the next one last.
    private var ready: [Action]
    private let splitting: Splitting
    /// The tier of a state, by the number of states saved before it; all in memory when empty.
    private let tiers: [Tier]

    /// - Parameters:
    ///   - parts: the next one last.
    ///   - actions: what comes before them.
    init(_ parts: [Part], after actions: [Action], splitting: Splitting = .binomial, tiers: [Tier] = []) {
        self.parts = parts
        self.splitting = splitting
        self.tiers = tiers
        ready = actions.reversed()
    }

    package mutating func next() -> Action? {
        while true {
            if let action = ready.popLast() { return action }
            guard let part = parts.popLast() else { return nil }
            reverse(part)
        }
    }

    /// The part that comes next; nil where actions of the one before are left, or no part is.
    var nextPart: Part? { ready.isEmpty ? parts.last : nil }

    /// Leaves out the part that comes next, but for this rest of it.
    mutating func dropPart(leaving rest: Part?) {
        parts.removeLast()
        if let rest { parts.append(rest) }
    }

    /// How many actions a part has.
    func actions(of part: Part) -> Int {
        Splits(
            length: part.steps.count, slots: part.slots, isRestored: part.restoring, splitting: splitting
        ).work.actions
    }

    private mutating func reverse(_ part: Part) {
        let start = part.steps.lowerBound
        let tier = tier(part.depth)
        // Written from the last action to the first.
        if part.steps.count == 1 {
            // The record takes the entering state over, so its slot is free from here on.
            prepareReversal(of: part.steps)
            ready.append(.discard(start, from: tier))
        } else if part.slots == 1 {
            // One slot: every step starts over from the saved state, C = T(T + 1)/2.
            let last = part.steps.upperBound - 1
            prepareReversal(of: last..<last + 1)
            ready.append(.advance(start..<last, recording: false))
            parts.append(Part(steps: start..<last, slots: 1, depth: part.depth, restoring: true))
        } else {
            let middle = start + split(part)
            ready.append(.save(middle, in: self.tier(part.depth + 1)))
            ready.append(.advance(start..<middle, recording: false))
            parts.append(Part(steps: start..<middle, slots: part.slots, depth: part.depth, restoring: true))
            parts.append(
                Part(
                    steps: middle..<part.steps.upperBound, slots: part.slots - 1, depth: part.depth + 1,
                    restoring: false))
        }
        if part.restoring { ready.append(.restore(start, from: tier)) }
    }

    private func split(_ part: Part) -> Int {
        switch splitting {
        case .binomial: Binomial.split(length: part.steps.count, slots: part.slots)
        case .halves: part.steps.count / 2
        }
    }

    private func tier(_ depth: Int) -> Tier { tiers.isEmpty ? .memory : tiers[depth] }

    private mutating func prepareReversal(of steps: Range<Int>) {
        ready.append(.release(steps))
        ready.append(.backward(steps, injecting: steps))
        ready.append(.advance(steps, recording: true))
    }
}
