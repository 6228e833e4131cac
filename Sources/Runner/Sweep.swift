package import Experiments
package import Quantities
package import Trials

/// Measures trials on this machine.
///
/// Trials that differ only in their strategy or engine are measured together: their processes are prepared one after the
/// other, then each round measures every one of them once. What drifts in the machine meanwhile hits all alike. Only one
/// process computes at any time.
package struct Sweep: Sendable {
    package struct Summary: Hashable, Sendable {
        /// Trials with all their repetitions.
        package var complete = 0
        package var failed = 0
        /// Why the first of them failed.
        package var failure: TrialFailure?
        /// The sweep stopped because ``Children/killAll()`` was called.
        package var isInterrupted = false
        /// Timed training steps, as the processes say.
        package var training = Duration.zero
        /// From the start of a process until it is ready.
        package var preparation = Duration.zero
        /// All of the sweep.
        package var wall = Duration.zero

        package init() {}

        package var effort: Effort {
            Effort(
                training: training.inSeconds, preparation: preparation.inSeconds, wall: wall.inSeconds)
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

    /// - Parameters:
    ///   - trials: those of the experiment that are still to be measured.
    ///   - engines: of all other engines that the trials ask for; see ``Swift/Sequence/engines(at:own:)``.
    ///   - rows: of the experiment that are there: unroll's losses are those of other engines.
    ///   - machine: the memory there is. Without a limit in the experiment, no trial may need more, and trials are
    ///     alive at once up to the half of it.
    package init(
        _ experiment: Experiment, trials: [Trial], program: TrialProgram,
        engines: [Engine: EngineProgram] = [:], rows: [Row] = [], children: Children = Children(),
        machine: Bytes = Bytes(Host.memoryBytes)
    ) {
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
        for group in trials.groups() {
            var possible: [(trial: Trial, peak: Bytes)] = []
            for trial in group where !children.isClosed {
                let peak = trial.predictedPeak
                if let peak, peak <= alone {
                    possible.append((trial, peak))
                } else {
                    let failure = excess(peak)
                    try hand(.failure(failure), trial, 1, &summary, write, report)
                }
            }
            let references = SharedReferences(of: possible.map(\.trial))
            for part in Sweep.parts(possible, within: together) where !children.isClosed {
                try measure(part, references, &losses, &summary, write, report)
            }
        }
        summary.isInterrupted = children.isClosed
        summary.wall = .now - start
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

    /// Prepares these trials one after the other, then measures them in rounds.
    private func measure<Failure: Error>(
        _ part: [Trial], _ references: SharedReferences, _ losses: inout Losses, _ summary: inout Summary,
        _ write: (Row) throws(Failure) -> Void,
        _ report: (Event) -> Void
    ) throws(Failure) {
        var processes: [Trial: TrialProcess] = [:]
        for trial in part where !children.isClosed {
            report(.trialStarted(trial))
            let start = ContinuousClock.now
            let process = prepare(trial, references)
            summary.preparation += .now - start
            switch process {
            case .success(let process): processes[trial] = process
            case .failure(let failure): try hand(.failure(failure), trial, 1, &summary, write, report)
            }
        }
        // unroll's own first: the losses of others are held against theirs.
        var order = part.filter { $0.engine == .unroll } + part.filter { $0.engine != .unroll }
        for repetition in 1...experiment.repetitions {
            for trial in order where !children.isClosed {
                guard let process = processes[trial] else { continue }
                let outcome = Result { () throws(TrialFailure) in
                    let measurement = try process.repeatOnce(within: experiment.limits.time(of: trial.engine))
                    try losses.check(measurement, of: trial)
                    return measurement
                }
                if case .failure = outcome { processes[trial] = nil }
                try hand(outcome, trial, repetition, &summary, write, report)
            }
            // The first of this round is the last of the next, so that no trial is always the first.
            order.append(order.removeFirst())
        }
        guard !children.isClosed else { return }
        summary.complete += processes.count
        // Its repetitions are measured and written; how it leaves does not change them.
        for process in processes.values { try? process.finish() }
    }

    private func prepare(_ trial: Trial, _ references: SharedReferences) -> Result<TrialProcess, TrialFailure> {
        let process: TrialProcess
        do throws(SpawnError) {
            if trial.engine == .unroll {
                process = try program.measure(
                    trial, warmup: experiment.warmup,
                    reference: experiment.limits.memory.map { min($0, Trial.largestReference) },
                    memory: experiment.limits.memory, within: alone, gradient: references[trial],
                    disk: experiment.disk, children: children)
            } else {
                guard let engine = engines[trial.engine] else {
                    preconditionFailure("an engine that was not looked for")
                }
                process = try engine.measure(trial, warmup: experiment.warmup, children: children)
            }
        } catch {
            return .failure(TrialFailure(status: .failed, message: error.description))
        }
        return Result { () throws(TrialFailure) in
            try process.waitUntilReady(within: experiment.limits.time(of: trial.engine))
            return process
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
            summary.training += .seconds(measurement[.wallSeconds]?.number ?? 0)
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
