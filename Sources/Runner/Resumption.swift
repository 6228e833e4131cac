package import Experiments
package import Trials

/// What an interrupted or failed sweep still has to do, and which of its rows stay.
package struct Resumption: Hashable, Sendable {
    /// Trials without all of their repetitions, in the order given.
    package let missing: [Trial]
    /// Rows of trials that are complete or were not asked for. Rows of the missing ones are left out: a trial is
    /// measured by one process, whose repetitions belong together.
    package let kept: [Row]

    package init(_ experiment: Experiment, trials: [Trial], existing: [Row]) {
        var done: [Trial: Set<Int>] = [:]
        for row in existing where row.experiment == experiment.name && row.status == .ok {
            done[row.trial, default: []].insert(row.repetition)
        }
        let missing = trials.filter { !(done[$0]?.isSuperset(of: 1...experiment.repetitions) ?? false) }
        let again = Set(missing)
        self.missing = missing
        kept = existing.filter { $0.experiment != experiment.name || !again.contains($0.trial) }
    }
}
