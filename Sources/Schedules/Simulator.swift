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
    /// Of all tracks.
    private var sums = Counts()
    private var tracks: [Track]
    private var states = 0
    private var diskStates = 0
    private var records = 0

    /// What one track holds, and how far it has been.
    private struct Track {
        var runs = Runs()
        var frontier = 0
    }

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
        tracks = Array(repeating: Track(), count: footprint.tracks)
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
        var counts = sums
        counts.forward /= footprint.tracks
        counts.recorded /= footprint.tracks
        counts.recomputed /= footprint.tracks
        counts.backward /= footprint.tracks
        return counts
    }

    /// Bytes on disk at their peak.
    package var diskBytes: Int { sums.peakDiskStates * footprint.storedState }

    /// Takes one action of one track.
    package mutating func apply(_ turn: Turn) { apply(turn.action, on: turn.track) }

    /// Takes one action, of the only track where there is one.
    package mutating func apply(_ action: Action, on track: Int = 0) {
        switch action {
        case .advance(let steps, let recording):
            sums.forward += steps.count
            let frontier = tracks[track].frontier
            sums.recomputed += Swift.max(0, Swift.min(frontier, steps.upperBound) - steps.lowerBound)
            tracks[track].frontier = Swift.max(frontier, steps.upperBound)
            if recording.keepsRecords {
                sums.recorded += steps.count
                change(track) { $0.record(steps, alone: recording == .alone) }
            }
        case .save(_, let tier):
            states += 1
            if tier == .disk { diskStates += 1 }
        case .discard(_, let tier):
            states -= 1
            if tier == .disk { diskStates -= 1 }
        case .backward(let steps, _): sums.backward += steps.count
        case .release(let steps): change(track) { $0.release(steps) }
        case .restore, .truncate, .compensate: break
        }
        sums.peakStates = Swift.max(sums.peakStates, states)
        sums.peakDiskStates = Swift.max(sums.peakDiskStates, diskStates)
        sums.peakRecords = Swift.max(sums.peakRecords, records)
        usage[.states] = (states - diskStates) * footprint.state
        peakBytes = Swift.max(peakBytes, usage.total)
        peaks.formMaximum(with: usage)
    }

    /// Changes a track's runs of records, and what records take.
    private mutating func change(_ track: Int, _ body: (inout Runs) -> Void) {
        let (before, entering) = (tracks[track].runs.records, tracks[track].runs.entering)
        body(&tracks[track].runs)
        let made = tracks[track].runs.records - before
        records += made
        usage[.records] +=
            made * footprint.record + (tracks[track].runs.entering - entering) * footprint.state
    }
}
