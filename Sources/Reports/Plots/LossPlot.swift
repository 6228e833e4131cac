import Quantities
import Schedules
import Shapes
import Trials

extension Plot {
    /// What trainings have learned, by what they have seen and by the time it took: loss against frames and against seconds, a row of
    /// subplots a task, and in the key the bytes. A line a strategy or, of one strategy, a cell or a way of keeping records; a training of
    /// each number of updates is a mark: means over seeds, with the least and the largest. Nil with fewer than three numbers of updates, or one line.
    static func lossOverUpdates(_ rows: [Row]) -> Plot? {
        let trained = rows.succeeded.ofMostCommonOrigin.filter {
            $0.trial.updates > 0 && $0[.loss] != nil && $0[.wallSeconds] != nil
        }
        guard Set(trained.map(\.trial.updates)).count >= 3, let trial = trained.first?.trial,
            let lines = lines(of: trained)
        else { return nil }
        let tasks = trained.map(\.trial.task).orderedSet
        func series(_ task: TrainingTask, _ x: (Row) -> Double) -> [Series] {
            lines.map { line in
                let own = line.rows.filter { $0.trial.task == task }
                let marks = own.grouped(over: [.seed]).compactMap { mark($0, x) }.sorted { $0.x < $1.x }
                return Series(title: line.title, style: line.style, kind: .line, marks: marks)
            }
        }
        func frames(_ row: Row) -> Double { Double(row.trial.updates * row.trial.batch * row.trial.length) }
        let sides = tasks.map { task in
            (task: task, seen: series(task, frames), timed: series(task) { $0[.wallSeconds]! })
        }
        func marks(_ series: [Series]) -> [Mark] { series.flatMap(\.marks) }
        let x = Axis.counts(sides.flatMap { marks($0.seen).map(\.x) }, label: "frames seen; time of the training")
        let time = Axis.seconds(sides.flatMap { marks($0.timed).map(\.x) }, label: "time of the training")
        // Losses of one task are of another order than those of the next.
        func y(_ series: [Series]) -> Axis {
            Axis.numbers(marks(series).flatMap { [$0.y, $0.low, $0.high].compactMap(\.self) }, label: "loss")
        }
        let (seeds, cells) = (Set(trained.map(\.trial.seed)).count, trained.map(\.trial.cell).orderedSet)
        let network =
            cells.count > 1
            ? "\(trial.strategy), T \(trial.length)" : "\(trial.cell.title), T \(trial.length), H \(trial.hidden)"
        return Plot(
            name: "loss-updates", title: "What is learned, by frames seen and by time",
            caption: "Mean loss of the last tenth of a training's updates"
                + (seeds > 1 ? ", of \(seeds) seeds the mean, the least and the largest" : "")
                + ", against the frames it saw and the time it took; the key has the peak bytes of a training step. "
                + "\(network), B \(trial.batch)."
                + markNote(sides.flatMap(\.seen)),
            subplots: sides.flatMap { side in
                let y = y(side.seen)
                return [
                    Subplot(title: "\(side.task), by frames", x: x, y: y, series: side.seen),
                    Subplot(title: "by time", x: time, y: y, series: side.timed),
                ]
            }, columns: 2, subplotHeight: 230, key: key(of: sides.map(\.seen)))
    }

    /// A line of each strategy or, where all are under one, of each cell and its width or, of one, of each way of keeping records; nil of
    /// one alone.
    private static func lines(of rows: [Row]) -> [(title: String, style: SeriesStyle, rows: [Row])]? {
        func line(_ name: String, _ style: SeriesStyle, _ rows: [Row]) -> (String, SeriesStyle, [Row]) {
            let peak = rows.largest(.peakBytes).map { ", " + Bytes(Int($0)).description }
            return (name + (peak ?? ""), style, rows)
        }
        let strategies = rows.map(\.trial.strategy).orderedSet
        guard strategies.count < 2 else {
            let styles = SeriesStyle.styles(strategies)
            return strategies.map { strategy in
                line(strategy.description, styles[strategy]!, rows.filter { $0.trial.strategy == strategy })
            }
        }
        let cells = rows.map(\.trial.cell).orderedSet
        guard cells.count < 2 else {
            let styles = SeriesStyle.styles(cells)
            return cells.map { cell in
                let own = rows.filter { $0.trial.cell == cell }
                return line("\(cell.title) H \(own[0].trial.hidden)", styles[cell]!, own)
            }
        }
        let ways = rows.map(RecordsWay.init).orderedSet
        return ways.count < 2
            ? nil : ways.map { way in line(way.title, way.style, rows.filter { RecordsWay($0) == way }) }
    }

    private static func mark(_ rows: [Row], _ x: (Row) -> Double) -> Mark? {
        let losses = rows.compactMap { $0[.loss] }
        guard let low = losses.min(), let high = losses.max(), low > 0 else { return nil }
        let isOne = low == high
        return Mark(
            x: rows.map(x).reduce(0, +) / Double(rows.count), y: losses.reduce(0, +) / Double(losses.count),
            low: isOne ? nil : low, high: isOne ? nil : high)
    }
}
