package import Memory
package import Networks
package import Schedules

/// Holds every heap's live bytes against the simulator's prediction after every action.
///
/// Live bytes are what jemalloc has of each block. For its arenas' own figures it gathers those of all arenas, 6 µs and 4 µs an arena,
/// many times what a small action takes: it is asked for them where they were never asked for yet, where bytes are not as predicted, at
/// the peak, and now and then; and after every action once they were not those of the blocks.
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
    /// The process's figures at the peak; nil where the peak came without being predicted or asked for.
    package private(set) var atPeak: Statistics.Reading?
    /// How often jemalloc gathered its figures.
    package private(set) var gatherings = 0
    package private(set) var entries: [Entry] = []

    private let heaps: Heaps
    private let statistics: Statistics
    private let keepsEntries: Bool
    /// The predicted peak of the pass; nil where any new peak may be it.
    private let expectedPeak: Int?
    private var live = Usage()
    /// By block, and how often that was another than after the action before.
    private var counted: Usage?
    private var changes = 0
    /// Whether arenas had what the blocks had whenever they were asked.
    private var agrees = true

    /// Arenas are asked at this number of changes first, and each time as many have come later.
    private static let interval = 64

    package init(
        _ heaps: Heaps, footprint: Footprint, statistics: Statistics, keepsEntries: Bool, expectedPeak: Int? = nil
    ) {
        self.heaps = heaps
        self.expectedPeak = expectedPeak
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
        let counted = heaps.countedByBlock
        let isChanged = counted != self.counted
        if isChanged {
            changes += 1
            live = counted
            self.counted = counted
        }
        if !agrees || isChanged && isTimeToGather {
            gatherings += 1
            statistics.refresh()
            live = heaps.live
            agrees = agrees && live == counted
            if live.total > peakBytes { atPeak = statistics.read() }
        } else if live.total > peakBytes {
            atPeak = nil
        }
        for role in Role.allCases {
            let gap = live[role] - simulator.usage[role]
            if abs(gap) > abs(self.gap) { self.gap = gap }
        }
        peakBytes = max(peakBytes, live.total)
        peaks.formMaximum(with: live)
        return live
    }

    private var isTimeToGather: Bool {
        changes <= Audit.interval || changes % Audit.interval == 0 || live != simulator.usage
            || live.total > peakBytes && live.total >= expectedPeak ?? 0
    }
}
