import Schedules
import Trials

extension Comparison {
    /// Geometric means of the ratios, a line a strategy and engine, over the groups where it was measured: how many is told, for
    /// means over different groups do not compare. Low and high are the time ratio's 95 % interval, by resampling the
    /// rounds. Nil unless the baseline was measured in every group.
    package var summary: Table? {
        guard isComplete else { return nil }
        let own = Dictionary(grouping: lines) { Method($0.trial) }
        // Strategies are compared with that of their engine: the groups are each engine's own.
        let groups = Dictionary(grouping: lines.filter(\.isBaseline), by: \.trial.engine).mapValues(\.count)
        return Table(
            lines.map { Method($0.trial) }.orderedSet.map {
                Mean($0, of: own[$0] ?? [], groups: groups[$0.engine] ?? 0)
            }, columns: Mean.columns)
    }

    package static let summaryColumns = Mean.columns.map(\.column)

    private struct Method: Hashable {
        let engine: Engine
        let strategy: Strategy

        init(_ trial: Trial) { (engine, strategy) = (trial.engine, trial.strategy) }
    }

    /// One strategy over all groups.
    private struct Mean {
        let method: Method
        /// With what it chose in the groups: `segmented (length 8…41)`.
        let shown: String
        let measured: Int
        let groups: Int
        let peakRatio: Double?
        let timeRatio: Double?
        let interval: Interval?

        init(_ method: Method, of lines: [Line], groups: Int) {
            let times = lines.map(\.timeRatios).filter { $0.count > 0 }
            self.method = method
            let strategy = method.strategy
            let chosen = strategy.choosesBySize ? lines.compactMap { Int($0.trial[.segment]) } : []
            shown = chosen.isEmpty ? "\(strategy)" : "\(strategy) (length \(span(chosen)))"
            self.groups = groups
            measured = lines.count { $0.peakBytes != nil || $0.stepBytes != nil }
            peakRatio = geometricMean(lines.compactMap(\.peakRatio))
            timeRatio = geometricMean(times.compactMap(\.median))
            interval = Bootstrap().interval(ofMedians: times, statistic: geometricMean)
        }

        static let columns: [ColumnDefinition<Mean>] =
            [
                ColumnDefinition(
                    Factor.engine.rawValue, .text, Factor.engine.meaning, rank: 0,
                    where: { means in means.contains { $0.method.engine != .unroll } }
                ) { $0.method.engine.rawValue },
                ColumnDefinition("strategy", .text, "How far was unrolled and what was kept.") {
                    Table.Entry($0.shown, of: $0.method.strategy)
                },
                ColumnDefinition(
                    "groups_measured", title: "measured", .count, "Groups in which it was measured.", rank: 3
                ) { $0.measured },
                ColumnDefinition("groups", title: "of", .count, "All groups: networks, lengths and the like.", rank: 3)
                {
                    $0.groups
                },
                ColumnDefinition("peak_ratio", .share, "Geometric mean of the peak over the baseline's.") {
                    $0.peakRatio
                },
                ColumnDefinition("time_ratio", .times, "Geometric mean of the median time ratios.") { $0.timeRatio },
            ] + ColumnDefinition.interval { $0.interval }
    }
}

extension ColumnDefinition {
    /// The interval of a geometric mean of time ratios: two columns that come and go together.
    static func interval(of value: @escaping @Sendable (Line) -> Interval?) -> [ColumnDefinition] {
        [
            ColumnDefinition(
                "time_ratio_low", title: "low", .times, "The lower end of its 95 % interval, by resampling.", rank: 2,
                group: "interval"
            ) { value($0)?.low },
            ColumnDefinition(
                "time_ratio_high", title: "high", .times, "The upper end of that interval.", rank: 2, group: "interval"
            ) { value($0)?.high },
        ]
    }
}
