import Schedules
package import Trials

/// Strategies held against a baseline, trial by trial: what `unroll compare` shows.
///
/// Rows are grouped by experiment, build, machine and every factor but the strategy. Within a group, bytes are divided by the
/// baseline's, and times by the baseline's of the same repetition.
package struct Comparison: Hashable, Sendable {
    package let baseline: Baseline
    /// Group by group as first seen, unroll's own before those of other engines; and in each the strategies in the order in which they were first seen anywhere.
    package let lines: [Line]
    /// The factors, the strategy's aside, in which the rows differ.
    package let varied: [Factor]
    /// An experiment has rows of several builds or machines.
    package let isMixture: Bool
    /// Groups of trials that differ in their strategy alone.
    package let groups: Int
    /// The baseline was measured in every group.
    package let isComplete: Bool

    /// One strategy in one group. A figure is nil when no repetition measured it.
    package struct Line: Hashable, Sendable {
        package let experiment: String
        package let trial: Trial
        /// Of the first row.
        package let origin: Origin
        /// Whether it is what the others of its group are divided by.
        package let isBaseline: Bool
        /// `ok` when every repetition is; else that of the first that is not. The figures are of those that are ok.
        package let status: Status
        package let message: String
        package let peakBytes: Double?
        /// What a step takes above weights, gradients and inputs.
        package let stepBytes: Double?
        /// To the baseline's peak.
        package let peakRatio: Double?
        /// Of saved states and records when the peak stood.
        package let statesAndRecordsBytes: Double?
        /// Median of the repetitions.
        package let wallSeconds: Double?
        /// To the baseline's wall time, paired by repetition.
        package let timeRatios: Sample
        /// C/T: executed forward steps, recorded ones included, for every step of the sequence and every update.
        package let forwardStepsPerStep: Double?
        /// The largest in size.
        package let predictionGapBytes: Double?
        package let gradientRelativeError: Double?
        /// Of trainings: medians of the repetitions.
        package let loss: Double?
        package let quality: Double?
        package let heldOutQuality: Double?
        /// Of tasks with sequences: their frames, those of a padded batch left out, in a second of the median time.
        package let framesPerSecond: Double?
        /// And the share of them whose error was used.
        package let usedFrames: Double?
        /// Another of its group is better in bytes and time, and no worse in its gradient.
        package fileprivate(set) var isDominated = false
    }

    /// - Throws: ``BaselineError`` when the baseline's name stands for several strategies of one group.
    package init(_ rows: [Row], baseline: Baseline = .full) throws(BaselineError) {
        self.baseline = baseline
        varied = rows.variedFactors
        isMixture = !rows.mixtures.isEmpty
        let strategies = rows.map(\.trial.strategy).orderedSet
        let order = Dictionary(uniqueKeysWithValues: strategies.enumerated().map { ($1, $0) })
        let groups = rows.groupsOfStrategies
        var lines: [Line] = []
        var complete = true
        for group in groups {
            let own = group.byStrategy()
            let present = own.keys.sorted { order[$0, default: 0] < order[$1, default: 0] }
            let standard = try baseline.find(in: present)
            let reference = standard.flatMap { own[$0] }?.succeeded ?? []
            complete = complete && !reference.isEmpty
            var found = present.map { Line(own[$0] ?? [], baseline: reference, isBaseline: $0 == standard) }
            for index in found.indices {
                found[index].isDominated = found.contains(where: found[index].isDominated(by:))
            }
            lines += found
        }
        self.lines = lines
        self.groups = groups.count
        isComplete = complete && !groups.isEmpty
    }
}

extension Comparison.Line {
    /// - Parameters:
    ///   - rows: the repetitions of one trial, at least one.
    ///   - baseline: the baseline's that are ok.
    init(_ rows: [Row], baseline: [Row], isBaseline: Bool) {
        let failure = rows.first { $0.status != .ok }
        let measured = rows.succeeded
        let (trial, updates) = (rows[0].trial, rows[0].trial.updates)
        let length = Double(trial.length * max(1, updates))
        let peak = measured.largest(.peakBytes)
        experiment = rows[0].experiment
        self.trial = trial
        origin = rows[0].origin
        self.isBaseline = isBaseline
        status = failure?.status ?? .ok
        message = failure?.message ?? ""
        peakBytes = peak
        stepBytes = measured.largest(.stepBytes)
        peakRatio = baseline.largest(.peakBytes).flatMap { base in base > 0 ? peak.map { $0 / base } : nil }
        statesAndRecordsBytes = measured.compactMap(\.statesAndRecordsBytes).max()
        wallSeconds = Sample(.wallSeconds, of: measured).median
        timeRatios = Sample(ratios: .wallSeconds, of: measured, to: baseline)
        forwardStepsPerStep = measured.largest(.forwardSteps).map { $0 / length }
        predictionGapBytes = measured.compactMap { $0[.predictionGapBytes] }.max { abs($0) < abs($1) }
        gradientRelativeError = measured.largest(.gradientRelativeError)
        loss = updates > 0 ? Sample(.loss, of: measured).median : nil
        quality = updates > 0 ? Sample(.quality, of: measured).median : nil
        heldOutQuality = Sample(.heldOutQuality, of: measured).median
        let frames = measured.largest(.sequenceFrames).flatMap { $0 > 0 ? $0 : nil }
        framesPerSecond = wallSeconds.flatMap { seconds in seconds > 0 ? frames.map { $0 / seconds } : nil }
        usedFrames =
            if let frames, let byEnd = measured.largest(.trFrames), let byExpectation = measured.largest(.emFrames) {
                (byEnd + byExpectation) / frames
            } else {
                nil
            }
    }
}

extension Sequence where Element: Hashable {
    /// Each element once, as first seen.
    var orderedSet: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
