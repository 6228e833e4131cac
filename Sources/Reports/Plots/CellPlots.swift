import Schedules
import Shapes
import Trials

extension Plot {
    /// Memory and time of several cells against the length, a picture each: a line a cell, side by side full unrolling and the exact
    /// strategy that saves the most of it. None with fewer than four cells, which have a subplot each elsewhere, or three lengths.
    static func cellsOverLength(_ rows: [Row]) -> [Plot] {
        let shown = Subplots(rows, over: [.length, .strategy])
        let all = shown.subplots.flatMap(\.rows)
        let cells = shown.subplots.map(\.cell)
        guard cells.count >= 4, Set(all.lengths).count >= 3 else { return [] }
        func peak(_ strategy: Strategy) -> Double {
            all.filter { $0.trial.strategy == strategy }.largest(.peakBytes) ?? .infinity
        }
        let exact = all.map(\.trial.strategy).orderedSet.filter { $0.isExact(length: Strategy.largest) }
        let strategies =
            exact.filter { $0 == .full } + exact.filter { $0 != .full }.sorted { peak($0) < peak($1) }.prefix(1)
        let styles = SeriesStyle.styles(cells)
        func plot(
            _ name: String, title: String, caption: String, axis: ([Double]) -> Axis, y: ([Row]) -> Mark?
        ) -> Plot? {
            let series = strategies.map { strategy in
                shown.subplots.map { cell, _, rows in
                    let marks = rows.filter { $0.trial.strategy == strategy }.grouped(over: []).compactMap {
                        rows -> Mark? in
                        guard let mark = y(rows) else { return nil }
                        return Mark(x: Double(rows[0].trial.length), y: mark.y, low: mark.low, high: mark.high)
                    }
                    return Series(title: cell.description, style: styles[cell]!, kind: .line, marks: marks)
                }
            }
            let marks = series.flatMap { $0.flatMap(\.marks) }
            guard !marks.isEmpty else { return nil }
            let x = Axis.counts(marks.map(\.x), label: "T, steps")
            let y = axis(marks.flatMap { [$0.y, $0.low, $0.high].compactMap(\.self) })
            return Plot(
                name: name, title: title, caption: "\(caption) \(shown.held).",
                subplots: zip(strategies, series).map { Subplot(title: $0.name, x: x, y: y, series: $1) },
                columns: Plot.columns(strategies.count, ticks: y.ticks), subplotHeight: 320, key: key(of: series))
        }
        return [
            plot(
                "peak-by-cell", title: "Peak memory of cells against the steps",
                caption: "Peak bytes of one training step, a line a cell.", axis: { .bytes($0) },
                y: { $0.largest(.peakBytes).map { Mark(x: 0, y: $0) } }),
            plot(
                "time-by-cell", title: "Time per step of cells against the steps",
                caption:
                    "Wall time of a training step over T, a line a cell: medians, with their 95 % interval as far as the "
                    + "repetitions allow.", axis: { .seconds($0, label: "time of a training step over T") },
                y: { times($0, over: Double($0[0].trial.length)) }),
        ].compactMap(\.self)
    }
}
