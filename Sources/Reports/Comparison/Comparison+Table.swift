import Schedules
package import Trials

extension Comparison {
    /// One line a strategy and group: the factors that vary, then what was measured. Failed trials keep their line,
    /// with their status and, in a last column, why.
    package var table: Table { table(predicting: [:]) }

    /// The same with a column of the seconds that were predicted, where any were.
    package func table(predicting seconds: [Trial: Double]) -> Table {
        Table(lines, columns: columns(predicting: seconds))
    }

    func columns(predicting seconds: [Trial: Double]) -> [ColumnDefinition<Line>] {
        Comparison.origins(isMixture: isMixture) + factors + Comparison.figures(predicting: seconds)
    }

    var factors: [ColumnDefinition<Line>] { ColumnDefinition.factors(varied, of: lines) { $0.trial } }

    /// Every column that a comparison may have, but for factors that vary: of the first table, then the rest.
    package static let possibleColumns: [Table.Column] = {
        let first = origins(isMixture: true) + deciding(.full)
        let rest = figures(predicting: [:]).filter { column in !first.contains { $0.column.name == column.column.name }
        }
        return (first + rest).map(\.column)
    }()

    /// Where a line is from, in a comparison of several.
    static func origins(isMixture: Bool) -> [ColumnDefinition<Line>] {
        [
            ColumnDefinition(
                "experiment", .text, "The experiment's name.", rank: 0,
                where: { lines in lines.contains { $0.experiment != lines[0].experiment } }
            ) { $0.experiment },
            ColumnDefinition(
                "environment", .text, "Build and machine, where rows are of several.", rank: 0,
                where: { _ in isMixture }
            ) { $0.origin.text },
        ]
    }

    /// What was measured. Forward steps count recorded ones too.
    private static func figures(predicting seconds: [Trial: Double]) -> [ColumnDefinition<Line>] {
        [
            strategy,
            ColumnDefinition("status", .text, "ok, or why the trial failed.", rank: 7) { $0.status.rawValue },
            ColumnDefinition("peak_bytes", .bytes, peakAbout) { $0.peakBytes.map(Int.init) },
            ColumnDefinition("peak_ratio", .share, "The peak over the baseline's.", rank: 2) { $0.peakRatio },
            stepBytes(rank: 2),
            ColumnDefinition(
                "states_and_records_bytes", title: "states+records", .bytes,
                "Bytes of saved states and recorded activations when the peak stood.", rank: 8
            ) { $0.statesAndRecordsBytes.map(Int.init) },
            ColumnDefinition(
                "wall_seconds", .seconds, "Median time of a training step or of a whole training, s.", rank: 2
            ) { $0.wallSeconds },
            ColumnDefinition("time_ratio", .times, "Median of times over the baseline's of the same round.") {
                $0.timeRatios.median
            },
            ColumnDefinition(
                "time_ratio_low", title: "low", .times, "The lower end of the time ratio's interval.", rank: 4,
                group: "interval"
            ) { $0.timeRatios.medianInterval()?.low },
            ColumnDefinition(
                "time_ratio_high", title: "high", .times, "The upper end of the time ratio's interval.", rank: 4,
                group: "interval"
            ) { $0.timeRatios.medianInterval()?.high },
            ColumnDefinition(
                "time_ratio_coverage", title: "coverage", .percent,
                "With what probability the median lies in that interval, %.", isDetail: true
            ) { $0.timeRatios.medianInterval()?.coverage },
            ColumnDefinition(
                "forward_steps_per_step", title: "forwards/step", .decimal,
                "Forward steps executed, recorded ones included, for each step of the sequence.", rank: 6
            ) { $0.forwardStepsPerStep },
            ColumnDefinition(
                "prediction_gap_bytes", title: "gap", .bytes, "Measured less predicted peak, bytes.", rank: 7
            ) { $0.predictionGapBytes.map(Int.init) },
            ColumnDefinition(
                "gradient_relative_error", title: "gradient error", .scientific,
                "‖g − g*‖/‖g*‖ to full unrolling's gradient g*.", rank: 3
            ) { $0.gradientRelativeError },
            framesPerSecond(rank: 5), usedFrames(rank: 5),
            ColumnDefinition(
                "loss", .scientific, "Of trainings: mean loss of the last tenth of the updates.", rank: 3,
                where: { lines in lines.contains { $0.trial.updates > 0 } }
            ) { $0.loss },
            quality(rank: 3), heldOutQuality(rank: 3),
            ColumnDefinition(
                "predicted_seconds", title: "predicted", .seconds,
                "The time that the other trials of the same network predict, s; where there are enough of them.",
                rank: 8,
                where: { _ in !seconds.isEmpty }
            ) { seconds[$0.trial] },
            message,
        ]
    }

    // MARK: Columns of both tables

    static let peakAbout = "Peak memory: the most live bytes of all tensors at one time, as the allocator counts them."

    static var strategy: ColumnDefinition<Line> {
        ColumnDefinition("strategy", .text, "How far was unrolled and what was kept.", rank: 0) {
            Table.Entry(strategyOf: $0.trial)
        }
    }

    /// Where there are other engines, of which this alone is known.
    static func stepBytes(rank: Int) -> ColumnDefinition<Line> {
        ColumnDefinition(
            "step_bytes", title: "step", .bytes, Figure.stepBytes.meaning, rank: rank,
            where: { lines in lines.contains { $0.trial.engine != .unroll } }
        ) { $0.stepBytes.map(Int.init) }
    }

    /// Why a trial failed stays at any width, and so does that it did.
    static var message: ColumnDefinition<Line> {
        ColumnDefinition(
            "message", .text, "Why a trial failed.", rank: 0,
            where: { lines in lines.contains { !$0.message.isEmpty } }
        ) { $0.message }
    }

    static func framesPerSecond(rank: Int) -> ColumnDefinition<Line> {
        ColumnDefinition(
            "frames_per_second", title: "frames/s", .count, "Frames of sequences in a second, padding left out.",
            rank: rank,
            where: hasFrames
        ) { $0.framesPerSecond }
    }

    static func usedFrames(rank: Int) -> ColumnDefinition<Line> {
        ColumnDefinition(
            "used_frames", title: "frames used", .share, "The share of these frames whose error was used.", rank: rank,
            where: hasFrames
        ) { $0.usedFrames }
    }

    static func quality(rank: Int) -> ColumnDefinition<Line> {
        ColumnDefinition(
            "quality", .share, "Of trainings: the task's own figure over the last tenth of the updates.", rank: rank,
            where: { lines in lines.contains { $0.trial.updates > 0 } }
        ) { $0.quality }
    }

    static func heldOutQuality(rank: Int) -> ColumnDefinition<Line> {
        ColumnDefinition(
            "held_out_quality", title: "held out", .share, "The same of sequences that no update saw.", rank: rank,
            where: { lines in lines.contains { $0.heldOutQuality != nil } }
        ) { $0.heldOutQuality }
    }

    private static let hasFrames = { @Sendable (lines: [Line]) in lines.contains { $0.framesPerSecond != nil } }
}
