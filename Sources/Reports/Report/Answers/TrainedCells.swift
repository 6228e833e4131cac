import Quantities
import Schedules
import Shapes
import Trials

extension AnsweredRows {
    /// Which of several cells learned most under one strategy, task by task.
    var trainedCells: MarkedText? {
        let trained = longestTrainings.filter { $0.trial.updates > 0 && $0[.loss] != nil }
        let cells = trained.map(\.trial.cell).orderedSet
        guard cells.count >= 2, strategies.count == 1, let trial = trained.first?.trial else { return nil }
        let ends: [MarkedText] = trained.map(\.trial.task).orderedSet.map { task in
            let losses = cells.compactMap { cell in
                mean(.loss, of: trained.filter { $0.trial.task == task && $0.trial.cell == cell }).map { (cell, $0) }
            }.sorted { $0.1 < $1.1 }.map { (cell: $0.0.name, loss: Table.significant($0.1, 3)) }
            let next = losses.count > 1 ? " against \(losses[1].loss) by \(losses[1].cell)" : ""
            return "by \(losses[0].cell) on \(task.name) (\(losses[0].loss)\(next))"
        }
        let seeds = Set(trained.map(\.trial.seed)).count
        return "Of \(cells.count) cells the lowest loss is left \(AnsweredRows.list(ends)), after "
            + "\(counted(trial.updates, "update")) under `\(trial.strategyAsChosen)` (B \(trial.batch) T \(trial.length)"
            + "\(seeds > 1 ? ", means of \(seeds) seeds" : ""))."
    }
}
