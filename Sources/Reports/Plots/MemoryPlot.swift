import Schedules
import Shapes
import Trials

extension Plot {
    /// What the project is about, in one picture: memory against the number of steps of full unrolling, of a truncation, and of
    /// the exact strategy with the smallest peak; each with its gradient and its time. Nil where one of them is missing, or with
    /// fewer than three lengths.
    static func memoryOverLength(_ rows: [Row]) -> Plot? {
        let shown = Subplots(rows, over: [.length, .strategy])
        guard let subplot = shown.subplots.first(where: { $0.cell == .standard }) ?? shown.subplots.first,
            let longest = subplot.rows.lengths.last
        else { return nil }
        func curve(_ strategy: Strategy) -> [Mark] {
            subplot.rows.filter { $0.trial.strategy == strategy }.grouped(over: []).compactMap { rows in
                rows.largest(.peakBytes).map { Mark(x: Double(rows[0].trial.length), y: $0) }
            }
        }
        let complete = subplot.rows.map(\.trial.strategy).orderedSet.filter { strategy in
            let curve = curve(strategy)
            return curve.count >= 3 && curve.last?.x == Double(longest)
        }
        func isExact(_ strategy: Strategy) -> Bool { strategy.isExact(length: longest) }
        guard complete.contains(.full), let cut = complete.first(where: { $0.cutsAdjoint && !isExact($0) }),
            let saving = complete.filter({ $0 != .full && isExact($0) })
                .min(by: { (curve($0).last?.y ?? .infinity) < (curve($1).last?.y ?? .infinity) })
        else { return nil }
        let strategies: [Strategy] = [.full, cut, saving]
        let series = strategies.map {
            Series(title: $0.description, style: SeriesStyle($0), kind: .line, marks: curve($0))
        }
        let last = subplot.rows.filter { $0.trial.length == longest }
        let full = last.filter { $0.trial.strategy == .full }
        let labels = zip(strategies, series).compactMap { strategy, series -> Label? in
            guard let end = series.marks.last else { return nil }
            let own = last.filter { $0.trial.strategy == strategy }
            let time = strategy == .full ? nil : Sample(ratios: .wallSeconds, of: own, to: full).median
            let gradient = isExact(strategy) ? "exact gradient" : "truncated gradient"
            return Label(
                x: end.x, y: end.y,
                text: "\(series.title): \(Table.Entry.integer(Int(end.y)).text(.bytes))",
                remark: gradient + (time.map { ", \(Table.fixed($0, 1)) × the time" } ?? ""), placement: .end)
        }
        let marks = series.flatMap(\.marks)
        return Plot(
            name: "memory-length", title: "Peak memory of one training step against the steps it goes over",
            caption: "Peak bytes of one training step; at the end of each line the peak and, of paired times, the "
                + "median ratio to full unrolling's at T \(longest).\(markNote(series)) \(subplot.title), "
                + "\(shown.held).",
            subplots: [
                Subplot(
                    title: "", x: .counts(marks.map(\.x), label: "T, steps"),
                    y: .bytes(marks.map(\.y), label: "peak memory"), series: series, labels: labels)
            ], columns: 1, subplotHeight: 270, key: [])
    }
}
