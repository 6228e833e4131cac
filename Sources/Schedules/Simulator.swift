/// Reads a schedule and predicts what it takes: bytes by role after every action, and counts of steps.
package struct Simulator: Sendable {
    package let footprint: Footprint
    /// Bytes by role now.
    package private(set) var usage: Usage
    /// The largest total so far.
    package private(set) var peakBytes: Int
    /// Each role at its own peak.
    package private(set) var peaks: Usage
    package private(set) var counts = Counts()
    private var runs = Runs()
    private var states = 0
    private var diskStates = 0
    private var frontier = 0

    /// What a schedule does, in steps.
    package struct Counts: Hashable, Sendable {
        /// Forward steps executed, recorded ones included: C.
        package var forward = 0
        /// Forward steps that kept a record.
        package var recorded = 0
        /// Forward steps over ground already covered.
        package var recomputed = 0
        /// Backward steps.
        package var backward = 0
        /// The most saved states at once, in memory and on disk.
        package var peakStates = 0
        /// The most saved states on disk at once.
        package var peakDiskStates = 0
        /// The most records at once.
        package var peakRecords = 0

        package init() {}
    }

    package init(footprint: Footprint) {
        self.footprint = footprint
        usage = footprint.constant
        peakBytes = usage.total
        peaks = usage
    }

    /// Predicts a whole schedule.
    package init(_ schedule: some Schedule, footprint: Footprint) {
        self.init(footprint: footprint)
        for action in schedule { apply(action) }
    }

    /// Bytes on disk at their peak.
    package var diskBytes: Int { counts.peakDiskStates * footprint.storedState }

    /// Takes one action.
    package mutating func apply(_ action: Action) {
        switch action {
        case .advance(let steps, let recording):
            counts.forward += steps.count
            counts.recomputed += Swift.max(0, Swift.min(frontier, steps.upperBound) - steps.lowerBound)
            frontier = Swift.max(frontier, steps.upperBound)
            if recording.keepsRecords {
                counts.recorded += steps.count
                runs.record(steps, alone: recording == .alone)
            }
        case .save(_, let tier):
            states += 1
            if tier == .disk { diskStates += 1 }
        case .discard(_, let tier):
            states -= 1
            if tier == .disk { diskStates -= 1 }
        case .backward(let steps, _): counts.backward += steps.count
        case .release(let steps): runs.release(steps)
        case .restore, .truncate, .compensate: break
        }
        counts.peakStates = Swift.max(counts.peakStates, states)
        counts.peakDiskStates = Swift.max(counts.peakDiskStates, diskStates)
        counts.peakRecords = Swift.max(counts.peakRecords, runs.records)
        usage[.states] = (states - diskStates) * footprint.state
        usage[.records] = runs.records * footprint.record + runs.entering * footprint.state
        peakBytes = Swift.max(peakBytes, usage.total)
        peaks.formMaximum(with: usage)
    }
}
