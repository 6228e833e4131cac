package import Memory
package import Networks
package import Schedules

/// Holds every heap's live bytes against the simulator's prediction after every action.
package struct Audit {
    /// One action of a lane, and the bytes of each role after it.
    package struct Entry: Sendable {
        package let lane: Int
        package let action: Action
        package let live: Usage
        package let predicted: Usage
    }

    /// The prediction's own reading of the schedule.
    package private(set) var simulator: Simulator
    /// The largest total of live bytes.
    package private(set) var peakBytes = 0
    /// Each role's live bytes at its own peak.
    package private(set) var peaks = Usage()
    /// Live minus predicted bytes of a role, where they were furthest apart; 0 when they never were.
    package private(set) var gap = 0
    /// The process's figures at the peak.
    package private(set) var atPeak = Statistics.Reading()
    package private(set) var entries: [Entry] = []

    private let heaps: Heaps
    private let statistics: Statistics
    private let keepsEntries: Bool
    /// Live bytes, and the heaps' changes up to them.
    private var live = Usage()
    private var changes: Int?

    package init(_ heaps: Heaps, footprint: Footprint, statistics: Statistics, keepsEntries: Bool) {
        self.heaps = heaps
        self.statistics = statistics
        self.keepsEntries = keepsEntries
        simulator = Simulator(footprint: footprint)
        compare()
    }

    package mutating func observe(_ scheduled: ScheduledAction) {
        simulator.apply(scheduled)
        let live = compare()
        if keepsEntries {
            entries.append(
                Entry(lane: scheduled.lane, action: scheduled.action, live: live, predicted: simulator.usage))
        }
    }

    /// Takes the peaks of another pass of the same trial, and its gap where that is wider.
    package mutating func include(_ other: Audit) {
        if other.peakBytes > peakBytes { (peakBytes, atPeak) = (other.peakBytes, other.atPeak) }
        peaks.formMaximum(with: other.peaks)
        if abs(other.gap) > abs(gap) { gap = other.gap }
    }

    @discardableResult
    private mutating func compare() -> Usage {
        // Most of what an audit takes is for jemalloc to gather its figures; where no block came or went they are the same.
        let changes = heaps.changes
        if changes != self.changes {
            statistics.refresh()
            live = heaps.live
            self.changes = changes
        }
        for role in Role.allCases {
            let gap = live[role] - simulator.usage[role]
            if abs(gap) > abs(self.gap) { self.gap = gap }
        }
        if live.total > peakBytes {
            peakBytes = live.total
            atPeak = statistics.read()
        }
        peaks.formMaximum(with: live)
        return live
    }
}
