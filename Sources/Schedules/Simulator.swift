/// Reads a schedule and predicts what it takes: bytes by role after every action, and counts of steps. Where the footprint
/// has several lanes, each is under the schedule: bytes are of all together, steps are counted once.
///
/// It takes actions as they come; whether they are a correct reversal is for the ``Validator`` to say.
///
/// - Complexity: O(1) an action that saves, discards, records or releases at the end of what is alive; the bytes of what is alive, as
///   ranges of steps.
public struct Simulator: Sendable {
    /// The sizes it counts with.
    public let footprint: Footprint
    /// Bytes by role now.
    public private(set) var usage: Usage
    /// The largest total so far, in bytes.
    public private(set) var peakBytes: Int
    /// Each role at its own peak.
    public private(set) var peaks: Usage
    /// What each lane holds, and how far it has been.
    private var lanes: [Replay]
    // Of all lanes together, now and at the peak: states in memory, on disk, records.
    private var states = 0
    private var diskStates = 0
    private var records = 0
    /// In memory and on disk.
    private var peakStates = 0
    private var peakDiskStates = 0
    private var peakRecords = 0

    /// What a schedule does, in steps.
    public struct Counts: Hashable, Sendable {
        /// Forward steps executed, recorded ones included: C.
        public var forward = 0
        /// Forward steps that kept a record.
        public var recorded = 0
        /// Forward steps over ground already covered.
        public var recomputed = 0
        /// Backward steps.
        public var backward = 0
        /// The most saved states at once, in memory and on disk.
        public var peakStates = 0
        /// The most saved states on disk at once.
        public var peakDiskStates = 0
        /// The most records at once.
        public var peakRecords = 0

        /// All 0.
        public init() {}
    }

    /// A simulation before the first action.
    public init(footprint: Footprint) {
        self.footprint = footprint
        lanes = Array(repeating: Replay(), count: footprint.lanes)
        usage = footprint.constant
        peakBytes = usage.total
        peaks = usage
    }

    /// Predicts a whole schedule.
    public init(_ schedule: some Schedule, footprint: Footprint) {
        self.init(footprint: footprint)
        guard footprint.lanes > 1 else {
            for action in schedule { apply(action) }
            return
        }
        for scheduled in InterleavedSchedule(schedule, lanes: footprint.lanes) { apply(scheduled) }
    }

    /// What was done, in steps. A step of the network is one of every lane: all take the same number.
    public var counts: Counts {
        func steps(_ count: (Replay) -> Int) -> Int { lanes.reduce(0) { $0 + count($1) } / lanes.count }
        var counts = Counts()
        counts.forward = steps(\.work.forward)
        counts.recorded = steps(\.work.recorded)
        counts.recomputed = steps(\.recomputed)
        counts.backward = steps(\.work.backward)
        (counts.peakStates, counts.peakDiskStates, counts.peakRecords) = (peakStates, peakDiskStates, peakRecords)
        return counts
    }

    /// What one lane did: all do the same, and times are of a step of the whole network.
    public var work: Workload { lanes[0].work }

    /// Bytes on disk at their peak.
    public var diskBytes: Int { peakDiskStates * footprint.storedState }

    /// Takes one action of one lane.
    package mutating func apply(_ scheduled: ScheduledAction) { apply(scheduled.action, on: scheduled.lane) }

    /// Takes one action, of the only lane where there is one.
    public mutating func apply(_ action: Action, on lane: Int = 0) {
        let before = lanes[lane].holding
        lanes[lane].apply(action)
        let after = lanes[lane].holding
        states += after.states - before.states
        diskStates += after.stored - before.stored
        records += after.records - before.records
        peakStates = Swift.max(peakStates, states + diskStates)
        peakDiskStates = Swift.max(peakDiskStates, diskStates)
        peakRecords = Swift.max(peakRecords, records)
        usage[.states] = states * footprint.state
        usage[.records] +=
            (after.records - before.records) * footprint.record
            + (after.entering - before.entering) * footprint.entering
        if after.sensitivities != before.sensitivities {
            usage[.sensitivities] = after.sensitivities.map(footprint.bytes(of:)) ?? 0
        }
        if after.buffered != before.buffered { usage[.buffer] = footprint.buffer.bytes(of: after.buffered) }
        peakBytes = Swift.max(peakBytes, usage.total)
        peaks.formMaximum(with: usage)
    }
}

extension Footprint {
    /// What sensitivities take that are held.
    package func bytes(of held: HeldSensitivities) -> Int { sensitivities.bytes(of: held.kind, block: held.block) }
}
