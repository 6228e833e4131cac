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
        let x = Axis.times(marks.map(\.x), label: "time, full unrolling's = 1", room: 1.25)
        let y = Axis.shares(marks.map(\.y), label: "peak memory, full unrolling's = 100 %", room: 1.4)
        return Plot(
            name: "pareto", title: "Bytes against time",
            caption: "Peak bytes and time over full unrolling's, medians of paired ratios. The grey steps join what "
                + "nothing is better than in both; plus signs are times predicted from step counts, (C/T + ρ)/(1 + ρ)."
                + "\(markNote(subplots.flatMap(\.series))) \(shown.held).",
            subplots: subplots.map { Subplot(title: $0.title, x: x, y: y, series: $0.series, labels: $0.labels) },
            columns: Plot.columns(subplots.count, ticks: y.ticks), subplotHeight: 270,
            key: key(of: subplots.map(\.series)))
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
        let grey = SeriesStyle(colour: Palette.faint)
        let names = points.map(\.strategy.name).orderedSet
        return (
            title,
            [Series(title: "nothing is better in both", style: grey, kind: .path, marks: front)]
                + names.map { name in
                    let all = points.filter { $0.strategy.name == name }
                    let own = all.filter { !$0.strategy.isStrided }
                    // What is given no parameter has none to be in order with.
                    let ordered = own.filter { $0.strategy.hasParameters }.sorted { $0.mark.y < $1.mark.y }
                    let others = own.filter { !$0.strategy.hasParameters }
                    return Series(
                        title: name, style: SeriesStyle(all[0].strategy), kind: .line,
                        marks: (ordered + others).map(\.mark))
                }
                + points.filter(\.strategy.isStrided).prefix(1).map { strided in
                    Series(
                        title: "\(strided.strategy.name), stride below its window",
                        style: SeriesStyle(strided.strategy, index: 1), kind: .points,
                        marks: points.filter(\.strategy.isStrided).map(\.mark))
                } + [
                    Series(
                        title: "predicted time", style: SeriesStyle(colour: Palette.soft), kind: .points,
                        marks: points.map { Mark(x: $0.predicted, y: $0.mark.y) })
                ],
            points.compactMap { point in
                let parameters = point.strategy.description.split(separator: ":").dropFirst().first
                guard let parameters, points.count(where: { $0.strategy.name == point.strategy.name }) > 1 else {
                    return nil
                }
                return Label(x: point.mark.x, y: point.mark.y, text: String(parameters), placement: .near)
            }
        )
    }
}

extension Strategy {
    /// A truncation whose stride is less than its window.
    fileprivate var isStrided: Bool {
        truncated.map { $0.window != $0.stride } ?? false
    }
}
