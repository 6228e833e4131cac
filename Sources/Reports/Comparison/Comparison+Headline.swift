import Schedules
package import Trials

extension Comparison {
    /// The first table: what decides between strategies, and no more. ``table`` has all.
    package var headline: Table {
        Table(
            lines, leading: Comparison.origins(isMixture: isMixture) + factors, columns: Comparison.deciding(baseline))
    }

    /// Every column that can be asked for by name: those of ``table(predicting:)``, and those of the first table alone.
    package func complete(predicting seconds: [Trial: Double] = [:]) -> Table {
        let all = columns(predicting: seconds)
        let names = Set(all.map(\.column.name))
        return Table(
            lines, columns: all + Comparison.deciding(baseline).filter { !names.contains($0.column.name) })
    }

    /// Peak and time beside the baseline's, the gradient, and what follows. A column in which nothing was measured is not there; and
    /// where nothing is to be divided by, times stand for themselves.
    static func deciding(_ baseline: Baseline) -> [ColumnDefinition<Line>] {
        [
            strategy,
            ColumnDefinition("peak_bytes", .bytes, peakAbout) { $0.peakBytes.map(Int.init) },
            ColumnDefinition(
                "peak_of_baseline", title: baseline == .full ? "of full" : "of baseline", .proportion,
                "The peak as a part of the baseline's, %.", where: { lines in lines.contains { $0.peakRatio != nil } }
            ) { $0.peakRatio },
            stepBytes(rank: 1),
            ColumnDefinition(
                "time", title: "time, of baseline's", .text,
                "Median of times over the baseline's of the same round, and the interval of the median in which it lies with "
                    + "95 %, or as near as the repetitions allow.",
                alignment: .right, where: { lines in lines.contains { $0.timeRatios.count > 0 } }
            ) { $0.timeText },
            ColumnDefinition(
                "wall", title: "time", .seconds, "Median time of a training step or of a whole training, s.",
                where: { lines in lines.allSatisfy { $0.timeRatios.count == 0 } }
            ) { $0.wallSeconds },
            ColumnDefinition(
                "gradient", .text,
                "The gradient's relative error, ‖g − g*‖/‖g*‖ to full unrolling's g*; exact where it is the same to the last bit.",
                alignment: .right, rank: 2, where: { lines in lines.contains { $0.gradientRelativeError != nil } }
            ) { $0.gradientText },
            quality(rank: 3), heldOutQuality(rank: 3),
            ColumnDefinition(
                "verdict", .text,
                "What follows: the baseline; dominated where another line of the same network has no more bytes, no worse "
                    + "gradient and is faster beyond both intervals; efficient where none has; else why there is no figure.",
                rank: 1, where: { lines in lines.contains { $0.isBaseline || $0.status != .ok } }
            ) { $0.verdict },
            message,
        ]
    }
}

extension Comparison.Line {
    /// `×1.31 (1.29…1.33)`
    fileprivate var timeText: String? {
        guard let median = timeRatios.median else { return nil }
        let text = "×" + Table.significant(median, 3)
        guard !isBaseline, let interval = timeRatios.medianInterval(), interval.coverage > 0 else { return text }
        return "\(text) (\(Table.significant(interval.low, 3))…\(Table.significant(interval.high, 3)))"
    }

    fileprivate var gradientText: String? {
        gradientRelativeError.map { $0 == 0 ? "exact" : Table.scientific($0) }
    }

    fileprivate var verdict: String? {
        if status != .ok { return status.rawValue }
        if isBaseline { return "baseline" }
        return peakBytes == nil ? nil : isDominated ? "dominated" : "efficient"
    }

    /// Whether the other has no more bytes, no worse gradient, and is faster beyond doubt.
    func isDominated(by other: Comparison.Line) -> Bool {
        guard let peak = peakBytes, let otherPeak = other.peakBytes, otherPeak <= peak,
            (other.gradientRelativeError ?? 0) <= (gradientRelativeError ?? 0),
            (other.gradientRelativeError == nil) == (gradientRelativeError == nil),
            let own = timeRatios.medianInterval(), let others = other.timeRatios.medianInterval(), own.coverage > 0
        else { return false }
        return others.high < own.low
    }
}
