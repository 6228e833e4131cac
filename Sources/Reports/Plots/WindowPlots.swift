import Schedules
import Shapes
import Trials

/// Truncations against their window.
extension Plot {
    static func peakOverWindow(_ rows: [Row]) -> Plot? {
        windows(
            "peak-window", rows, title: "Peak memory against the truncation window",
            caption: "Peak bytes of one training step; the line across is full unrolling.",
            y: { $0.largest(.peakBytes).map { Mark(x: 0, y: $0) } }, axis: { .bytes($0) })
    }

    static func timeOverWindow(_ rows: [Row]) -> Plot? {
        guard rows.contains(where: { $0.repetition >= Claim.leastRepetitions }) else { return nil }
        return windows(
            "time-window", rows, title: "Time against the truncation window",
            caption:
                "Wall time of a training step: medians, with their 95 % interval as far as the repetitions allow; the "
                + "line across is full unrolling.",
            y: { times($0, over: 1) }, axis: { .seconds($0, label: "time of a training step") })
    }

    static func gradientOverWindow(_ rows: [Row]) -> Plot? {
        windows(
            "gradient-window", rows, title: "Error of the gradient against the truncation window",
            caption: "Distance of the gradient from full unrolling's, over full unrolling's size.",
            y: { rows in rows.largest(.gradientRelativeError).flatMap { $0 > 0 ? Mark(x: 0, y: $0) : nil } },
            axis: { .shares($0, label: "error, of the gradient's size") })
    }

    /// Label error rates of trainings whose streams grow with the inverse of their window: what shorter windows learn, with
    /// CTC-EM and without. Nil with fewer than three windows.
    static func errorsOverWindow(_ rows: [Row]) -> Plot? {
        let trained = rows.succeeded.compactMap { row -> (row: Row, window: Double, isExpected: Bool)? in
            guard row[.heldOutQuality] != nil, let window = Double(row.trial[.window]),
                let isExpected = row.trial.task.usesExpectation
            else { return nil }
            return (row, window, isExpected)
        }
        let windows = Set(trained.map(\.window)).sorted()
        guard windows.count >= 3, let first = trained.first?.row else { return nil }
        func series(_ isExpected: Bool, _ title: String, _ style: SeriesStyle) -> Series {
            let marks = windows.compactMap { window -> Mark? in
                let rates = trained.filter { $0.window == window && $0.isExpected == isExpected }
                    .compactMap { $0.row[.heldOutQuality] }
                guard let low = rates.min(), let high = rates.max(), low > 0 else { return nil }
                let mean = rates.reduce(0, +) / Double(rates.count)
                return Mark(x: window, y: mean, low: low < high ? low : nil, high: low < high ? high : nil)
            }
            return Series(title: title, style: style, kind: .line, marks: marks)
        }
        let all = [
            series(true, "CTC-TR and CTC-EM", SeriesStyle(first.trial.strategy)),
            series(false, "CTC-TR alone", SeriesStyle(first.trial.strategy, index: 1)),
        ].filter { !$0.marks.isEmpty }
        let marks = all.flatMap(\.marks)
        let seeds = Set(trained.map(\.row.trial.seed)).count
        return Plot(
            name: "errors-window", title: "Label error rate against the truncation window",
            caption: "Label error rate on held-out streams after training on as many frames in every window"
                + (seeds > 1 ? ": means of \(seeds) seeds, least and largest" : "") + ". "
                + "\(first.trial.cell.title), T \(first.trial.length), H \(first.trial.hidden).",
            subplots: [
                Subplot(
                    title: "", x: .counts(marks.map(\.x), label: "h, steps of the window"),
                    y: .shares(
                        marks.flatMap { [$0.y, $0.low, $0.high].compactMap(\.self) }, label: "label error rate"),
                    series: all)
            ],
            columns: 1, subplotHeight: 320, key: all)
    }

    /// Truncations against their window: those whose stride is the window on a line, a shorter stride as a point. Full
    /// unrolling goes across. Nil with fewer than three windows.
    private static func windows(
        _ name: String, _ rows: [Row], title: String, caption: String, y: ([Row]) -> Mark?, axis: ([Double]) -> Axis
    ) -> Plot? {
        let shown = Subplots(rows, over: [.strategy])
        let windows = Set(shown.subplots.flatMap(\.rows).compactMap { Double($0.trial[.window]) })
        guard windows.count >= 3, let least = windows.min(), let most = windows.max(),
            let strategy = shown.subplots.flatMap(\.rows).map(\.trial.strategy).first(where: { $0.truncated != nil })
        else { return nil }
        let strides = rows.filter { $0.trial[.window] != $0.trial[.stride] }.map { $0.trial[.stride] }.orderedSet
        func series(_ rows: [Row]) -> [Series] {
            func marks(_ rows: [Row]) -> [Mark] {
                rows.grouped(over: []).compactMap { rows in
                    guard let x = Double(rows[0].trial[.window]), let mark = y(rows) else { return nil }
                    return Mark(x: x, y: mark.y, low: mark.low, high: mark.high)
                }.sorted { $0.x < $1.x }
            }
            let truncated = rows.filter { !$0.trial[.window].isEmpty }
            let full = rows.filter { $0.trial.strategy == .full }
            let across = (full.isEmpty ? nil : y(full)).map { [Mark(x: least, y: $0.y), Mark(x: most, y: $0.y)] }
            return [
                Series(
                    title: "\(strategy.name), stride = window", style: SeriesStyle(strategy), kind: .line,
                    marks: marks(truncated.filter { $0.trial[.window] == $0.trial[.stride] }))
            ]
                + strides.enumerated().map { index, stride in
                    Series(
                        title: "\(strategy.name), stride = \(stride)",
                        style: SeriesStyle(strategy, index: index + 1), kind: .points,
                        marks: marks(
                            truncated.filter { $0.trial[.stride] == stride && $0.trial[.window] != stride }))
                }
                + (across.map {
                    [Series(title: FullStrategy.word, style: SeriesStyle(.full), kind: .path, marks: $0)]
                } ?? [])
        }
        return plot(
            name, title: title, caption: caption, shown: shown, x: "k, steps of the window", series: series, axis: axis)
    }
}
