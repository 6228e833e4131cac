package import Experiments
import Machine
package import Quantities
package import Trials

/// Measures trials on this machine.
///
/// Trials that differ only in their strategy or engine are measured together: their processes are prepared, then each round measures
/// every one of them once. What drifts in the machine meanwhile hits all alike. While anything is timed, only one process computes.
package struct Sweep: Sendable {
    package struct Summary: Hashable, Sendable {
        /// Trials with all their repetitions.
        package var complete = 0
        package var failed = 0
        /// Why the first of them failed.
        package var failure: TrialFailure?
        /// The sweep stopped because ``Children/killAll()`` was called.
        package var isInterrupted = false
        /// Where the time went.
        package var effort = Effort(audit: 0, reference: 0, warmup: 0, repetitions: 0)

        package init() {}

        /// Takes in what a process did before it was ready.
        mutating func include(_ preparation: Preparation) {
            effort.audit = effort.audit! + preparation.audit
            effort.reference = effort.reference! + preparation.reference
            effort.warmup = effort.warmup! + preparation.warmup
        }
    }

    package let experiment: Experiment
    package let trials: [Trial]
    package let program: TrialProgram
    /// The programs of all other engines that the trials ask for.
    let engines: [Engine: EngineProgram]
    /// Losses that are known already, by what unroll computes to have them.
    private let losses: [Trial: Double]
    package let children: Children
    /// What the processes alive at once may need together, as predicted.
    package let together: Bytes
    /// What a single trial may need.
    package let alone: Bytes
    /// Threads that may prepare trials at once.
    let processors: Int

    /// - Parameters:
    ///   - trials: those of the experiment that are still to be measured.
    ///   - engines: of all other engines that the trials ask for; see ``Swift/Sequence/engines(at:own:)``.
    ///   - rows: of the experiment that are there: unroll's losses are those of other engines.
    ///   - machine: the memory there is. Without a limit in the experiment, no trial may need more, and trials are
    ///     alive at once up to the half of it.
    ///   - processors: those that there are.
    package init(
        _ experiment: Experiment, trials: [Trial], program: TrialProgram,
        engines: [Engine: EngineProgram] = [:], rows: [Row] = [], children: Children = Children(),
        machine: Bytes = Bytes(Host.memoryBytes), processors: Int = SystemLimits().processors.value
    ) {
        self.processors = processors
        self.experiment = experiment
        self.trials = trials
        self.program = program
        self.engines = engines
        losses = Losses.known(in: rows)
        self.children = children
        together = experiment.limits.memory ?? Bytes(machine.count / 2)
        alone = experiment.limits.memory ?? machine
    }

    /// Measures everything, handing each row over as soon as it is there. A trial that fails leaves one row that says
    /// so; the others continue.
    ///
    /// - Throws: what `write` throws; the processes are ended first.
    @discardableResult
    package func run<Failure: Error>(
        write: (Row) throws(Failure) -> Void, report: (Event) -> Void = { _ in }
    ) throws(Failure) -> Summary {
        report(.started(trials, repetitions: experiment.repetitions))
        var summary = Summary()
        var losses = Losses(self, known: losses)
        let start = ContinuousClock.now
        var groups = trials.groups()[...]
        while !groups.isEmpty, !children.isClosed {
            let first = groups.prefix(groupsAtOnce(groups))
            groups = groups.dropFirst(first.count)
            var possible: [[(trial: Trial, peak: Bytes)]] = []
            for group in first {
                possible.append([])
                for trial in group where !children.isClosed {
                    let peak = trial.predictedPeak
                    if let peak, peak <= alone {
                        possible[possible.count - 1].append((trial, peak))
                    } else {
                        let failure = excess(peak)
                        try hand(.failure(failure), trial, 1, &summary, write, report)
                    }
                }
            }
            let references = SharedReferences(of: possible.joined().map(\.trial))
            let parts =
                possible.count > 1
                ? [possible.map { $0.map(\.trial) }] : Sweep.parts(possible[0], within: together).map { [$0] }
            for part in parts where !children.isClosed {
                try measure(part, references, &losses, &summary, write, report)
            }
        }
        summary.isInterrupted = children.isClosed
        summary.effort.wall = (.now - start).inSeconds
        report(.finished(summary))
        return summary
    }

    /// Cuts a group so that the predicted peaks of each part fit together; a part has at least one trial.
    package static func parts(_ group: [(trial: Trial, peak: Bytes)], within memory: Bytes) -> [[Trial]] {
        var parts: [[Trial]] = []
        var sum = 0
        for (trial, peak) in group {
            sum += peak.count
            if !parts.isEmpty, sum <= memory.count {
                parts[parts.count - 1].append(trial)
            } else {
                parts.append([trial])
                sum = peak.count
            }
        }
        return parts
    }

    /// Prepares all trials of these groups, then measures each group in rounds.
    private func measure<Failure: Error>(
        _ groups: [[Trial]], _ references: SharedReferences, _ losses: inout Losses, _ summary: inout Summary,
        _ write: (Row) throws(Failure) -> Void,
        _ report: (Event) -> Void
    ) throws(Failure) {
        var processes: [Trial: TrialProcess] = [:]
        try prepare(groups.flatMap(\.self), references, &summary, report) {
            (trial, outcome, summary) throws(Failure) in
            switch outcome {
            case .success(let process): processes[trial] = process
            case .failure(let failure): try hand(.failure(failure), trial, 1, &summary, write, report)
            }
        }
        for group in groups { try measure(group, by: &processes, &losses, &summary, write, report) }
        guard !children.isClosed else { return }
        summary.complete += processes.count
        // Their repetitions are measured and written; how they leave does not change them. They leave at once.
        for process in processes.values { process.leave() }
        for process in processes.values { try? process.finish() }
    }

    /// Measures a group in rounds. A process that fails is gone.
    private func measure<Failure: Error>(
        _ group: [Trial], by processes: inout [Trial: TrialProcess], _ losses: inout Losses, _ summary: inout Summary,
        _ write: (Row) throws(Failure) -> Void,
        _ report: (Event) -> Void
    ) throws(Failure) {
        // unroll's own first: the losses of others are held against theirs.
        var order = group.filter { $0.engine == .unroll } + group.filter { $0.engine != .unroll }
        for repetition in 1...experiment.repetitions {
            for trial in order where !children.isClosed {
                guard let process = processes[trial] else { continue }
                let start = ContinuousClock.now
                let outcome = Result { () throws(TrialFailure) in
                    let measurement = try process.repeatOnce(within: experiment.limits.time(of: trial.engine))
                    try losses.check(measurement, of: trial)
                    return measurement
                }
                summary.effort.repetitions = summary.effort.repetitions! + (.now - start).inSeconds
                if case .failure = outcome { processes[trial] = nil }
                try hand(outcome, trial, repetition, &summary, write, report)
            }
            // The first of this round is the last of the next, so that no trial is always the first.
            if !order.isEmpty { order.append(order.removeFirst()) }
        }
    }

    private func excess(_ peak: Bytes?) -> TrialFailure {
        let predicted = peak.map(\.description) ?? "beyond counting"
        let limit = experiment.limits.memory == nil ? "the machine's memory" : "limits.memory"
        return TrialFailure(
            status: .outOfMemory, message: "predicted peak \(predicted) exceeds \(limit) \(alone); not started")
    }

    /// Why another engine's trial has no bytes of its step.
    private static let unseen =
        "no step_bytes: the program cannot be seen inside, for it is linked statically or has another allocator"

    /// Why a trial that ended well has no error of its gradient; empty where the gradient itself has none.
    private func note(_ trial: Trial) -> String {
        let largest = experiment.limits.memory.map { min($0, Trial.largestReference) } ?? Trial.largestReference
        guard case .unavailable(let reason) = trial.reference(upTo: largest, within: alone) else { return "" }
        return "no reference for the gradient: \(reason)"
    }

    /// Writes one row and reports it. What fails because the sweep is interrupted is no result.
    private func hand<Failure: Error>(
        _ outcome: Result<Measurement, TrialFailure>, _ trial: Trial, _ repetition: Int, _ summary: inout Summary,
        _ write: (Row) throws(Failure) -> Void, _ report: (Event) -> Void
    ) throws(Failure) {
        var row = Row(experiment: experiment.name, trial: trial, repetition: repetition, status: .ok)
        switch outcome {
        case .success(let measurement):
            row.measurement = measurement
            if trial.engine != .unroll, measurement[.stepBytes] == nil { row.message = Sweep.unseen }
            if measurement[.gradientExact] != nil, measurement[.gradientRelativeError] == nil {
                row.message = note(trial)
            }
            summary.effort.training += measurement[.wallSeconds]?.number ?? 0
            try write(row)
            report(.rowFinished(row))
        case .failure(let failure):
            guard !children.isClosed else { return }
            row.status = failure.status
            row.message = failure.message
            summary.failed += 1
            summary.failure = summary.failure ?? failure
            try write(row)
            report(.trialFailed(row))
        }
    }
}
