import Schedules
package import Trials

extension Plot {
    /// Every picture that these rows of one experiment have data for.
    package static func all(_ rows: [Row]) -> [Plot] {
        let curves = [
            peakOverLength(rows), timeOverLength(rows), peakOverHidden(rows), peakOverWindow(rows),
            timeOverWindow(rows), gradientOverWindow(rows), errorsOverWindow(rows), heldOutOverWindow(rows),
            errorOverBytes(rows), pareto(rows), lossOverUpdates(rows),
        ]
        let others = [timeline(rows), memoryOverLength(rows)]
        return
            (methods(rows) + cellsOverLength(rows) + curves.compactMap(\.self) + attributions(rows)
            + others.compactMap(\.self))
            .map(\.showingCoincidence.downsampled)
    }

    // MARK: Against the length

    private static func peakOverLength(_ rows: [Row]) -> Plot? {
        let laws = ScalingLaw.all(rows, in: [.length], of: [.bytes])
        return curves(
            "peak-length", rows, in: .length, title: "Peak memory against the number of steps", x: "T, steps",
            caption:
                "Peak bytes of one training step. The exponents are of what grows, states and records, fitted over "
                + "all lengths.",
            y: { $0.largest(.peakBytes).map { Mark(x: 0, y: $0) } }, axis: { .bytes($0) },
            remark: { strategy in
                let exponents = laws.filter { $0.trial.strategy == strategy }.map(\.law.exponent)
                guard let low = exponents.min(), let high = exponents.max() else { return "" }
                let (least, most) = (Table.fixed(low, 2), Table.fixed(high, 2))
                return "  T^{\(least == most ? least : "\(least)–\(most)")}"
            })
    }

    private static func timeOverLength(_ rows: [Row]) -> Plot? {
        guard rows.contains(where: { $0.repetition >= Claim.leastRepetitions }) else { return nil }
        return curves(
            "time-length", rows, in: .length, title: "Time per step against the number of steps", x: "T, steps",
            caption: "Wall time of a training step over T: medians, with their 95 % interval as far as the repetitions "
                + "allow.",
            y: { rows in
                let length = Double(rows[0].trial.length)
                return times(rows, over: length)
            }, axis: { .seconds($0, label: "time of a training step over T") })
    }

    private static func peakOverHidden(_ rows: [Row]) -> Plot? {
        curves(
            "peak-hidden", rows, in: .hidden, title: "Peak memory against the hidden size", x: "H, hidden units",
            caption: "Peak bytes of one training step: weights grow with H², activations with H.",
            y: { $0.largest(.peakBytes).map { Mark(x: 0, y: $0) } }, axis: { .bytes($0) })
    }

    static func times(_ rows: [Row], over divisor: Double) -> Mark? {
        let sample = Sample(.wallSeconds, of: rows)
        guard let median = sample.median, let interval = sample.medianInterval()?.divided(by: divisor) else {
            return nil
        }
        return Mark(x: 0, y: median / divisor, low: interval.low, high: interval.high)
    }

    // MARK: Layout

    /// A line a strategy against a factor, a subplot a cell. Nil with fewer than three values of the factor.
    private static func curves(
        _ name: String, _ rows: [Row], in factor: Factor, title: String, x label: String, caption: String,
        y: ([Row]) -> Mark?, axis: ([Double]) -> Axis, remark: (Strategy) -> String = { _ in "" }
    ) -> Plot? {
        let shown = Subplots(rows, over: [factor, .strategy])
        guard shown.subplots.contains(where: { Set($0.rows.map { $0.trial[factor] }).count >= 3 }) else { return nil }
        let all = rows.map(\.trial.strategy).orderedSet
        let strategies = all.spread(Plot.mostCurves)
        let styles = SeriesStyle.styles(strategies)
        func series(_ rows: [Row]) -> [Series] {
            strategies.map { strategy in
                let marks = rows.filter { $0.trial.strategy == strategy }.grouped(over: []).compactMap {
                    rows -> Mark? in
                    guard let x = Double(rows[0].trial[factor]), let mark = y(rows) else { return nil }
                    return Mark(x: x, y: mark.y, low: mark.low, high: mark.high)
                }
                return Series(
                    title: strategy.description + remark(strategy), style: styles[strategy]!, kind: .line, marks: marks)
            }
        }
        return plot(
            name, title: title, caption: caption + Plot.note(strategies.count, of: all.count), shown: shown, x: label,
            series: series, axis: axis)
    }

    /// What is drawn in any of the subplots, each once.
    static func key(of subplots: [[Series]]) -> [Series] {
        subplots.flatMap(\.self).reduce(into: []) { key, series in
            if !series.marks.isEmpty, !key.contains(where: { $0.title == series.title }) { key.append(series) }
        }
    }

    /// What a hollow mark means, where there is one.
    static func markNote(_ series: [Series]) -> String {
        let hasHollow = series.contains { series in
            switch series.kind {
            case .line, .points: !series.marks.isEmpty && SeriesStyle.shapes.contains(series.style.point + 1)
            case .path, .area, .box: false
            }
        }
        return hasHollow ? " Filled marks: full unrolling's gradient; hollow ones: another." : ""
    }

    /// Of more, no eye tells whose curve is whose.
    private static let mostCurves = 24

    /// That not all strategies are drawn; empty where they are.
    static func note(_ drawn: Int, of all: Int) -> String {
        drawn < all ? " \(drawn) of \(all) strategies drawn, evenly out of all." : ""
    }

    static func plot(
        _ name: String, title: String, caption: String, shown: Subplots, x label: String, series: ([Row]) -> [Series],
        axis: ([Double]) -> Axis
    ) -> Plot {
        let all = shown.subplots.map { series($0.rows) }
        let marks = all.flatMap { $0.flatMap(\.marks) }
        // One scale for all subplots: they are there to be compared.
        let x = Axis.counts(marks.map(\.x), label: label)
        let y = axis(marks.flatMap { [$0.y, $0.low, $0.high].compactMap(\.self) })
        return Plot(
            name: name, title: title,
            caption: caption + markNote(all.flatMap(\.self)) + " \(shown.held).",
            subplots: zip(shown.subplots, all).map { Subplot(title: $0.title, x: x, y: y, series: $1) },
            columns: Plot.columns(shown.subplots.count, ticks: y.ticks), subplotHeight: 250, key: key(of: all))
    }
}
