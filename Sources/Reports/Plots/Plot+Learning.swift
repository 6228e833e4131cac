package import Schedules
package import Trials

extension Plot {
    /// Loss against updates, a line a strategy.
    ///
    /// - Parameters:
    ///   - curves: for each strategy updates, from 0, and losses; what is not above 0 has no place on the scale.
    ///   - trial: what all of them train, the strategy aside.
    package static func learning(
        _ curves: [(strategy: Strategy, losses: [(update: Int, loss: Double)])], trial: Trial
    ) -> Plot? {
        let styles = SeriesStyle.styles(curves.map(\.strategy))
        let series = curves.map { strategy, losses in
            Series(
                title: strategy.description, style: styles[strategy]!, kind: .path,
                marks: losses.filter { $0.loss > 0 }.map { Mark(x: Double($0.update + 1), y: $0.loss) })
        }.filter { !$0.marks.isEmpty }
        let marks = series.flatMap(\.marks)
        guard let last = marks.map(\.x).max() else { return nil }
        let subplot = Subplot(
            title: "", x: .linear(to: last, label: "updates") { "\(Int($0))" },
            y: .numbers(marks.map(\.y), label: "loss"), series: series)
        return Plot(
            name: "learning-curves", title: "Loss against updates, \(trial[.task])",
            caption: "Means over \(TrainingUpdate.recent) updates, before the parameters change. Strategies that give "
                + "full unrolling's gradient bit for bit have one curve, dashed where it lies on another's: "
                + "\(trial[.cell]), T = \(trial.length), H = \(trial.hidden), B = \(trial.batch).",
            subplots: [subplot], columns: 1, subplotHeight: 360, key: series
        ).showingCoincidence.downsampled
    }
}
