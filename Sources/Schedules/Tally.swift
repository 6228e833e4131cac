/// What a schedule does and holds in sum, without going through its actions: in closed form, or in time that grows with its
/// slots and the logarithm of its length. See ``Schedule/tally``.
///
/// The ``Simulator`` finds the same action by action; the two share nothing but the schedule.
package struct Tally: Hashable, Sendable {
    package var work: Workload
    /// T.
    package let length: Int
    /// What is held at the moments that may be the peak, whatever a state and a record take: at any other moment there is no
    /// more of anything than at one of these.
    package private(set) var holdings: [Holding] = []
    /// What is held before the first backward run, where one of several lanes waits: see ``InterleavedSchedule``.
    package var waiting: Holding
    /// Whether every loss is felt, as it is, down to the first step: what the ``Validator`` derives.
    package var isExact: Bool
    /// Whether the adjoint is dropped before the end, and another chain begun.
    private let isCut: Bool
    /// Whether the gradient has the bits of full unrolling: see ``Validator/hasBitsOfFull``.
    package var hasBitsOfFull: Bool { isExact && !isCut }

    package init(
        _ work: Workload, length: Int, isExact: Bool = true, isCut: Bool = false, waiting: Holding = Holding(),
        holding: [Holding] = []
    ) {
        self.isCut = isCut
        self.work = work
        self.length = length
        self.isExact = isExact
        self.waiting = waiting
        for holding in holding + [waiting] { hold(holding) }
    }

    /// Adds a moment, unless there is no more of anything than at another.
    package mutating func hold(_ moment: Holding) {
        guard !holdings.contains(where: { moment.isWithin($0) }) else { return }
        holdings.removeAll { $0.isWithin(moment) }
        holdings.append(moment)
    }
}

/// What one lane holds at a moment.
package struct Holding: Hashable, Sendable {
    /// Saved states in memory, and on disk.
    package var states = 0
    package var stored = 0
    package var records = 0
    /// Copies of states that enter runs of records.
    package var entering = 0

    package init(states: Int = 0, stored: Int = 0, records: Int = 0, entering: Int = 0) {
        self.states = states
        self.stored = stored
        self.records = records
        self.entering = entering
    }

    fileprivate func isWithin(_ other: Holding) -> Bool {
        states <= other.states && stored <= other.stored && records <= other.records && entering <= other.entering
    }
}
