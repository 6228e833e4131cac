import Schedules
import Shapes
import Trials

extension Plot {
    /// What a window takes and what it learns, one below the other, for each has another scale: peak memory, and the loss on sequences that no update saw. Full
    /// unrolling goes across. Nil with fewer than three windows.
    static func heldOutOverWindow(_ rows: [Row]) -> Plot? {
        let trained = rows.succeeded.filter { $0[.heldOutLoss] != nil }
        let truncated = trained.filter { !$0.trial[.window].isEmpty && $0.trial[.window] == $0.trial[.stride] }
        let windows = Set(truncated.compactMap { Double($0.trial[.window]) }).sorted()
        guard windows.count >= 3, let strategy = truncated.first?.trial.strategy else { return nil }
        let full = trained.filter { $0.trial.strategy == .full }

        func mark(_ figure: Figure, _ rows: [Row], at x: Double) -> Mark? {
            let values = rows.compactMap { $0[figure] }
            guard let low = values.min(), let high = values.max(), low > 0 else { return nil }
            let mean = values.reduce(0, +) / Double(values.count)
            return Mark(x: x, y: mean, low: low < high ? low : nil, high: low < high ? high : nil)
        }
        func series(_ figure: Figure) -> [Series] {
            let marks = windows.compactMap { window in
                mark(figure, truncated.filter { Double($0.trial[.window]) == window }, at: window)
            }
            let across = mark(figure, full, at: 0).map {
                [Mark(x: windows[0], y: $0.y), Mark(x: windows.last!, y: $0.y)]
            }
            return [Series(title: strategy.name, style: SeriesStyle(strategy), kind: .line, marks: marks)]
                + (across.map { [Series(title: FullStrategy.word, style: SeriesStyle(.full), kind: .path, marks: $0)] }
                    ?? [])
        }
        func values(_ series: [Series]) -> [Double] {
            series.flatMap(\.marks).flatMap { [$0.y, $0.low, $0.high].compactMap(\.self) }
        }
        let (bytes, losses) = (series(.peakBytes), series(.heldOutLoss))
        let x = Axis.counts(windows, label: "k, steps of the window")
        let trial = truncated[0].trial
        let seeds = Set(trained.map(\.trial.seed)).count
        return Plot(
            name: "held-out-window", title: "What a window takes, and what it learns",
            caption: "Peak bytes of a training step, and the loss at the end of the training on "
                + "\(Table.significant(trial.validation * 100, 2)) % of the sequences, which no update saw"
                + (seeds > 1 ? ": means of \(seeds) seeds, least and largest" : "") + ". "
                + "\(trial.cell.title), T \(trial.length), H \(trial.hidden), B \(trial.batch).",
            subplots: [
                Subplot(title: "memory", x: x, y: .bytes(values(bytes)), series: bytes),
                Subplot(
                    title: "held-out loss", x: x, y: .numbers(values(losses), label: "held-out loss"), series: losses),
            ],
            columns: 1, subplotHeight: 200, key: bytes)
    }
}
