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
        /// The most saved states at once.
        package var peakStates = 0
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
    package init(_ schedule: any Schedule, footprint: Footprint) {
        self.init(footprint: footprint)
        for action in schedule { apply(action) }
    }

    /// Takes one action.
    package mutating func apply(_ action: Action) {
        switch action {
        case .advance(let steps, let recording):
            counts.forward += steps.count
            counts.recomputed += Swift.max(0, Swift.min(frontier, steps.upperBound) - steps.lowerBound)
            frontier = Swift.max(frontier, steps.upperBound)
            if recording {
                counts.recorded += steps.count
                runs.record(steps)
            }
        case .save: states += 1
        case .discard: states -= 1
        case .backward(let steps, _): counts.backward += steps.count
        case .release(let steps): runs.release(steps)
        case .restore, .truncate: break
        }
        counts.peakStates = Swift.max(counts.peakStates, states)
        counts.peakRecords = Swift.max(counts.peakRecords, runs.records)
        usage[.states] = states * footprint.state
        usage[.records] = runs.records * footprint.record + runs.count * footprint.state
        peakBytes = Swift.max(peakBytes, usage.total)
        peaks.formMaximum(with: usage)
    }
}

/// The runs of records alive. Each holds the state entering its first step, which is why they are counted.
struct Runs: Sendable {
    private(set) var ranges: [Range<Int>] = []
    private(set) var records = 0

    var count: Int { ranges.count }

    /// The run that holds this step.
    func run(of step: Int) -> Range<Int>? { ranges.first { $0.contains(step) } }

    /// Records steps: they lengthen the run that ends where they begin, or begin a run of their own.
    mutating func record(_ steps: Range<Int>) {
        records += steps.count
        if let index = ranges.firstIndex(where: { $0.upperBound == steps.lowerBound }) {
            ranges[index] = ranges[index].lowerBound..<steps.upperBound
        } else {
            ranges.append(steps)
        }
    }

    /// Drops records from either end of a run; the run ends with its last record.
    mutating func release(_ steps: Range<Int>) {
        guard let index = ranges.firstIndex(where: { $0.contains(steps.lowerBound) }) else { return }
        let run = ranges[index]
        records -= steps.count
        if run == steps {
            ranges.remove(at: index)
        } else if run.lowerBound == steps.lowerBound {
            ranges[index] = steps.upperBound..<run.upperBound
        } else {
            ranges[index] = run.lowerBound..<steps.lowerBound
        }
    }
}
