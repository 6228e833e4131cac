import Quantities
import Schedules
import Shapes
import Trials

extension Plot {
    /// Which exact gradient is right where, by T and H, a subplot a cell and a batch; lines are borders that shapes predict. One picture
    /// for the fewest bytes, one for the least time within a number of bytes.
    static func methods(_ rows: [Row]) -> [Plot] {
        guard let map = MethodMap(rows) else { return [] }
        let smallest = plot(
            map, \.smallest, name: "least-memory", title: "Which exact gradient takes the fewest bytes",
            caption:
                "At each length and width the method with the smallest peak, of those that go over no step more than twice on "
                + "average. ")
        let fastest = map.budget.map { budget in
            plot(
                map, \.fastest, name: "fastest-within",
                title: "Which exact gradient is fastest within \(Bytes(Int(budget)))",
                caption:
                    "At each length and width the method with the smallest median time, of those whose peak is within "
                    + "\(Bytes(Int(budget))). ")
        }
        return [smallest] + (fastest.map { [$0] } ?? [])
    }

    private static func plot(
        _ map: MethodMap, _ winner: KeyPath<MethodMap.Cell, Strategy?>, name: String, title: String, caption: String
    ) -> Plot {
        let lengths = Set(map.cells.map(\.trial.length)).sorted()
        let widths = Set(map.cells.map(\.trial.hidden)).sorted()
        let x = Axis.counts(lengths.map(Double.init), label: "T, steps")
        let y = Axis.counts(widths.map(Double.init), label: "H, hidden units")
        let networks = map.cells.map { $0.trial.ignoring([.strategy, .length, .hidden]) }.orderedSet
        let subplots = networks.map { network -> Subplot in
            let cells = map.cells.filter { $0.trial.ignoring([.strategy, .length, .hidden]) == network }
            func series(_ name: String?, _ title: String, _ style: SeriesStyle) -> Series {
                let marks = cells.filter { $0[keyPath: winner]?.name == name }.map {
                    Mark(x: Double($0.trial.length), y: Double($0.trial.hidden))
                }
                return Series(title: title, style: style, kind: .points, marks: marks)
            }
            let won = map.names.map { series($0, $0, SeriesStyle($0)) }
            let none = series(nil, "none", SeriesStyle(colour: Palette.faint))
            return Subplot(
                title: "\(network.cell.title), B \(network.batch)", x: x, y: y,
                series: borders(cells[0].trial, map.names, lengths, widths) + won + [none])
        }
        let word = ForwardStrategy.word
        return Plot(
            name: name, title: title,
            caption: caption
                + "Right of a line \(word) takes fewer bytes than what the line is named after, as shapes predict for every "
                + "width. D \(map.cells[0].trial.input).",
            subplots: subplots, columns: Plot.columns(subplots.count, ticks: y.ticks), subplotHeight: 170,
            key: key(of: subplots.map(\.series)))
    }

    /// For each width the length from which on carrying takes less than full unrolling, and than segments.
    private static func borders(_ trial: Trial, _ names: [String], _ lengths: [Int], _ widths: [Int]) -> [Series] {
        let others: [(strategy: Strategy, dash: String?)] = [(.full, nil), (.segmented(length: nil), "7,4")]
        return others.filter { names.contains($0.strategy.name) }.map { other in
            let marks = (widths.first!...widths.last!).compactMap { hidden -> Mark? in
                var trial = trial
                trial.hidden = hidden
                return trial.crossing(
                    of: .forward(block: nil), below: other.strategy, in: lengths.first!...lengths.last!
                ).map { Mark(x: Double($0), y: Double(hidden)) }
            }
            return Series(
                title: "against \(other.strategy.name)", style: SeriesStyle(colour: Palette.soft, dash: other.dash),
                kind: .path, marks: marks)
        }
    }
}
