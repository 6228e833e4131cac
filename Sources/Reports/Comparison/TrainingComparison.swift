import Schedules
package import Trials

/// Trainings that differ in their strategy, side by side: memory, time and what was learned.
package struct TrainingComparison: Hashable, Sendable {
    /// One training.
    package struct Line: Hashable, Sendable {
        /// Its figures; they are absent where it failed.
        package let row: Row
        /// Updates it has made, those before a checkpoint included.
        package let updates: Int
        /// Those of them whose time is in the row.
        package let timed: Int

        package init(_ row: Row, updates: Int, timed: Int) {
            self.row = row
            self.updates = updates
            self.timed = timed
        }

        fileprivate var secondsPerUpdate: Double? {
            guard timed > 0, let seconds = row[.wallSeconds] else { return nil }
            return seconds / Double(timed)
        }
    }

    private let lines: [Line]

    package init(_ lines: [Line]) { self.lines = lines }

    /// What others are divided by: full unrolling or, without it, the first.
    private var baseline: Line? {
        let good = lines.filter { $0.row.status == .ok }
        return good.first { $0.row.trial.strategy == .full } ?? good.first
    }

    /// The columns of the table. That of held-out sequences is there where a training has them.
    package static let possibleColumns = [
        Table.Column("strategy", .text), Table.Column("status", .text, rank: 5),
        Table.Column("updates", .count, rank: 3),
        Table.Column("loss", .count), Table.Column("quality", .count, rank: 2),
        Table.Column("held_out_quality", title: "held out", .count, rank: 2),
        Table.Column("peak_bytes", .bytes), Table.Column("peak_ratio", .share, rank: 3),
        Table.Column("wall_seconds", .seconds, rank: 2), Table.Column("time_ratio", .times),
        Table.Column("steps_per_second", title: "steps/s", .count, rank: 4),
        Table.Column("gradient_exact", title: "exact", .text, rank: 4),
        Table.Column("prediction_gap_bytes", title: "gap", .bytes, rank: 5),
    ]

    /// A line a training, in the order given. Ratios are to full unrolling or, without it, to the first; times are compared
    /// by the update, for some trainings end sooner.
    package var table: Table {
        let hasHeldOut = lines.contains { $0.row[.heldOutQuality] != nil }
        let table = Table(
            columns: TrainingComparison.possibleColumns.filter { hasHeldOut || $0.name != "held_out_quality" })
        let baseline = baseline
        return lines.reduce(into: table) { table, line in
            let row = line.row
            func ratio(_ value: Double?, _ reference: Double?) -> Table.Entry? {
                guard let value, let reference, reference > 0 else { return nil }
                return .real(value / reference)
            }
            func whole(_ figure: Figure) -> Table.Entry? { row[figure].map { .integer(Int($0)) } }
            var exact: Table.Entry?
            if case .flag(let flag) = row.measurement[.gradientExact] { exact = .flag(flag) }
            let rate = line.secondsPerUpdate.flatMap { $0 > 0 ? Double(row.trial.length) / $0 : nil }
            func real(_ figure: Figure) -> Table.Entry? { row[figure].map(Table.Entry.real) }
            table.append(
                [
                    .text(row.trial.strategy.description), .text(row.status.rawValue), .integer(line.updates),
                    real(.loss),
                    real(.quality),
                ] + (hasHeldOut ? [real(.heldOutQuality)] : []) + [
                    whole(.peakBytes), ratio(row[.peakBytes], baseline?.row[.peakBytes]), real(.wallSeconds),
                    ratio(line.secondsPerUpdate, baseline?.secondsPerUpdate), rate.map(Table.Entry.real), exact,
                    whole(.predictionGapBytes),
                ])
        }
    }
}
