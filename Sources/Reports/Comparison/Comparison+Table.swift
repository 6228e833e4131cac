import Schedules
package import Trials

extension Comparison {
    /// One line a strategy and group: the factors that vary, then what was measured. Failed trials keep their line,
    /// with their status and, in a last column, why.
    package var table: Table { table(predicting: [:]) }

    /// The same with a column of the seconds that were predicted, where any were.
    package func table(predicting seconds: [Trial: Double]) -> Table {
        let factors = ColumnDefinition.factors(varied, of: lines) { $0.trial }
        return Table(
            lines,
            columns: Comparison.origins(isMixture: isMixture) + factors + Comparison.figures(predicting: seconds))
    }

    /// Every column that a comparison may have, but for factors that vary.
    package static let possibleColumns = (origins(isMixture: true) + figures(predicting: [:])).map(\.column)

    /// Where a line is from, in a comparison of several.
    private static func origins(isMixture: Bool) -> [ColumnDefinition<Line>] {
        [
            ColumnDefinition(
                "experiment", .text, rank: 0,
                where: { lines in lines.contains { $0.experiment != lines[0].experiment } }
            ) { $0.experiment },
            ColumnDefinition("environment", .text, rank: 0, where: { _ in isMixture }) { $0.origin.text },
        ]
    }

    /// What was measured. Forward steps count recorded ones too.
    private static func figures(predicting seconds: [Trial: Double]) -> [ColumnDefinition<Line>] {
        let hasFrames = { @Sendable (lines: [Line]) in lines.contains { $0.framesPerSecond != nil } }
        let trains = { @Sendable (lines: [Line]) in lines.contains { $0.trial.updates > 0 } }
        return [
            ColumnDefinition("strategy", .text, rank: 0) { $0.trial.strategy },
            ColumnDefinition("status", .text, rank: 7) { $0.status.rawValue },
            ColumnDefinition("peak_bytes", .bytes) { $0.peakBytes.map(Int.init) },
            ColumnDefinition("peak_ratio", .share, rank: 2) { $0.peakRatio },
            ColumnDefinition("states_and_records_bytes", title: "states+records", .bytes, rank: 8) {
                $0.statesAndRecordsBytes.map(Int.init)
            },
            ColumnDefinition("wall_seconds", .seconds, rank: 2) { $0.wallSeconds },
            ColumnDefinition("time_ratio", .times) { $0.timeRatios.median },
            ColumnDefinition("time_ratio_low", title: "low", .times, rank: 4, group: "interval") {
                $0.timeRatios.medianInterval()?.low
            },
            ColumnDefinition("time_ratio_high", title: "high", .times, rank: 4, group: "interval") {
                $0.timeRatios.medianInterval()?.high
            },
            ColumnDefinition("time_ratio_coverage", title: "coverage", .percent, isDetail: true) {
                $0.timeRatios.medianInterval()?.coverage
            },
            ColumnDefinition("forward_steps_per_step", title: "forwards/step", .decimal, rank: 6) {
                $0.forwardStepsPerStep
            },
            ColumnDefinition("prediction_gap_bytes", title: "gap", .bytes, rank: 7) {
                $0.predictionGapBytes.map(Int.init)
            },
            ColumnDefinition("gradient_relative_error", title: "gradient error", .scientific, rank: 3) {
                $0.gradientRelativeError
            },
            ColumnDefinition("frames_per_second", title: "frames/s", .count, rank: 5, where: hasFrames) {
                $0.framesPerSecond
            },
            ColumnDefinition("used_frames", title: "frames used", .share, rank: 5, where: hasFrames) { $0.usedFrames },
            ColumnDefinition("loss", .scientific, rank: 3, where: trains) { $0.loss },
            ColumnDefinition("quality", .decimal, rank: 3, where: trains) { $0.quality },
            ColumnDefinition(
                "held_out_quality", title: "held out", .share, rank: 3,
                where: { lines in lines.contains { $0.heldOutQuality != nil } }
            ) { $0.heldOutQuality },
            ColumnDefinition(
                "predicted_seconds", title: "predicted", .seconds, rank: 8, where: { _ in !seconds.isEmpty }
            ) { seconds[$0.trial] },
            // Why a trial failed stays at any width, and so does that it did.
            ColumnDefinition(
                "message", .text, rank: 0, where: { lines in lines.contains { !$0.message.isEmpty } }
            ) { $0.message },
        ]
    }
}
