import Shapes
import Trials

extension MeasuredRoofline {
    /// FLOP/s over FLOP a byte, a subplot a cell: a line for every roof, and of each batch a point for every size, joined in their order.
    package var plot: Plot {
        let cells = points.map(\.trial.cell).orderedSet
        let batches = points.map(\.trial.batch).orderedSet
        let (x, y) = axes
        let roofs = roofs(x, y)
        func marks(_ cell: Cell, _ batch: Int) -> [(hidden: Int, mark: Plot.Mark)] {
            points.filter { $0.trial.cell == cell && $0.trial.batch == batch }.compactMap { point in
                Sample(point.rates).median.map {
                    (point.trial.hidden, Plot.Mark(x: point.traffic.intensity, y: $0 / 1e9))
                }
            }
        }
        let subplots = cells.map { cell in
            let series = batches.enumerated().map { index, batch in
                Plot.Series(
                    title: "B \(batch)", style: .distinct(index), kind: .line, marks: marks(cell, batch).map(\.mark))
            }
            return Plot.Subplot(
                title: cell.title, x: x, y: y, series: roofs + series,
                labels: batches.flatMap { labels(of: marks(cell, $0)) })
        }
        let threads = points.first?.threads ?? 1
        return Plot(
            name: "roofline", title: "Training steps under the machine's limits",
            caption:
                "Rates of full unrolling against the operations for each byte of weights, gradients and records that a step "
                + "goes over; at the ends of a line, and where it is highest, D = H. Lines are what the machine does at most: "
                + "multiply-adds in registers, and reading from each level. Float, "
                + "\(threads) thread\(threads == 1 ? "" : "s"), medians of \(multiplyAdds.count).",
            subplots: subplots, columns: 1, subplotHeight: 210,
            key: subplots.first?.series ?? roofs)
    }

    /// The sizes at the ends of a line, and that of the highest rate: not all have room. Above the highest is a roof.
    private func labels(of marks: [(hidden: Int, mark: Plot.Mark)]) -> [Plot.Label] {
        let highest = marks.indices.max { marks[$0].mark.y < marks[$1].mark.y }
        return [0, marks.count - 1, highest].compactMap(\.self).filter(marks.indices.contains).orderedSet.map { index in
            let (hidden, mark) = marks[index]
            return Plot.Label(
                x: mark.x, y: mark.y, text: "\(hidden)", prefersBelow: true, placement: .near)
        }
    }

    /// Of all points, and as much of the slopes as shows where they meet the registers' line.
    private var axes: (x: Plot.Axis, y: Plot.Axis) {
        let peak = (Sample(multiplyAdds).median ?? 1) / 1e9
        let ridges = levels.compactMap { Sample($0.rates).median }.map { peak / ($0 / 1e9) }
        let intensities = points.map(\.traffic.intensity)
        // For texts beside the points, and for what of a slope is seen.
        let room = 1.5
        let rates = points.compactMap { Sample($0.rates).median }.map { $0 / 1e9 }
        return (
            .numbers(
                intensities + ridges.map { $0 / room } + (intensities.max().map { [$0 * room] } ?? []),
                label: "FLOP a byte"),
            .numbers(rates.map { $0 / 1.2 } + [peak * 1.1], label: "GFLOP/s")
        )
    }

    /// A line each for the registers and the levels, as far as they lie in the picture and below the registers' line.
    private func roofs(_ x: Plot.Axis, _ y: Plot.Axis) -> [Plot.Series] {
        let peak = (Sample(multiplyAdds).median ?? 0) / 1e9
        var slopes: [Plot.Series] = []
        var first = x.high
        for (index, level) in levels.enumerated() {
            let rate = (Sample(level.rates).median ?? 0) / 1e9
            let (start, end) = (max(x.low, y.low / rate), min(x.high, peak / rate))
            first = min(first, end)
            slopes.append(
                Plot.Series(
                    title: "\(level.name), \(Table.significant(rate, 3)) GB/s", style: .line(index + 1), kind: .path,
                    marks: start < end ? [Plot.Mark(x: start, y: start * rate), Plot.Mark(x: end, y: end * rate)] : []))
        }
        let flat = Plot.Series(
            title: "registers", style: .line(0), kind: .path,
            marks: first < x.high ? [Plot.Mark(x: first, y: peak), Plot.Mark(x: x.high, y: peak)] : [])
        return [flat] + slopes
    }
}
