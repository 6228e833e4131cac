import Schedules
import Trials

extension Plot {
    /// Bytes against time, both over full unrolling's: what each strategy buys, and at what price. A line joins the
    /// parameters of one strategy, the grey steps are those that nothing beats in both. Nil without full unrolling, times,
    /// or two others.
    static func pareto(_ rows: [Row]) -> Plot? {
        let shown = Subplots(rows, over: [.strategy])
        let subplots = shown.subplots.compactMap { subplot(title: $0.title, rows: $0.rows) }
        guard !subplots.isEmpty else { return nil }
        let marks = subplots.flatMap { $0.series.flatMap(\.marks) }
        let x = Axis.times(marks.map(\.x), label: "time over full unrolling's")
        let y = Axis.shares(marks.map(\.y), label: "peak")
        return Plot(
            name: "pareto", title: "Bytes against time",
            caption: "Peak bytes and time over full unrolling's (medians of paired ratios); the grey line joins what "
                + "nothing beats in both, rings are times predicted from step counts, (C/T + ρ)/(1 + ρ). Truncation gives another gradient, all else the same. \(shown.held).",
            subplots: subplots.map { Subplot(title: $0.title, x: x, y: y, series: $0.series, labels: $0.labels) },
            columns: subplots.count, subplotHeight: 270,
            key: subplots.flatMap(\.series).reduce(into: []) { key, series in
                if !series.marks.isEmpty, !key.contains(where: { $0.title == series.title }) { key.append(series) }
            })
    }

    private static func subplot(title: String, rows: [Row]) -> (title: String, series: [Series], labels: [Label])? {
        let full = rows.filter { $0.trial.strategy == .full }
        guard rows.contains(where: { $0.repetition >= 2 }), let base = full.largest(.peakBytes),
            let forward = Sample(.forwardSeconds, of: full).median, forward > 0,
            let backward = Sample(.backwardSeconds, of: full).median
        else { return nil }
        var points: [(strategy: Strategy, mark: Mark, predicted: Double)] = []
        for trial in rows.grouped(over: []) {
            guard let peak = trial.largest(.peakBytes), let steps = trial.largest(.forwardSteps),
                let time = Sample(ratios: .wallSeconds, of: trial, to: full).median,
                let reversed = trial.largest(.backwardSteps)
            else { continue }
            let length = Double(trial[0].trial.length)
            let predicted = (steps * forward + reversed * backward) / (length * (forward + backward))
            points.append((trial[0].trial.strategy, Mark(x: time, y: peak / base), predicted))
        }
        guard points.count >= 3 else { return nil }
        var front: [Mark] = []
        for mark in points.map(\.mark).sorted(by: { ($0.x, $0.y) < ($1.x, $1.y) }) where mark.y < front.last?.y ?? 2 {
            if let last = front.last { front.append(Mark(x: mark.x, y: last.y)) }
            front.append(mark)
        }
        let grey = SeriesStyle(colour: "#b5b5b5", dash: nil, point: 6)
        let names = points.map(\.strategy.name).orderedSet
        return (
            title,
            [Series(title: "nothing beats these in both", style: grey, kind: .path, marks: front)]
                + names.map { name in
                    let own = points.filter { $0.strategy.name == name && !$0.strategy.isStrided }
                    // What is given no parameter has none to be in order with.
                    let ordered = own.filter { $0.strategy.hasParameters }.sorted { $0.mark.y < $1.mark.y }
                    let others = own.filter { !$0.strategy.hasParameters }
                    return Series(
                        title: name, style: SeriesStyle(name), kind: .line, marks: (ordered + others).map(\.mark))
                } + [
                    Series(
                        title: "\(TruncatedStrategy.word), window/stride",
                        style: SeriesStyle(TruncatedStrategy.word, index: 1),
                        kind: .points,
                        marks: points.filter(\.strategy.isStrided).map(\.mark)),
                    Series(
                        title: "predicted time", style: SeriesStyle("", index: 1).ring, kind: .points,
                        marks: points.map { Mark(x: $0.predicted, y: $0.mark.y) }),
                ],
            points.enumerated().compactMap { index, point in
                // A label on another says nothing.
                let isHidden = points[..<index].contains { other in
                    (0.93...1.08).contains(other.mark.x / point.mark.x)
                        && (0.75...1.33).contains(other.mark.y / point.mark.y)
                }
                guard !isHidden else { return nil }
                let parameters = point.strategy.description.split(separator: ":").dropFirst().first ?? ""
                let value = parameters.split(separator: ",").compactMap { $0.split(separator: "=").last }
                    .joined(separator: "/")
                guard points.count <= 12, !value.isEmpty,
                    points.count(where: { $0.strategy.name == point.strategy.name }) > 1
                else { return nil }
                return Label(x: point.mark.x, y: point.mark.y, text: value, isRight: false)
            }
        )
    }
}

extension SeriesStyle {
    /// The same as an open circle.
    fileprivate var ring: SeriesStyle { SeriesStyle(colour: colour, dash: nil, point: 6) }
}

extension Strategy {
    /// A truncation that goes on by less than its window.
    fileprivate var isStrided: Bool {
        truncated.map { $0.window != $0.stride } ?? false
    }
}
