/// Checkpointing a sequence whose end is not known: on the way forward a ``Placement`` decides which states to save,
/// from the steps taken alone. The end is seen at the last step, as by a reader that looks whether an input follows.
/// From there the stretches between the saved states are reversed as ``Binomial`` does, with the slots that are free.
///
/// Up to (s + 1)(s + 2)/2 steps it takes the forward steps of ``Binomial`` and no more (Stumm & Walther 2010,
/// doi 10.1137/080742439).
///
/// - Complexity: O(C) actions for C forward steps; O(slots + reruns) memory.
package struct Online: Schedule {
    package let length: Int
    package let slots: Int
    package var records: Int { 1 }

    /// - Parameters:
    ///   - length: T, at least 1; only the end of the sequence depends on it.
    ///   - slots: s, the initial state included, at least 1.
    package init(length: Int, slots: Int) {
        precondition(length >= 1 && slots >= 1, "a reversal needs at least one step and one slot")
        self.length = length
        // No placement comes to more states than steps: the largest need not be counted with.
        self.slots = slots
    }

    /// Rounds of places are passed over, and the stretches between the states at the end counted as ``Splits``.
    package var tally: Tally? {
        var placement = Placement(slots: slots)
        let saves = placement.saveAll(before: length - 1)
        let position = placement.saved[placement.saved.count - 1]
        var work = Workload()
        work.saves = 1 + saves
        work.runs = saves
        // A run and a save for each; every state that is not there at the end was discarded.
        work.actions = work.saves + work.runs + work.saves - placement.saved.count
        let last = length - 1
        guard last > 0 else { return Splits(length: 1, slots: 1).tally(length: 1) }
        if position < last {
            work.runs += 1
            work.actions += 1
        }
        work.plain = last
        var all = Tally(
            work, length: length, waiting: Holding(states: placement.saved.count, records: 1, entering: 1))
        // The last step: recorded, reversed and released.
        all.work.add(Splits(length: 1, slots: 1).work)
        all.work.actions -= 1
        let bounds = placement.saved + [last]
        for index in placement.saved.indices {
            let part = Splits(
                length: bounds[index + 1] - bounds[index], slots: slots - index, depth: index, isRestored: true)
            all.work.add(part.work)
            let tally = part.tally(length: length)
            for holding in tally.holdings { all.hold(holding) }
        }
        return all
    }

    package func makeIterator() -> Iterator { Iterator(schedule: self) }

    package struct Iterator: IteratorProtocol {
        private let slots: Int
        private let last: Int
        private var placement: Placement
        private var position = 0
        /// Saving at the present position, and the state that is discarded for it.
        private var saves = true
        var reversal: Reversal?

        fileprivate init(schedule: Online) {
            slots = schedule.slots
            last = schedule.length - 1
            placement = Placement(slots: schedule.slots)
        }

        package mutating func next() -> Action? {
            if reversal != nil { return reversal!.next() }
            if saves {
                saves = false
                return .save(position)
            }
            if position == last {
                reversal = goingBack
                return reversal!.next()
            }
            if position > 0, position == placement.next {
                saves = true
                if let spare = placement.save() { return .discard(spare) }
                return next()
            }
            let start = position
            position = Swift.min(placement.next ?? last, last)
            return .advance(start..<position, recording: false)
        }

        private var goingBack: Reversal {
            let saved = placement.saved
            let step = last..<last + 1
            let bounds = saved + [last]
            // A sequence of one step: its record takes the state over.
            guard last > 0 else {
                return Reversal([Reversal.Part(steps: step, slots: slots, depth: 0, restoring: false)], after: [])
            }
            let parts = saved.indices.map { index in
                Reversal.Part(
                    steps: bounds[index]..<bounds[index + 1], slots: slots - index, depth: index, restoring: true)
            }
            return Reversal(
                parts,
                after: [.advance(step, recording: true), .backward(step, injecting: step), .release(step)])
        }
    }
}
