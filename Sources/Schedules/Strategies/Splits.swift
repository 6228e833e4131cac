/// The parts into which a chain of steps is split, level by level: those that have the same number of slots, and how
/// often a part of each length occurs among them. It is what ``Reversal`` goes through part by part.
///
/// A split leaves the part before the place with the slots it had and the part after it with one slot less. Of the places of
/// ``Binomial`` one of the two parts is the longest chain that its slots reverse with that number of reruns, and there
/// are at most r of these on a level, so that a level has a handful of different lengths.
///
/// - Complexity: O(r) parts a level, r reruns; a level for each slot, but stretches of them at once where the first part has
///   one step: O(√T · r) in all, whatever the slots.
struct Splits {
    private(set) var work = Workload()
    /// How often parts are split, by the number of states saved before them, where that was asked for: each time a
    /// state is saved above them, and once the network goes back to the one that enters them.
    private(set) var splits: [Int] = []
    /// How often the network goes back to the state of a chain with one slot.
    private(set) var chained = 0
    /// The deepest part that is reversed: the number of states saved before the one that enters it.
    private(set) var deepest = 0
    /// A part of several steps that has one slot, which is never given back before it is reversed.
    private(set) var hasChain = false
    private let countsSplits: Bool

    /// - Parameters:
    ///   - length: steps of the chain.
    ///   - slots: of the chain, that of the state which enters it included.
    ///   - depth: how many states are saved before it.
    ///   - isRestored: whether the network stands elsewhere.
    ///   - splitting: where parts are cut.
    ///   - countsSplits: whether they are wanted level by level.
    init(
        length: Int, slots: Int, depth: Int = 0, isRestored: Bool = false, splitting: Reversal.Splitting = .binomial,
        countsSplits: Bool = false
    ) {
        self.countsSplits = countsSplits
        var level = Level()
        level.add(length, 1)
        var slots = slots
        deepest = depth
        restore(isRestored ? 1 : 0)
        while !level.parts.isEmpty {
            var next = Level()
            var deeper = 1
            while let (steps, count) = level.takeLongest() {
                if steps == 1 {
                    reverse(count)
                } else if slots == 1 {
                    reverseChain(of: steps, times: count)
                } else if level.parts.isEmpty, next.parts.isEmpty, splitting == .binomial,
                    case let run = Splits.splitsAfterOne(steps, slots: slots), run > 1
                {
                    // This number of levels on end have one part, of which the first step is cut off.
                    deeper = run
                    split(1, times: count, levels: run)
                    reverse(count * run)
                    next.add(steps - run, count)
                } else {
                    let left = Splits.place(in: steps, slots: slots, splitting)
                    split(left, times: count)
                    level.add(left, count)
                    next.add(steps - left, count)
                }
            }
            if next.parts.isEmpty { break }
            deepest += deeper
            slots -= deeper
            level = next
        }
    }

    private static func place(in steps: Int, slots: Int, _ splitting: Reversal.Splitting) -> Int {
        switch splitting {
        case .binomial: Binomial.split(length: steps, slots: slots)
        case .halves: steps / 2
        }
    }

    /// How many levels on end split a chain after its first step, each with one slot less: as long as no more than two reruns
    /// are needed and what stays is too long for the slots that stay.
    static func splitsAfterOne(_ steps: Int, slots: Int) -> Int {
        let most = Swift.min(steps, slots) - 1
        // One rerun: all of them.
        guard steps > slots + 1 else { return most }
        guard steps <= Binomial.longestChain(slots: slots, reruns: 2) else { return 0 }
        var (low, high) = (0, most)
        while low < high {
            let middle = (low + high + 1) / 2
            // Whether the `middle`-th of them is one still.
            let longest = Binomial.longestChain(slots: slots - middle, reruns: 2)
            if steps - (middle - 1) <= longest + 1 { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// Cuts off the first steps: forward over them, a save, and back later.
    private mutating func split(_ left: Int, times: Int, levels: Int = 1) {
        work.plain += left * times * levels
        work.runs += times * levels
        work.saves += times * levels
        work.actions += 2 * times * levels
        restore(times * levels)
        guard countsSplits else { return }
        let missing = deepest + levels - splits.count
        if missing > 0 { splits += Array(repeating: 0, count: missing) }
        for level in deepest..<deepest + levels { splits[level] += times }
    }

    private mutating func restore(_ times: Int) {
        work.restores += times
        work.actions += times
    }

    /// Single steps: the saved state is discarded, the step recorded, reversed and released.
    private mutating func reverse(_ times: Int) {
        work.recorded += times
        work.runs += times
        work.entered += times
        work.backward += times
        work.injected += times
        work.reversals += times
        work.actions += 4 * times
    }

    /// Chains with one slot: every step starts over from the saved state. That is discarded for the first of them alone; to all
    /// the others the network goes forward.
    private mutating func reverseChain(of steps: Int, times: Int) {
        hasChain = true
        reverse(steps * times)
        work.plain += steps * (steps - 1) / 2 * times
        work.runs += (steps - 1) * times
        restore((steps - 1) * times)
        chained += (steps - 1) * times
    }

    /// Parts with as many slots, the longest last.
    private struct Level {
        private(set) var parts: [(steps: Int, count: Int)] = []

        mutating func add(_ steps: Int, _ count: Int) {
            var index = parts.count
            while index > 0, parts[index - 1].steps > steps { index -= 1 }
            if index > 0, parts[index - 1].steps == steps {
                parts[index - 1].count += count
            } else {
                parts.insert((steps, count), at: index)
            }
        }

        mutating func takeLongest() -> (steps: Int, count: Int)? { parts.popLast() }
    }
}

extension Splits {
    /// The whole of a schedule that begins with saving the initial state, whose states lie in these tiers; all in memory where
    /// there are none.
    func tally(length: Int, tiers: [Tier] = []) -> Tally {
        var work = work
        work.actions += 1
        work.saves += 1
        if !tiers.isEmpty {
            let accesses = accesses
            let stored = tiers.indices.filter { tiers[$0] == .disk && $0 < accesses.count }
            for depth in stored {
                work.writes += accesses[depth].saves
                work.reads += accesses[depth].restores
            }
            work.saves -= work.writes
            work.restores -= work.reads
        }
        let reversed = reversed(tiers)
        // States are saved one above the other: the first part to be reversed is the deepest.
        return Tally(work, length: length, waiting: reversed, holding: [held(deepest + 1, tiers)])
    }

    /// What is held when a step of the deepest part is recorded: its state is discarded, but where the part has several steps.
    private func reversed(_ tiers: [Tier]) -> Holding {
        var holding = held(deepest + (hasChain ? 1 : 0), tiers)
        (holding.records, holding.entering) = (1, 1)
        return holding
    }

    private func held(_ states: Int, _ tiers: [Tier]) -> Holding {
        let stored = tiers.prefix(states).count { $0 == .disk }
        return Holding(states: states - stored, stored: stored)
    }

    /// How often a state is saved and restored, by the number of states saved before it, the initial one included. Of
    /// parts that begin with no state before them, and where splits are counted.
    var accesses: [(saves: Int, restores: Int)] {
        (0...deepest).map { depth in
            let (above, below) = (depth < splits.count ? splits[depth] : 0, depth > 0 ? splits[depth - 1] : 1)
            return (saves: below, restores: above + (depth == deepest ? chained : 0))
        }
    }
}
