import Experiments
import Trials

/// Of which builds and machines the rows of a merge are.
struct JoinedOrigins {
    /// For environment.json: that of the most rows, from the first start to the last end; nil when none is recorded.
    private(set) var joined: Environment?
    /// Those of the other rows.
    private(set) var others: [Environment] = []
    /// Why the rows do not belong in one file unless somebody asks for it; nil when they do.
    let obstacle: String?

    /// - Parameters:
    ///   - rows: those that are joined.
    ///   - sources: the files with the environment of their last runs.
    init(_ experiment: Experiment, _ rows: [Row], sources: [(results: Results, last: Environment?)]) {
        var recorded: [String: Environment] = [:]
        for (results, _) in sources { recorded.merge(results.environments) { first, _ in first } }
        obstacle = JoinedOrigins.otherBuild(sources) ?? JoinedOrigins.partedGroup(experiment, rows, recorded)

        var counts: [String: Int] = [:]
        var keys: [String] = []
        for row in rows where !row.origin.key.isEmpty {
            if counts[row.origin.key] == nil { keys.append(row.origin.key) }
            counts[row.origin.key, default: 0] += 1
        }
        let most = keys.filter { recorded[$0] != nil }.max { counts[$0]! < counts[$1]! }
        let lasts = sources.compactMap(\.last)
        others = keys.filter { $0 != most }.compactMap { recorded[$0] }
        guard var all = most.flatMap({ recorded[$0] }) ?? lasts.first else { return }
        for other in others + lasts {
            let mixed = (all.difference(from: other).map { [$0] } ?? []) + (other.mixed ?? [])
            for difference in mixed where !(all.mixed ?? []).contains(difference) {
                all.mixed = (all.mixed ?? []) + [difference]
            }
        }
        all.startTime = lasts.compactMap(\.startTime).min()
        // Texts of one form and zone: the last in order is the last in time.
        all.endTime = lasts.contains { $0.endTime == nil } ? nil : lasts.compactMap(\.endTime).max()
        let efforts = lasts.compactMap(\.effort)
        all.effort = efforts.isEmpty ? nil : efforts.dropFirst().reduce(efforts[0], +)
        joined = all
    }

    /// The first file that another build measured than the one before it.
    private static func otherBuild(_ sources: [(results: Results, last: Environment?)]) -> String? {
        var first: Environment?
        for (results, last) in sources {
            let own = results.rows.map(\.origin.key).reduce(into: [Environment]()) { found, key in
                if let environment = results.environments[key], found.last != environment { found.append(environment) }
            }
            for environment in own + [last].compactMap(\.self) {
                guard let earlier = first else {
                    first = environment
                    continue
                }
                guard !earlier.isSameBuild(as: environment), let difference = earlier.difference(from: environment)
                else {
                    continue
                }
                return "\(results.file): measured with another \(difference)"
            }
        }
        return nil
    }

    /// The first trials that are compared with each other and are of several machines, or of an unknown one.
    private static func partedGroup(
        _ experiment: Experiment, _ rows: [Row], _ recorded: [String: Environment]
    ) -> String? {
        let byTrial = Dictionary(grouping: rows, by: \.trial)
        for group in experiment.trials.groups() {
            let own = group.flatMap { byTrial[$0] ?? [] }
            guard let first = own.first,
                let other = own.first(where: { !$0.origin.isComparable(with: first.origin) })
            else { continue }
            let difference =
                recorded[first.origin.key].flatMap { one in
                    recorded[other.origin.key].flatMap { one.difference(from: $0) }
                } ?? "build or machine, one of them unknown"
            return
                "\(experiment.name): '\(first.trial.strategy)' and '\(other.trial.strategy)' of "
                + "'\(first.trial.words.filter { !$0.hasPrefix("strategy=") }.joined(separator: " "))' would be compared, and "
                + "were measured with another \(difference)"
        }
        return nil
    }
}
