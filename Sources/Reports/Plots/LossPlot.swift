import Quantities
import Schedules
import Shapes
import Trials

extension Plot {
    /// What trainings have learned, by what they have seen and by the time it took: loss against frames and against seconds, a row of
    /// subplots a task, and in the key the bytes. A training of each number of updates is a mark: means over seeds, with the least
    /// and the largest. Nil with fewer than three numbers of updates, or one strategy.
    static func lossOverUpdates(_ rows: [Row]) -> Plot? {
        let trained = rows.succeeded.ofMostCommonOrigin.filter {
            $0.trial.updates > 0 && $0[.loss] != nil && $0[.wallSeconds] != nil
        }
        let strategies = trained.map(\.trial.strategy).orderedSet
        guard Set(trained.map(\.trial.updates)).count >= 3, strategies.count >= 2 else { return nil }
        let styles = SeriesStyle.styles(strategies)
        let tasks = trained.map(\.trial.task).orderedSet
        func series(_ task: TrainingTask, _ x: (Row) -> Double) -> [Series] {
            strategies.map { strategy in
                let own = trained.filter { $0.trial.task == task && $0.trial.strategy == strategy }
                let marks = own.grouped(over: [.seed]).compactMap { mark($0, x) }.sorted { $0.x < $1.x }
                return Series(title: title(strategy, trained), style: styles[strategy]!, kind: .line, marks: marks)
            }
        }
        func frames(_ row: Row) -> Double { Double(row.trial.updates * row.trial.batch * row.trial.length) }
        let sides = tasks.map { task in
            (task: task, seen: series(task, frames), timed: series(task) { $0[.wallSeconds]! })
        }
        func marks(_ series: [Series]) -> [Mark] { series.flatMap(\.marks) }
        let x = Axis.counts(sides.flatMap { marks($0.seen).map(\.x) }, label: "frames seen; time of the training")
        let time = Axis.seconds(sides.flatMap { marks($0.timed).map(\.x) }, label: "time of the training")
        let y = Axis.numbers(
            sides.flatMap { marks($0.seen).flatMap { [$0.y, $0.low, $0.high].compactMap(\.self) } }, label: "loss")
        let (trial, seeds) = (trained[0].trial, Set(trained.map(\.trial.seed)).count)
        return Plot(
            name: "loss-updates", title: "What is learned, by frames seen and by time",
            caption: "Mean loss of the last tenth of a training's updates"
                + (seeds > 1 ? ", of \(seeds) seeds the mean, the least and the largest" : "")
                + ", against the frames it saw and the time it took; the key has the peak bytes of a training step. "
                + "\(trial.cell.title), T \(trial.length), H \(trial.hidden), B \(trial.batch)."
                + markNote(sides.flatMap(\.seen)),
            subplots: sides.flatMap { side in
                [
                    Subplot(title: "\(side.task), by frames", x: x, y: y, series: side.seen),
                    Subplot(title: "by time", x: time, y: y, series: side.timed),
                ]
            }, columns: 2, subplotHeight: 230, key: key(of: sides.map(\.seen)))
    }

    private static func mark(_ rows: [Row], _ x: (Row) -> Double) -> Mark? {
        let losses = rows.compactMap { $0[.loss] }
        guard let low = losses.min(), let high = losses.max(), low > 0 else { return nil }
        let isOne = low == high
        return Mark(
            x: rows.map(x).reduce(0, +) / Double(rows.count), y: losses.reduce(0, +) / Double(losses.count),
            low: isOne ? nil : low, high: isOne ? nil : high)
    }

    private static func title(_ strategy: Strategy, _ rows: [Row]) -> String {
        let peak = rows.filter { $0.trial.strategy == strategy }.largest(.peakBytes)
        return strategy.description + (peak.map { ", " + Bytes(Int($0)).description } ?? "")
    }
}
