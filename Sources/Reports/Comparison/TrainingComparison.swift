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

    /// A line a training, in the order given. Ratios are to full unrolling or, without it, to the first; times are compared
    /// by the update, for some trainings end sooner.
    package var table: Table { Table(lines, columns: TrainingComparison.columns(baseline: baseline)) }

    /// The columns of the table. That of held-out sequences is there where a training has them.
    package static let possibleColumns = columns(baseline: nil).map(\.column)

    private static func columns(baseline: Line?) -> [ColumnDefinition<Line>] {
        @Sendable func ratio(_ value: Double?, _ reference: Double?) -> Double? {
            guard let value, let reference, reference > 0 else { return nil }
            return value / reference
        }
        return [
            ColumnDefinition("strategy", .text, "How far was unrolled and what was kept.") {
                Table.Entry(strategyOf: $0.row.trial)
            },
            ColumnDefinition("status", .text, "ok, or why the training failed.", rank: 5) { $0.row.status.rawValue },
            ColumnDefinition("updates", .count, "Updates that were made.", rank: 3) { $0.updates },
            ColumnDefinition("loss", .count, "Mean over the last tenth of the updates.") { $0.row[.loss] },
            ColumnDefinition("quality", .count, "The task's own figure over the same updates.", rank: 2) {
                $0.row[.quality]
            },
            ColumnDefinition(
                "held_out_quality", title: "held out", .count, "The same of sequences that no update saw.", rank: 2,
                where: { lines in lines.contains { $0.row[.heldOutQuality] != nil } }
            ) { $0.row[.heldOutQuality] },
            ColumnDefinition(
                "held_out_loss", title: "held-out loss", .count, "The loss on sequences that no update saw.", rank: 2,
                where: { lines in lines.contains { $0.row[.heldOutLoss] != nil } }
            ) { $0.row[.heldOutLoss] },
            ColumnDefinition("peak_bytes", .bytes, Comparison.peakAbout) { $0.row[.peakBytes].map(Int.init) },
            ColumnDefinition("peak_ratio", .share, "That over full unrolling's or the first's.", rank: 3) {
                ratio($0.row[.peakBytes], baseline?.row[.peakBytes])
            },
            ColumnDefinition("wall_seconds", .seconds, "Time of all updates, s.", rank: 2) { $0.row[.wallSeconds] },
            ColumnDefinition("time_ratio", .times, "Time of an update over full unrolling's or the first's.") {
                ratio($0.secondsPerUpdate, baseline?.secondsPerUpdate)
            },
            ColumnDefinition(
                "steps_per_second", title: "steps/s", .count, "Time steps of the whole batch in a second.", rank: 4
            ) { line in
                line.secondsPerUpdate.flatMap { $0 > 0 ? Double(line.row.trial.length) / $0 : nil }
            },
            ColumnDefinition(
                "gradient_exact", title: "exact", .text, "Whether the gradient is full unrolling's.", rank: 4
            ) { line -> Bool? in
                guard case .flag(let isExact) = line.row.measurement[.gradientExact] else { return nil }
                return isExact
            },
            ColumnDefinition(
                "prediction_gap_bytes", title: "gap", .bytes, "Measured less predicted peak, bytes.", rank: 5
            ) {
                $0.row[.predictionGapBytes].map(Int.init)
            },
        ]
    }
}
