package import Experiments
package import Trials

/// What an interrupted or failed sweep still has to do, and which of its rows stay.
package struct Resumption: Hashable, Sendable {
    /// Trials without all of their repetitions, in the order given.
    package let missing: [Trial]
    /// Rows of trials that are complete or were not asked for. Rows of the missing ones are left out: a trial is
    /// measured by one process, whose repetitions belong together.
    package let kept: [Row]
    /// Rows that the experiment does not ask for, as when its file has changed since: of other trials, or repetitions
    /// beyond its own.
    package let foreign: [Row]

    /// - Parameter trials: those asked for, all or some of the experiment's.
    package init(_ experiment: Experiment, trials: [Trial], existing: [Row]) {
        let all = Set(experiment.trials)
        func fits(_ row: Row) -> Bool {
            row.experiment == experiment.name && all.contains(row.trial) && row.repetition <= experiment.repetitions
        }
        var done: [Trial: Set<Int>] = [:]
        for row in existing where fits(row) && row.status == .ok {
            done[row.trial, default: []].insert(row.repetition)
        }
        let missing = trials.filter { !(done[$0]?.isSuperset(of: 1...experiment.repetitions) ?? false) }
        let again = Set(missing)
        self.missing = missing
        kept = existing.filter { fits($0) && !again.contains($0.trial) }
        foreign = existing.filter { !fits($0) }
    }
}
