import Schedules
import Trials

extension History {
    /// A line a trial from one version to another.
    ///
    /// - Parameter changedOnly: without those of which there is nothing to say.
    package func table(changedOnly: Bool = false) -> Table {
        let shown = changedOnly ? lines.filter { !$0.findings.isEmpty } : lines
        let factors = ColumnDefinition.factors(varied, of: shown) { $0.trial }
        return Table(shown, columns: History.origins(isLong: versions.count > 2) + factors + History.changes)
    }

    /// Every column that a history may have, but for factors that vary.
    package static let possibleColumns = (origins(isLong: true) + changes).map(\.column)

    /// - Parameter isLong: between which versions is not clear by itself.
    private static func origins(isLong: Bool) -> [ColumnDefinition<Line>] {
        [
            ColumnDefinition("from", .text, "The version before.", rank: 0, where: { _ in isLong }) { $0.from },
            ColumnDefinition("to", .text, "The version after.", rank: 0, where: { _ in isLong }) { $0.to },
            ColumnDefinition(
                "experiment", .text, "The experiment's name.", rank: 0,
                where: { lines in lines.contains { $0.experiment != lines[0].experiment } }
            ) { $0.experiment },
        ]
    }

    private static let changes: [ColumnDefinition<Line>] = [
        ColumnDefinition("strategy", .text, "How far is unrolled and what is kept.", rank: 0) { $0.trial.strategy },
        ColumnDefinition("finding", .text, "What changed: grew, shrank, slower, faster, failed; or the same.", rank: 0)
        {
            $0.findings.isEmpty ? "same" : $0.findings.map(\.rawValue).joined(separator: ", ")
        },
        ColumnDefinition("before_peak_bytes", title: "peak before", .bytes, "The peak of the version before.", rank: 3)
        { $0.peakBefore.map(Int.init) },
        ColumnDefinition("peak_bytes", .bytes, "The peak of the version after.", rank: 2) { $0.peak.map(Int.init) },
        ColumnDefinition("peak_change_bytes", title: "change", .bytes, "The second less the first.", rank: 2) { line in
            line.peakBefore.flatMap { before in line.peak.map { Int($0 - before) } }
        },
        ColumnDefinition("time_change", title: "time", .times, "Time after over time before.") { $0.time?.ratio },
        ColumnDefinition(
            "time_change_low", title: "low", .times, "The low end of its 95 % interval.", rank: 4, group: "interval"
        ) {
            $0.time?.interval?.low
        },
        ColumnDefinition("time_change_high", title: "high", .times, "The high end.", rank: 4, group: "interval") {
            $0.time?.interval?.high
        },
        ColumnDefinition(
            "time_basis", title: "by", .text, "Whether by ratios to the baseline of the same round, or by seconds.",
            rank: 5
        ) { $0.time?.basis.rawValue },
        ColumnDefinition("differences", .text, "Every figure that counts and is another.", rank: 0) {
            $0.differences.isEmpty ? nil : $0.differences.joined(separator: "; ")
        },
    ]
}
