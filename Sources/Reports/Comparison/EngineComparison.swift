import Schedules
import Shapes
package import Trials

/// Programs that make the same training steps, held against unroll's own: what frameworks take.
///
/// Rows are grouped by every factor but engine and variant. Within a group, bytes of the step above weights, gradients and inputs
/// are divided by unroll's, and times by unroll's of the same round.
package struct EngineComparison: Sendable {
    private let lines: [Line]

    /// Nil where no other engine's rows are beside unroll's own.
    package init?(_ rows: [Row]) {
        var ratios: [Method: [Ratio]] = [:]
        for group in rows.grouped(over: [.engine, .variant], isOfOneMachine: true) {
            let own = group.filter { $0.trial.engine == .unroll }
            guard !own.isEmpty else { continue }
            let others = group.filter { $0.trial.engine != .unroll }
            for (method, alike) in Dictionary(grouping: others, by: { Method($0.trial) }) {
                ratios[method, default: []].append(Ratio(alike, to: own.succeeded))
            }
        }
        guard !ratios.isEmpty else { return nil }
        lines = rows.map { Method($0.trial) }.orderedSet.compactMap { method in
            ratios[method].map { Line(method, $0) }
        }
    }

    /// A line an engine, variant and strategy: geometric means over the groups in which it was measured, and why it was not in
    /// others.
    package var table: Table { Table(lines, columns: EngineComparison.columns) }

    package static let possibleColumns = columns.map(\.column)

    private struct Method: Hashable {
        let engine: Engine
        let variant: Variant
        let strategy: Strategy

        init(_ trial: Trial) { (engine, variant, strategy) = (trial.engine, trial.variant, trial.strategy) }
    }

    /// One method in one group.
    private struct Ratio {
        let bytes: Double?
        let times: Sample
        /// Why it was not measured; nil where it was.
        let refusal: String?

        init(_ rows: [Row], to own: [Row]) {
            let measured = rows.succeeded
            bytes = measured.largest(.stepBytes).flatMap { bytes in
                own.largest(.stepBytes).flatMap { $0 > 0 ? bytes / $0 : nil }
            }
            times = Sample(ratios: .wallSeconds, of: measured, to: own)
            refusal = rows.first { $0.status != .ok }?.message
        }
    }

    private struct Line {
        let method: Method
        let measured: Int
        let groups: Int
        let bytes: Double?
        let time: Double?
        let interval: Interval?
        let refusal: String?

        init(_ method: Method, _ ratios: [Ratio]) {
            let times = ratios.map(\.times).filter { $0.count > 0 }
            self.method = method
            groups = ratios.count
            measured = ratios.count { $0.refusal == nil }
            bytes = geometricMean(ratios.compactMap(\.bytes))
            time = geometricMean(times.compactMap(\.median))
            interval = Bootstrap().interval(ofMedians: times, statistic: geometricMean)
            refusal = ratios.compactMap(\.refusal).first
        }
    }

    private static let columns: [ColumnDefinition<Line>] =
        [
            ColumnDefinition("strategy", .text, "How far was unrolled and what was kept.", rank: 0) {
                $0.method.strategy
            },
            ColumnDefinition(Factor.engine.rawValue, .text, Factor.engine.meaning, rank: 0) {
                $0.method.engine.rawValue
            },
            ColumnDefinition(Factor.variant.rawValue, .text, Factor.variant.meaning, rank: 0) {
                $0.method.variant.rawValue
            },
            ColumnDefinition("groups_measured", title: "measured", .count, "Groups in which it was measured.", rank: 3)
            {
                $0.measured
            },
            ColumnDefinition(
                "groups", title: "of", .count, "All groups that unroll's own have: networks, lengths and the like.",
                rank: 3
            ) { $0.groups },
            ColumnDefinition(
                "step_ratio", title: "step", .times,
                "Bytes of a step above weights, gradients and inputs, over unroll's: the geometric mean."
            ) { $0.bytes },
            ColumnDefinition(
                "time_ratio", title: "time", .times,
                "Time over unroll's of the same round: the geometric mean of the medians."
            ) { $0.time },
        ] + ColumnDefinition.interval { $0.interval } + [
            ColumnDefinition(
                "refusal", title: "what it cannot", .text, "Why it was not measured in the other groups.", rank: 4,
                where: { lines in lines.contains { $0.refusal != nil } }
            ) { $0.refusal }
        ]
}
