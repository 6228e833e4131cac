import Experiments
import Trials

/// What a run finds of other builds and machines where it is to continue.
struct Predecessors {
    /// What of the earlier rows stays, and what is measured.
    private(set) var resumption: Resumption
    /// Rows that are not kept because the trials that they would be compared with are now measured elsewhere.
    private(set) var parted: [Row] = []
    /// The first difference of each environment on record that is of another build or machine.
    private(set) var differences: [String] = []
    /// What is to be said of rows that stay.
    private(set) var notes: [Event] = []
    /// Whether one of the differences is a reason to go no further unless asked.
    private(set) var isRefused = false

    /// - Parameters:
    ///   - last: environment.json, of the last run.
    ///   - isShard: shards may be continued on another machine, as after a node was lost. Trials that are compared with each
    ///     other are then measured again together.
    init(
        _ experiment: Experiment, trials: [Trial], existing: Results?, last: Environment?, now: Environment,
        isShard: Bool
    ) {
        let rows = existing?.rows ?? []
        resumption = Resumption(experiment, trials: trials, existing: rows)
        guard !resumption.missing.isEmpty, !resumption.kept.isEmpty else { return }
        let origin = now.origin
        func isForeign(_ row: Row) -> Bool {
            row.origin.key != origin.key && !row.origin.isComparable(with: origin)
        }
        let recorded = Set(resumption.kept.map(\.origin.key)).sorted().compactMap { existing?.environments[$0] }
        let others = recorded + [last].compactMap(\.self).filter { !recorded.contains($0) }
        for other in others {
            guard let difference = other.difference(from: now) else { continue }
            if !differences.contains(difference) { differences.append(difference) }
            if !isShard || !other.isSameBuild(as: now) { isRefused = true }
        }
        if isShard, !isRefused {
            let missing = Set(resumption.missing)
            let foreign = Set(resumption.kept.filter(isForeign).map(\.trial))
            let apart = experiment.trials.groups().filter { group in
                group.contains(where: missing.contains) && group.contains(where: foreign.contains)
            }
            let again = Set(apart.joined()).intersection(foreign)
            if !again.isEmpty {
                parted = resumption.kept.filter { again.contains($0.trial) }
                resumption = Resumption(experiment, trials: trials, existing: rows.filter { !again.contains($0.trial) })
            }
        }
        let unknown = resumption.kept.filter { isForeign($0) && existing?.environments[$0.origin.key] == nil }
        if !unknown.isEmpty {
            notes.append(.unknownOrigins(rows: unknown.count))
        }
        let earlier = recorded.filter { $0.key != origin.key && $0.difference(from: now) == nil }
        if !earlier.isEmpty { notes.append(.otherSources(earlier, now: now)) }
    }
}
