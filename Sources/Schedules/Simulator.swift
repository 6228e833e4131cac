/// Reads a schedule and predicts what it takes: bytes by role after every action, and counts of steps. Where the footprint
/// has several tracks, each is under the schedule: bytes are of all together, steps are counted once.
package struct Simulator: Sendable {
    package let footprint: Footprint
    /// Bytes by role now.
    package private(set) var usage: Usage
    /// The largest total so far.
    package private(set) var peakBytes: Int
    /// Each role at its own peak.
    package private(set) var peaks: Usage
    /// What each track holds, and how far it has been.
    private var tracks: [Replay]
    // Of all tracks together, now and at the peak: states in memory, on disk, records.
    private var states = 0
    private var diskStates = 0
    private var records = 0
    /// In memory and on disk.
    private var peakStates = 0
    private var peakDiskStates = 0
    private var peakRecords = 0

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
        tracks = Array(repeating: Replay(), count: footprint.tracks)
        usage = footprint.constant
        peakBytes = usage.total
        peaks = usage
    }

    /// Predicts a whole schedule.
    package init(_ schedule: some Schedule, footprint: Footprint) {
        self.init(footprint: footprint)
        guard footprint.tracks > 1 else {
            for action in schedule { apply(action) }
            return
        }
        for turn in Interleaving(schedule, tracks: footprint.tracks) { apply(turn) }
    }

    /// What was done, in steps. A step of the network is one of every track: all take the same number.
    package var counts: Counts {
        func steps(_ count: (Replay) -> Int) -> Int { tracks.reduce(0) { $0 + count($1) } / tracks.count }
        var counts = Counts()
        counts.forward = steps(\.work.forward)
        counts.recorded = steps(\.work.recorded)
        counts.recomputed = steps(\.recomputed)
        counts.backward = steps(\.work.backward)
        (counts.peakStates, counts.peakDiskStates, counts.peakRecords) = (peakStates, peakDiskStates, peakRecords)
        return counts
    }

    /// What one track did: all do the same, and times are of a step of the whole network.
    package var work: Workload { tracks[0].work }

    /// Bytes on disk at their peak.
    package var diskBytes: Int { peakDiskStates * footprint.storedState }

    /// Takes one action of one track.
    package mutating func apply(_ turn: Turn) { apply(turn.action, on: turn.track) }

    /// Takes one action, of the only track where there is one.
    package mutating func apply(_ action: Action, on track: Int = 0) {
        let before = tracks[track].holding
        tracks[track].apply(action)
        let after = tracks[track].holding
        states += after.states - before.states
        diskStates += after.stored - before.stored
        records += after.records - before.records
        peakStates = Swift.max(peakStates, states + diskStates)
        peakDiskStates = Swift.max(peakDiskStates, diskStates)
        peakRecords = Swift.max(peakRecords, records)
        usage[.states] = states * footprint.state
        usage[.records] +=
            (after.records - before.records) * footprint.record + (after.entering - before.entering) * footprint.state
        peakBytes = Swift.max(peakBytes, usage.total)
        peaks.formMaximum(with: usage)
    }
}
