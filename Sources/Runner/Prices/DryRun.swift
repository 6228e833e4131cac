package import Experiments
import Glibc
import Machine
import Planning
package import Quantities
import Schedules
import Shapes
package import Trials

/// What a run of an experiment would do, and what it is predicted to take.
package struct DryRun {
    package let experiment: Experiment
    /// A line for each trial that is asked for.
    package let lines: [Line]
    /// Trials without all of their rows.
    package let missing: Int
    /// What measuring all that is missing and fits takes; nil where there is nothing.
    package let seconds: Double?
    /// Where prices come from, one for each network that is to be measured.
    package let sources: [StepTimes.Source]
    /// Rows of other contents of the tasks' files, in sentences.
    package let otherContents: [String]

    /// What is known of a trial before it runs.
    package struct Line: Hashable, Sendable {
        package let trial: Trial
        /// Nil where it is beyond counting, and of engines other than unroll, of which nothing is predicted.
        package let peak: Bytes?
        /// Executed, recorded ones included; nil where the trial does not fit, or is another engine's.
        package let forwardSteps: Int?
        /// The same.
        package let seconds: Double?
        package let state: State
    }

    /// What would become of a trial.
    package enum State: Hashable, Sendable { case measured, missing, tooLarge }

    /// What a schedule takes, and how long it takes to know.
    private struct Count {
        let trial: Trial
        let demand: Demand
        let planning: Double
        let peak: Bytes?
        let fits: Bool
        /// Whether the demand is its own: another engine is started where unroll would be.
        var isPredicted: Bool { trial.engine == .unroll }

        init(_ trial: Trial, within memory: Bytes) {
            self.trial = trial
            let start = ContinuousClock.now
            demand = trial.demand
            planning = (ContinuousClock.now - start).inSeconds
            peak = demand.peakBytes < Footprint.countable ? Bytes(demand.peakBytes) : nil
            fits = peak.map { $0 <= memory } ?? false
        }
    }

    /// - Parameters:
    ///   - trials: all or some of the experiment's.
    ///   - results: the folder in which the experiment has its directory.
    ///   - program: the measuring program: rows of another one, or of another machine, tell no time.
    ///   - processors: on which trials prepare at once.
    /// - Throws: ``ResultsError`` where there is a file that a run would refuse; none is no fault.
    package init(
        _ experiment: Experiment, _ trials: [Trial], results: String, shard: Shard?, program: TrialProgram?,
        times: StepTimes, processors: Int = SystemLimits().processors.value, report: (Event) -> Void
    ) throws(ResultsError) {
        self.experiment = experiment
        let directory = ExperimentRunner.directory(of: experiment, in: results)
        let (existing, own) = try DryRun.rows(
            "\(directory)/\(shard?.name(Results.fileName) ?? Results.fileName)", of: program)
        let missing = Set(Resumption(experiment, trials: trials, existing: existing).missing)
        let memory = experiment.limits.memory ?? Bytes(Host.memoryBytes)
        let counts = trials.enumerated().map { index, trial in
            // Some schedules are gone through step by step.
            report(.counting(trial, index: index + 1, of: trials.count))
            return Count(trial, within: memory)
        }
        let due = counts.filter { $0.fits && $0.isPredicted && missing.contains($0.trial) }
        let prices = times.prices(of: due.map(\.trial), rows: own, memory: memory, report: report)
        let overheads = times.overheads
        var references: Set<Trial> = []
        let sharing = Dictionary(grouping: due.map(\.trial), by: \.sharedReference)
        /// Of the preparations, what is gone through while another trial prepares.
        var overlap = 0.0
        lines = counts.map { count in
            let isMissing = missing.contains(count.trial)
            let reference = count.trial.sharedReference
            let isFirst = isMissing && reference.map { references.insert($0).inserted } ?? false
            let time =
                count.fits && count.isPredicted
                ? prices[StepTimes.network(count.trial)].map { known in
                    // A schedule that is made at once is made in less time than the noise.
                    TrialTime(
                        count.trial, demand: count.demand, prices: known.prices,
                        timedPass: times.step(of: count.trial).map { $0 * Double(count.trial.length) },
                        overheads: overheads,
                        planning: count.planning < 0.05 ? 0 : count.planning, repetitions: experiment.repetitions,
                        warmup: experiment.warmup,
                        hasReference: isMissing && reference != nil && !isFirst,
                        reference: min(memory, Trial.largestReference), within: memory)
                } : nil
            if let time, isMissing {
                // The first of those that share a reference prepares alone.
                let others = reference.flatMap { sharing[$0] }.map { $0.count - 1 } ?? 0
                let atOnce = others > 0 ? (isFirst ? 1 : others) : processors
                overlap += time.preparation * (1 - 1 / Double(max(1, min(atOnce, processors / count.trial.threads))))
            }
            return Line(
                trial: count.trial, peak: count.isPredicted ? count.peak : nil,
                forwardSteps: count.fits && count.isPredicted ? count.demand.counts.forward : nil,
                seconds: time?.seconds,
                state: !isMissing ? .measured : count.fits ? .missing : .tooLarge)
        }
        self.missing = missing.count
        sources = prices.values.map(\.source)
        seconds =
            due.isEmpty
            ? nil : lines.reduce(overheads.run - overlap) { $0 + ($1.state == .missing ? $1.seconds ?? 0 : 0) }
        otherContents = trials.otherContents(in: existing)
    }

    /// The rows that are there, and those of them that this program measured on this machine: times of others tell nothing here.
    private static func rows(
        _ file: String, of program: TrialProgram?
    ) throws(ResultsError) -> (all: [Row], own: [Row]) {
        guard access(file, F_OK) == 0 else { return ([], []) }
        let found = try Results.read(file: file)
        let here = Set(
            found.environments.filter { _, environment in program.map(environment.isOf) ?? false }.keys)
        return (found.rows, found.rows.filter { here.contains($0.origin.key) })
    }
}
