import Experiments
import Machine
import Quantities
import Schedules
import Trials

// What comes before anything is timed.
extension Sweep {
    /// How many of the first groups prepare together: those of so few trials that there is a processor for each. One at least.
    func groupsAtOnce(_ groups: ArraySlice<[Trial]>) -> Int {
        var (threads, bytes, count) = (0, 0, 0)
        for group in groups {
            for trial in group {
                guard trial.engine == .unroll, let peak = trial.predictedPeak, peak <= alone else {
                    return max(1, count)
                }
                threads += trial.threads
                bytes = saturatingSum(bytes, peak.count)
            }
            guard threads <= processors, bytes <= together.count else { return max(1, count) }
            count += 1
        }
        return max(1, count)
    }

    /// Prepares trials, and hands their processes over in their order. As many prepare at once as there are processors for their
    /// threads: no time is taken of it, and bytes are each process's own.
    ///
    /// - Parameter ended: gets what became of each.
    func prepare<Failure: Error>(
        _ trials: [Trial], _ references: SharedReferences, _ summary: inout Summary, _ report: (Event) -> Void,
        _ ended: (Trial, Result<TrialProcess, TrialFailure>, inout Summary) throws(Failure) -> Void
    ) throws(Failure) {
        /// Those that have the gradient of their reference, which others may read from then on.
        var settled: Set<Trial> = []
        /// Of the trial at the loop's index and those after it.
        var started: [Result<TrialProcess, TrialFailure>] = []
        let start = ContinuousClock.now
        defer { summary.effort.preparation += (.now - start).inSeconds }
        for index in trials.indices where !children.isClosed {
            while let next = trials[index...].dropFirst(started.count).first,
                mayPrepare(next, beside: trials[index...].prefix(started.count), references, settled)
            {
                started.append(self.start(next, references))
            }
            let trial = trials[index]
            report(.trialStarted(trial))
            let outcome = started.removeFirst().flatMap { process in
                Result { () throws(TrialFailure) in
                    summary.include(try process.waitUntilReady(within: experiment.limits.time(of: trial.engine)))
                    return process
                }
            }
            if case .success = outcome, let reference = trial.sharedReference { settled.insert(reference) }
            try ended(trial, outcome, &summary)
        }
    }

    /// Whether a trial may prepare while others do. Of those that share a reference the first computes it, and the others wait for it.
    /// Other engines' programs have threads that are not counted.
    private func mayPrepare(
        _ trial: Trial, beside others: ArraySlice<Trial>, _ references: SharedReferences, _ settled: Set<Trial>
    ) -> Bool {
        guard !others.isEmpty else { return true }
        let all = others + [trial]
        return all.allSatisfy { $0.engine == .unroll } && all.reduce(0) { $0 + $1.threads } <= processors
            && (references[trial] == nil || settled.contains(trial.sharedReference!))
    }

    private func start(_ trial: Trial, _ references: SharedReferences) -> Result<TrialProcess, TrialFailure> {
        do throws(SpawnError) {
            if trial.engine == .unroll {
                return .success(
                    try program.measure(
                        trial, warmup: experiment.warmup,
                        reference: experiment.limits.memory.map { min($0, Trial.largestReference) },
                        memory: experiment.limits.memory, within: alone, gradient: references[trial],
                        disk: experiment.disk, children: children))
            }
            guard let engine = engines[trial.engine] else {
                preconditionFailure("an engine that was not looked for")
            }
            return .success(try engine.measure(trial, warmup: experiment.warmup, children: children))
        } catch {
            return .failure(TrialFailure(status: .failed, message: error.description))
        }
    }
}
