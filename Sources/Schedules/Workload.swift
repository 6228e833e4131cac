/// What a schedule makes a network do, in the counts that time is made of.
public struct Workload: Hashable, Sendable {
    /// Forward steps that keep no record.
    public var plain = 0
    /// Forward steps that keep one.
    public var recorded = 0
    /// Forward runs: each pays again for weights and for steps that fill no chunk.
    public var runs = 0
    /// Backward steps, and how many runs they come in.
    public var backward = 0
    public var reversals = 0
    /// How often the adjoint is dropped: what is collected for the weight gradients goes to them there, however little it is.
    public var truncations = 0
    /// Forward steps that carry sensitivities.
    public var carried = 0
    /// Steps undone.
    public var undone = 0
    /// Recorded steps that sensitivities are carried over, and how many runs they come in: each multiplies the whole matrix once.
    public var carriedOverRecords = 0
    public var carriedRuns = 0
    /// Steps whose loss enters.
    public var injected = 0
    /// Copies of states that enter runs of records.
    public var entered = 0
    /// The most records that are there at once.
    public var heldRecords = 0
    /// States saved and restored in memory.
    public var saves = 0
    public var restores = 0
    /// States written to disk and read from there.
    public var writes = 0
    public var reads = 0
    /// All actions, those included that take no time.
    public var actions = 0

    /// All 0.
    public init() {}

    /// C, all forward steps.
    public var forward: Int { plain + recorded }

    package var carriesSensitivities: Bool { carried + carriedOverRecords > 0 }

    /// Both, one after the other.
    mutating func add(_ other: Workload) {
        plain += other.plain
        recorded += other.recorded
        runs += other.runs
        backward += other.backward
        reversals += other.reversals
        truncations += other.truncations
        carried += other.carried
        undone += other.undone
        carriedOverRecords += other.carriedOverRecords
        carriedRuns += other.carriedRuns
        injected += other.injected
        entered += other.entered
        heldRecords = Swift.max(heldRecords, other.heldRecords)
        saves += other.saves
        restores += other.restores
        writes += other.writes
        reads += other.reads
        actions += other.actions
    }

    /// Counts one action. What is there when it comes, ``entered`` and ``heldRecords``, a ``Replay`` knows.
    mutating func apply(_ action: Action) {
        actions += 1
        switch action {
        case .advance(let steps, let recording):
            runs += 1
            if recording.keepsRecords { recorded += steps.count } else { plain += steps.count }
        case .backward(let steps, let injecting):
            backward += steps.count
            reversals += 1
            injected += injecting.count
        case .save(_, .memory): saves += 1
        case .save(_, .disk): writes += 1
        case .restore(_, .memory): restores += 1
        case .restore(_, .disk): reads += 1
        case .accumulate(let steps, let sensitivities):
            if sensitivities.needsRecords {
                carriedOverRecords += steps.count
                carriedRuns += 1
            } else {
                plain += steps.count
                runs += 1
                carried += steps.count
                injected += steps.count
            }
        case .undo(let steps):
            undone += steps.count
            runs += 1
        case .truncate: truncations += 1
        case .discard, .release, .rescale: break
        }
    }

    /// Of every action, one by one.
    public init(folding schedule: some Schedule) { self = Replay(schedule).work }

    /// What the schedule says of itself; where it says nothing, of every action.
    public init(_ schedule: some Schedule) {
        self = schedule.tally?.work ?? Workload(folding: schedule)
    }
}
