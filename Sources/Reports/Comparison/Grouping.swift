import Schedules
import Trials

private struct GroupKey: Hashable {
    let experiment: String
    let build: String
    /// Empty where rows of several may be held together.
    let machine: String
    let trial: Trial
}

extension Collection<Row> {
    /// Rows of one experiment and one build that agree in every factor but these; groups, and rows in them, as they come.
    ///
    /// - Parameter isOfOneMachine: whether a group holds rows of one machine alone. When nil, it does where nothing but the strategy
    ///   varies: such trials are measured in turn, to be paired. What is held against another length or size may be of shards
    ///   from several machines, where bytes and steps are the same.
    func grouped(over varied: Set<Factor>, isOfOneMachine: Bool? = nil) -> [[Row]] {
        let isOfOneMachine = isOfOneMachine ?? varied.isSubset(of: [.strategy])
        var groups: [[Row]] = []
        var places: [GroupKey: Int] = [:]
        // Repetitions stand one after the other.
        var last: (row: Row, place: Int)?
        for row in self {
            if let last, row.wasRead(with: last.row) {
                groups[last.place].append(row)
                continue
            }
            let key = GroupKey(
                experiment: row.experiment, build: row.origin.build,
                machine: isOfOneMachine ? row.origin.machine : "", trial: row.trial.ignoring(varied))
            let place = places[key] ?? groups.count
            if place == groups.count {
                places[key] = place
                groups.append([])
            }
            groups[place].append(row)
            last = (row, place)
        }
        return groups
    }

    /// Rows that differ in their strategy alone; of those that differ in their engine too, unroll's own come first.
    var groupsOfStrategies: [[Row]] {
        grouped(over: [.strategy, .engine], isOfOneMachine: true).flatMap { rows in
            let groups = rows.grouped(over: [.strategy])
            return groups.filter { $0[0].trial.engine == .unroll } + groups.filter { $0[0].trial.engine != .unroll }
        }
    }

    /// The rows of each strategy, as they come.
    func byStrategy() -> [Strategy: [Row]] { Dictionary(grouping: self, by: \.trial.strategy) }

    /// The factors, the strategy's aside, that are not the same in all rows.
    var variedFactors: [Factor] {
        guard let first else { return [] }
        var varied: Set<Factor> = []
        for row in self where !row.wasRead(with: first) && row.trial != first.trial {
            // What is known to vary already need not be found again.
            if row.trial.ignoring(varied) != first.trial.ignoring(varied) {
                varied.formUnion(row.trial.differences(from: first.trial))
            }
        }
        return Factor.allCases.filter { $0 != .strategy && varied.contains($0) }
    }

    /// Those that measured something.
    var succeeded: [Row] { filter { $0.status == .ok } }

    /// The largest of a figure; bytes and counts do not vary between repetitions, and where they do, the worst counts.
    func largest(_ figure: Figure) -> Double? { compactMap { $0[figure] }.max() }
}

extension Row {
    /// Bytes of saved states and records when the peak stood: all else in it is of constant size. Not the sum of the
    /// two roles' own peaks, which need not stand at the same time.
    var statesAndRecordsBytes: Double? {
        guard let peak = self[.peakBytes] else { return nil }
        var bytes = peak
        for role in Role.allCases where role != .states && role != .records {
            let figure = Figure(role)
            guard let constant = self[figure] ?? (figure.isLater ? 0 : nil) else { return nil }
            bytes -= constant
        }
        return bytes
    }
}
