/// What a schedule does and holds in sum, without going through its actions: in closed form, or in time that grows with its
/// slots and the logarithm of its length. See ``Schedule/tally``.
///
/// The ``Simulator`` finds the same action by action; the two share nothing but the schedule.
public struct Tally: Hashable, Sendable {
    /// What is done, by kind.
    public var work: Workload
    /// T.
    public let length: Int
    /// What is held at the moments that may be the peak, whatever a state and a record take: at any other moment there is no
    /// more of anything than at one of these.
    public private(set) var holdings: [Holding] = []
    /// What is held before the first backward run, where one of several lanes waits: see ``Footprint/lanes``.
    public var waiting: Holding
    /// Whether every loss is felt, as it is, down to the first step: what the ``Validator`` derives.
    public var isExact: Bool
    /// Whether the adjoint is dropped before the end, and another chain begun.
    private let isCut: Bool
    /// Whether the gradient has the bits of full unrolling: see ``Validator/hasBitsOfFull``.
    public var hasBitsOfFull: Bool { isExact && !isCut }

    /// What a schedule of `length` steps does and holds.
    ///
    /// - Parameters:
    ///   - work: what is done, by kind.
    ///   - length: T.
    ///   - isExact: whether every loss is felt, as it is, down to the first step.
    ///   - isCut: whether the adjoint is dropped before the end, and another chain begun.
    ///   - waiting: what is held before the first backward run.
    ///   - holding: other moments that may be the peak.
    public init(
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
    public mutating func hold(_ moment: Holding) {
        work.heldRecords = Swift.max(work.heldRecords, moment.records)
        guard !holdings.contains(where: { moment.isWithin($0) }) else { return }
        holdings.removeAll { $0.isWithin(moment) }
        holdings.append(moment)
    }
}

/// What one lane holds at a moment.
public struct Holding: Hashable, Sendable {
    /// Saved states in memory.
    public var states = 0
    /// Saved states on disk.
    public var stored = 0
    /// Records of steps.
    public var records = 0
    /// Copies of states that enter runs of records.
    public var entering = 0
    /// Sensitivities; nil for none.
    public var sensitivities: HeldSensitivities?
    /// Steps that the buffer has room for.
    public var buffered = 0

    /// A number of each.
    public init(
        states: Int = 0, stored: Int = 0, records: Int = 0, entering: Int = 0,
        sensitivities: HeldSensitivities? = nil, buffered: Int = 0
    ) {
        self.states = states
        self.stored = stored
        self.records = records
        self.entering = entering
        self.sensitivities = sensitivities
        self.buffered = buffered
    }

    fileprivate func isWithin(_ other: Holding) -> Bool {
        states <= other.states && stored <= other.stored && records <= other.records && entering <= other.entering
            && buffered <= other.buffered && (sensitivities == nil || sensitivities == other.sensitivities)
    }
}
