import Schedules
package import Trials

extension Plot {
    /// Every picture that these rows of one experiment have data for.
    package static func all(_ rows: [Row]) -> [Plot] {
        [
            peakOverLength(rows), timeOverLength(rows), peakOverHidden(rows), peakOverWindow(rows),
            timeOverWindow(rows),
            gradientOverWindow(rows), errorsOverWindow(rows), pareto(rows), attribution(rows), timeline(rows),
        ].compactMap(\.?.downsampled)
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
            }, axis: { .seconds($0, label: "time/step") })
    }

    private static func peakOverHidden(_ rows: [Row]) -> Plot? {
        curves(
            "peak-hidden", rows, in: .hidden, title: "Peak memory against the hidden size", x: "H, hidden units",
            caption: "Peak bytes of one training step: weights grow with H², activations with H.",
            y: { $0.largest(.peakBytes).map { Mark(x: 0, y: $0) } }, axis: { .bytes($0) })
    }

    // MARK: Against the window

    private static func peakOverWindow(_ rows: [Row]) -> Plot? {
        windows(
            "peak-window", rows, title: "Peak memory against the truncation window",
            caption: "Peak bytes of one training step; the line across is full unrolling.",
            y: { $0.largest(.peakBytes).map { Mark(x: 0, y: $0) } }, axis: { .bytes($0) })
    }

    private static func timeOverWindow(_ rows: [Row]) -> Plot? {
        guard rows.contains(where: { $0.repetition >= Claim.leastRepetitions }) else { return nil }
        return windows(
            "time-window", rows, title: "Time against the truncation window",
            caption:
                "Wall time of a training step: medians, with their 95 % interval as far as the repetitions allow; the "
                + "line across is full unrolling.",
            y: { times($0, over: 1) }, axis: { .seconds($0, label: "time") })
    }

    private static func gradientOverWindow(_ rows: [Row]) -> Plot? {
        windows(
            "gradient-window", rows, title: "Error of the gradient against the truncation window",
            caption: "Distance of the gradient from full unrolling's, over full unrolling's size.",
            y: { rows in rows.largest(.gradientRelativeError).flatMap { $0 > 0 ? Mark(x: 0, y: $0) : nil } },
            axis: { .shares($0, label: "error") })
    }

    /// Label error rates of trainings whose streams grow with the inverse of their window: what shorter windows learn, with
    /// CTC-EM and without. Nil with fewer than three windows.
    private static func errorsOverWindow(_ rows: [Row]) -> Plot? {
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
            series(true, "CTC-TR and CTC-EM", SeriesStyle(TruncatedStrategy.word)),
            series(false, "CTC-TR alone", SeriesStyle(FullStrategy.word, index: 1)),
        ].filter { !$0.marks.isEmpty }
        let marks = all.flatMap(\.marks)
        let seeds = Set(trained.map(\.row.trial.seed)).count
        return Plot(
            name: "errors-window", title: "Label error rate against the truncation window",
            caption: "Label error rate on held-out streams after training on as many frames in every window"
                + (seeds > 1 ? ": means of \(seeds) seeds, least and largest" : "") + ". "
                + "\(first.trial[.cell].uppercased()), T \(first.trial.length), H \(first.trial.hidden).",
            subplots: [
                Subplot(
                    title: "", x: .counts(marks.map(\.x), label: "h, steps of the window"),
                    y: .shares(
                        marks.flatMap { [$0.y, $0.low, $0.high].compactMap(\.self) }, label: "error rate"),
                    series: all)
            ],
            columns: 1, subplotHeight: 320, key: all)
    }

    private static func times(_ rows: [Row], over divisor: Double) -> Mark? {
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

    /// Of more, no eye tells whose curve is whose.
    private static let mostCurves = 24

    /// That not all strategies are drawn; empty where they are.
    static func note(_ drawn: Int, of all: Int) -> String {
        drawn < all ? " \(drawn) of \(all) strategies drawn, evenly out of all." : ""
    }

    /// Truncations against their window: those that go on by whole windows on a line, a shorter stride as a point. Full
    /// unrolling goes across. Nil with fewer than three windows.
    private static func windows(
        _ name: String, _ rows: [Row], title: String, caption: String, y: ([Row]) -> Mark?, axis: ([Double]) -> Axis
    ) -> Plot? {
        let shown = Subplots(rows, over: [.strategy])
        let windows = Set(shown.subplots.flatMap(\.rows).compactMap { Double($0.trial[.window]) })
        guard windows.count >= 3, let least = windows.min(), let most = windows.max() else { return nil }
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
                    title: "\(TruncatedStrategy.word), stride = window", style: SeriesStyle(TruncatedStrategy.word),
                    kind: .line,
                    marks: marks(truncated.filter { $0.trial[.window] == $0.trial[.stride] }))
            ]
                + strides.enumerated().map { index, stride in
                    Series(
                        title: "\(TruncatedStrategy.word), stride = \(stride)",
                        style: SeriesStyle(TruncatedStrategy.word, index: index + 1), kind: .points,
                        marks: marks(
                            truncated.filter { $0.trial[.stride] == stride && $0.trial[.window] != stride }))
                }
                + (across.map {
                    [Series(title: FullStrategy.word, style: SeriesStyle(FullStrategy.word), kind: .path, marks: $0)]
                } ?? [])
        }
        return plot(
            name, title: title, caption: caption, shown: shown, x: "k, steps of the window", series: series, axis: axis)
    }

    private static func plot(
        _ name: String, title: String, caption: String, shown: Subplots, x label: String, series: ([Row]) -> [Series],
        axis: ([Double]) -> Axis
    ) -> Plot {
        let all = shown.subplots.map { series($0.rows) }
        let marks = all.flatMap { $0.flatMap(\.marks) }
        // One scale for all subplots: they are there to be compared.
        let x = Axis.counts(marks.map(\.x), label: label)
        let y = axis(marks.flatMap { [$0.y, $0.low, $0.high].compactMap(\.self) })
        return Plot(
            name: name, title: title, caption: "\(caption) \(shown.held).",
            subplots: zip(shown.subplots, all).map { Subplot(title: $0.title, x: x, y: y, series: $1) },
            columns: shown.subplots.count, subplotHeight: 250, key: all.first?.filter { !$0.marks.isEmpty } ?? [])
    }
}
