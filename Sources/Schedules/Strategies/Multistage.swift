/// Binomial checkpointing over two tiers, memory and disk: the actions of ``Binomial`` with all slots together, and the
/// states that are read and written least lie on disk (Stumm & Walther 2009, MultiStage approaches for optimal offline
/// checkpointing, doi 10.1137/080718036).
///
/// States are saved and discarded like a stack. How often each place of the stack is written and read follows from the
/// splits alone; the places with the fewest accesses go to disk, as many as do not fit in memory.
///
/// - Complexity: as ``Binomial``, and that of ``Splits`` to count the accesses.
package struct Multistage: Schedule {
    package let length: Int
    /// The tier of a state, by the number of states saved before it.
    package let tiers: [Tier]
    package var slots: Int { tiers.count { $0 == .memory } }
    package var diskSlots: Int { tiers.count { $0 == .disk } }
    package var records: Int { 1 }

    /// - Parameters:
    ///   - length: T, at least 1.
    ///   - memory: states in memory, at least 1.
    ///   - disk: states on disk, at least 1; used for those beyond memory.
    package init(length: Int, memory: Int, disk: Int) {
        precondition(length >= 1 && memory >= 1 && disk >= 0, "a reversal needs at least one step and one slot")
        self.length = length
        let slots = Swift.min(memory + disk, length)
        guard slots > memory else {
            tiers = Array(repeating: .memory, count: slots)
            return
        }
        let accesses = Multistage.accesses(length: length, slots: slots)
        let onDisk = accesses.indices.sorted { (accesses[$0], $0) < (accesses[$1], $1) }
            .prefix(slots - memory)
        var tiers = Array(repeating: Tier.memory, count: slots)
        for place in onDisk { tiers[place] = .disk }
        self.tiers = tiers
    }

    package var tally: Tally? {
        Splits(length: length, slots: tiers.count, countsSplits: true).tally(length: length, tiers: tiers)
    }

    package func makeIterator() -> Reversal {
        Reversal(
            [Reversal.Part(steps: 0..<length, slots: tiers.count, depth: 0, restoring: false)],
            after: [.save(0, in: tiers[0])], tiers: tiers)
    }

    /// How often the state at each place of the stack is written and read, the initial one first: what is restored is
    /// always the last one saved.
    package static func accesses(length: Int, slots: Int) -> [Int] {
        let accesses = Splits(length: length, slots: slots, countsSplits: true).accesses.map { $0.saves + $0.restores }
        return accesses + Array(repeating: 0, count: slots - accesses.count)
    }
}
