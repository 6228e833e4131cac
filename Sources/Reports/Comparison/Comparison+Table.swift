import Schedules
package import Trials

extension Comparison {
    /// One line a strategy and group: the factors that vary, then what was measured. Failed trials keep their line,
    /// with their status and, in a last column, why.
    package var table: Table { table(predicting: [:]) }

    /// The same with a column of the seconds that were predicted, where any were.
    package func table(predicting seconds: [Trial: Double]) -> Table {
        let hasMessages = lines.contains { !$0.message.isEmpty }
        let trains = lines.contains { $0.trial.updates > 0 }
        let hasHeldOut = lines.contains { $0.heldOutQuality != nil }
        let hasFrames = lines.contains { $0.framesPerSecond != nil }
        let table = Table(
            columns: (hasExperiments ? [Comparison.experimentColumn] : [])
                + (isMixture ? [Comparison.environmentColumn] : [])
                + varied.map { Table.Column($0.rawValue, factorFormat($0)) } + Comparison.columns
                + (hasFrames
                    ? Comparison.frameColumns : []) + (trains ? Comparison.learnedColumns : [])
                + (hasHeldOut ? [Comparison.heldOutColumn] : []) + (seconds.isEmpty ? [] : [Comparison.secondsColumn])
                + (hasMessages ? [Comparison.messageColumn] : []))
        return lines.reduce(into: table) { table, line in
            let interval = line.timeRatios.medianInterval()
            table.append(
                (hasExperiments ? [.text(line.experiment)] : [])
                    + (isMixture ? [.text(line.origin.text)] : [])
                    + varied.map { Table.Entry($0, of: line.trial) } + [
                        .text(line.trial.strategy.description), .text(line.status.rawValue),
                        line.peakBytes.map(whole), line.peakRatio.map(Table.Entry.real),
                        line.statesAndRecordsBytes.map(whole), line.wallSeconds.map(Table.Entry.real),
                        line.timeRatios.median.map(Table.Entry.real), (interval?.low).map(Table.Entry.real),
                        (interval?.high).map(Table.Entry.real), (interval?.coverage).map(Table.Entry.real),
                        line.forwardStepsPerStep.map(Table.Entry.real), line.predictionGapBytes.map(whole),
                        line.gradientRelativeError.map(Table.Entry.real),
                    ]
                    + (hasFrames
                        ? [line.framesPerSecond.map(Table.Entry.real), line.usedFrames.map(Table.Entry.real)] : [])
                    + (trains ? [line.loss.map(Table.Entry.real), line.quality.map(Table.Entry.real)] : [])
                    + (hasHeldOut ? [line.heldOutQuality.map(Table.Entry.real)] : [])
                    + (seconds.isEmpty ? [] : [seconds[line.trial].map(Table.Entry.real)])
                    + (hasMessages ? [.text(line.message)] : []))
        }
    }

    /// The columns that every comparison has. Forward steps count recorded ones too.
    private static let columns = [
        Table.Column("strategy", .text, rank: 0),
        Table.Column("status", .text, rank: 7),
        Table.Column("peak_bytes", .bytes),
        Table.Column("peak_ratio", .share, rank: 2),
        Table.Column("states_and_records_bytes", title: "states+records", .bytes, rank: 8),
        Table.Column("wall_seconds", .seconds, rank: 2),
        Table.Column("time_ratio", .times),
        Table.Column("time_ratio_low", title: "low", .times, rank: 4, group: "interval"),
        Table.Column("time_ratio_high", title: "high", .times, rank: 4, group: "interval"),
        Table.Column("time_ratio_coverage", title: "coverage", .percent, isDetail: true),
        Table.Column("forward_steps_per_step", title: "forwards/step", .decimal, rank: 6),
        Table.Column("prediction_gap_bytes", title: "gap", .bytes, rank: 7),
        Table.Column("gradient_relative_error", title: "gradient error", .scientific, rank: 3),
    ]

    private static let experimentColumn = Table.Column("experiment", .text, rank: 0)
    private static let environmentColumn = Table.Column("environment", .text, rank: 0)
    private static let frameColumns = [
        Table.Column("frames_per_second", title: "frames/s", .count, rank: 5),
        Table.Column("used_frames", title: "frames used", .share, rank: 5),
    ]
    private static let learnedColumns = [
        Table.Column("loss", .scientific, rank: 3), Table.Column("quality", .decimal, rank: 3),
    ]
    private static let heldOutColumn = Table.Column("held_out_quality", title: "held out", .share, rank: 3)
    private static let secondsColumn = Table.Column("predicted_seconds", title: "predicted", .seconds, rank: 8)
    /// Why a trial failed stays at any width, and so does that it did.
    private static let messageColumn = Table.Column("message", .text, rank: 0)

    /// Every column that a comparison may have, but for factors that vary.
    package static let possibleColumns =
        [experimentColumn, environmentColumn] + columns + frameColumns + learnedColumns + [
            heldOutColumn, secondsColumn, messageColumn,
        ]

    /// Geometric means of the ratios, a line a strategy, over the groups where it was measured: how many is told, for
    /// means over different groups do not compare. Low and high are the time ratio's 95 % interval, by resampling the
    /// rounds. Nil unless the baseline was measured in every group.
    package var summary: Table? {
        guard isComplete else { return nil }
        let table = Table(columns: [
            Table.Column("strategy", .text), Table.Column("groups_measured", title: "measured", .count, rank: 3),
            Table.Column("groups", title: "of", .count, rank: 3), Table.Column("peak_ratio", .share),
            Table.Column("time_ratio", .times),
            Table.Column("time_ratio_low", title: "low", .times, rank: 2, group: "interval"),
            Table.Column("time_ratio_high", title: "high", .times, rank: 2, group: "interval"),
        ])
        let own = Dictionary(grouping: lines, by: \.trial.strategy)
        return lines.map(\.trial.strategy).orderedSet.reduce(into: table) { table, strategy in
            let lines = own[strategy] ?? []
            let times = lines.map(\.timeRatios).filter { $0.count > 0 }
            let interval = Bootstrap().interval(ofMedians: times, statistic: geometricMean)
            table.append([
                .text(strategy.description), .integer(lines.count { $0.peakBytes != nil }), .integer(groups),
                geometricMean(lines.compactMap(\.peakRatio)).map(Table.Entry.real),
                geometricMean(times.compactMap(\.median)).map(Table.Entry.real), (interval?.low).map(Table.Entry.real),
                (interval?.high).map(Table.Entry.real),
            ])
        }
    }

    private func factorFormat(_ factor: Factor) -> Table.Format {
        lines.allSatisfy { Int($0.trial[factor]) != nil } ? .count : .text
    }

    /// Bytes stay whole numbers.
    private func whole(_ value: Double) -> Table.Entry { .integer(Int(value)) }
}
