import Quantities
import Schedules
import Shapes
import Trials

extension AnsweredRows {
    /// Families of strategies that give the same gradient, by the forward steps that each takes in the same bytes.
    var families: MarkedText? {
        // What sensitivities take is not in the forward steps.
        let exact = rows.filter {
            $0.trial.strategy.sensitivities == nil && $0[.gradientExact] == 1 && $0[.forwardSteps] != nil
                && $0[.peakBytes] != nil
        }
        let names = exact.map(\.trial.strategy.name).orderedSet
        guard exact.count == rows.count, names.count >= 2, strategies.count > names.count, !strategies.contains(.full)
        else { return nil }
        let groups = exact.grouped(over: [.strategy]).map { group in group.grouped(over: []).map { $0[0] } }
        var contests: [Contest] = []
        for group in groups {
            for budget in Set(group.compactMap { $0[.peakBytes] }).sorted() {
                let fitting = group.filter { ($0[.peakBytes] ?? .infinity) <= budget }
                let fewest = Dictionary(grouping: fitting, by: \.trial.strategy.name).compactMapValues { rows in
                    rows.compactMap { $0[.forwardSteps] }.min()
                }
                if fewest.count == names.count {
                    contests.append(Contest(trial: group[0].trial, budget: budget, steps: fewest))
                }
            }
        }
        guard !contests.isEmpty else { return nil }
        if names.count == 2 {
            let ratios = contests.map { $0.steps[names[0], default: 0] / $0.steps[names[1], default: 1] }
            return
                "In the same bytes `\(names[0])` takes \(AnsweredRows.times(ratios)) the forward steps of `\(names[1])` "
                + "(\(counted(contests.count, "comparison")), T \(span(rows.lengths)))."
        }
        let wins = names.map { name in (name, contests.count { $0.steps[name] == $0.steps.values.min() }) }
            .sorted { $0.1 > $1.1 }
        let words = wins.map { "`\($0.0)` in \($0.1)" as MarkedText }
        var text: MarkedText =
            "In the same bytes, over \(counted(contests.count, "comparison")), the fewest forward steps or as few are taken by "
            + "\(AnsweredRows.list(words))"
        let longest = contests.filter { $0.trial.length == contests.map(\.trial.length).max() }
        let shown =
            longest.filter { $0.trial.cell == .standard }.max { $0.spread < $1.spread }
            ?? longest.max { $0.spread < $1.spread }
        if let shown {
            let each = names.map { name in
                "\(Table.significant((shown.steps[name] ?? 0) / Double(shown.trial.length), 3)) with `\(name)`"
                    as MarkedText
            }
            text +=
                "; in \(AnsweredRows.bytes(shown.budget)) at T \(shown.trial.length) they are \(AnsweredRows.list(each)) per step"
        }
        return text + "."
    }

    /// The fewest forward steps of each family within the same bytes.
    private struct Contest {
        let trial: Trial
        let budget: Double
        let steps: [String: Double]

        var spread: Double { (steps.values.max() ?? 1) / (steps.values.min() ?? 1) }
    }

    /// One family alone, over its parameters: whether it takes the steps that its schedules have.
    var counts: MarkedText? {
        let names = rows.map(\.trial.strategy.name).orderedSet
        guard names.count == 1, strategies.count >= 3, rows.allSatisfy({ $0[.gradientExact] == 1 }) else { return nil }
        let counted = rows.filter { $0[.forwardSteps] != nil && $0[.predictedForwardSteps] != nil }
        let agreeing = counted.count { $0[.forwardSteps] == $0[.predictedForwardSteps] }
        func perStep(_ row: Row) -> Double { AnsweredRows.stepsPerStep(row) ?? 0 }
        guard counted.count == rows.count, let least = counted.min(by: { perStep($0) < perStep($1) }),
            let most = counted.max(by: { perStep($0) < perStep($1) })
        else { return nil }
        func words(_ row: Row) -> MarkedText {
            "\(Table.significant(perStep(row), 3)) per step (`\(row.trial.strategy)`, T \(row.trial.length))"
        }
        return
            "\(agreeing == counted.count ? "All \(agreeing)" : "\(agreeing) of \(counted.count)") rows take exactly the forward "
            + "steps that their schedules have, from \(words(least)) to \(words(most))."
    }
}
