import Quantities
import Schedules
import Trials

extension AnsweredRows {
    /// What trainings learned, strategy by strategy.
    var trainings: MarkedText? {
        let rows = longestTrainings
        let trained = rows.filter { $0.trial.updates > 0 && $0[.loss] != nil }
        let strategies = trained.map(\.trial.strategy).orderedSet
        guard trained.count == rows.count, strategies.count >= 2 else { return nil }
        let tasks = trained.map(\.trial.task).orderedSet
        func isAlike(_ strategy: Strategy) -> Bool {
            let groups = trained.grouped(over: [.strategy]).map { $0.byStrategy() }
            return groups.allSatisfy { group in
                group[.full].flatMap { base in group[strategy].map { $0.map { $0[.loss] } == base.map { $0[.loss] } } }
                    ?? false
            }
        }
        let same = strategies.filter { $0 != .full && isAlike($0) }
        let others = strategies.filter { !same.contains($0) }
        let ends: [MarkedText] = tasks.compactMap { task in
            let own = trained.filter { $0.trial.task == task }
            let shown = others.compactMap { strategy -> MarkedText? in
                mean(task.quality == nil ? .loss : .quality, of: own.filter { $0.trial.strategy == strategy }).map {
                    "\(Table.significant($0, 3)) with `\(strategy)`"
                }
            }
            let figure = task.quality?.rawValue.replacing("_", with: " ") ?? "loss"
            let article = "aeiou".contains(figure.prefix(1)) ? "an" : "a"
            return shown.isEmpty
                ? nil : "on \(task.name) at \(article) \(figure) of \(AnsweredRows.list(shown))"
        }
        var clauses: [MarkedText] = ends.isEmpty ? [] : ["Training ends " + ends.joined(separator: ", ")]
        if !same.isEmpty, let last = tasks.last {
            let network = network(of: trained.filter { $0.trial.task == last })
            let lines = (try? Comparison(network))?.lines.filter { same.contains($0.trial.strategy) } ?? []
            let words = lines.compactMap { line -> MarkedText? in
                guard let peak = line.peakRatio, let time = line.timeRatios.median else { return nil }
                return
                    "`\(line.trial.strategyAsChosen)` in \(AnsweredRows.percent(peak)) of the peak at \(AnsweredRows.times([time])) the time"
            }
            if !words.isEmpty {
                let subject = clauses.isEmpty ? "Losses" : "losses"
                clauses.append("\(subject) are the same to the last digit with \(AnsweredRows.list(words))")
            }
        }
        guard !clauses.isEmpty else { return nil }
        let seeds = Set(trained.map(\.trial.seed)).count
        return clauses.joined(separator: "; ")
            + " (\(AnsweredRows.place(trained[0]))\(seeds > 1 ? ", means of \(seeds) seeds" : ""))."
    }

    /// Of trainings of several numbers of updates the longest: they are what was learned.
    var longestTrainings: [Row] {
        let most = rows.map(\.trial.updates).max()
        return rows.filter { $0.trial.updates == most }
    }

    /// The mean of a figure over rows; nil where none has it.
    func mean(_ figure: Figure, of rows: [Row]) -> Double? {
        let values = rows.compactMap { $0[figure] }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}
