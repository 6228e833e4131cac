import Schedules
import Trials

extension AnsweredRows {
    /// How peaks grow with a size that is swept, strategy by strategy, and what the smaller ones cost at its end.
    var growth: MarkedText? {
        let sizes: [(factor: Factor, symbol: String)] = [
            (.length, "T"), (.layers, "layers"), (.batch, "B"), (.hidden, "H"),
        ]
        for size in sizes where varied.contains(size.factor) {
            func value(_ row: Row) -> Int { Int(row.trial[size.factor]) ?? 0 }
            let network = network(over: [size.factor])
            let series = network.map(\.trial.strategy).orderedSet.compactMap { strategy -> Series? in
                let own = network.filter { $0.trial.strategy == strategy }.sorted { value($0) < value($1) }
                guard Set(own.map(value)).count >= 3, let first = own.first, let last = own.last,
                    let least = first[.peakBytes], let most = last[.peakBytes]
                else { return nil }
                return Series(strategy: strategy, first: first, last: last, least: least, most: most)
            }
            guard let one = series.first else { continue }
            let words = series.enumerated().map { index, line in
                "\(index == 0 ? "the peak" : "that") of \(line.words)" as MarkedText
            }
            var text: MarkedText =
                "From \(size.symbol) \(value(one.first)) to \(value(one.last)) \(AnsweredRows.list(words))"
            if series.count == 1,
                let more = one.more(size.factor, all: network.filter { $0.trial.strategy == one.strategy })
            {
                text += more
            }
            let end = network.filter { value($0) == value(one.last) }
            if series.count > 1, let costs = costs(of: end, isShort: true) {
                text += "; at \(size.symbol) \(value(one.last)) \(costs)"
            }
            return text + " (\(AnsweredRows.place(one.last, without: [size.factor])))."
        }
        return nil
    }

    /// One strategy from the smallest to the largest size.
    private struct Series {
        let strategy: Strategy
        let first: Row
        let last: Row
        let least: Double
        let most: Double

        var words: MarkedText {
            let factor = most / least
            return abs(factor - 1) < 0.0005
                ? "`\(strategy)` stays at \(AnsweredRows.bytes(most))"
                : "`\(strategy)` grows \(Table.significant(factor, 3)) times to \(AnsweredRows.bytes(most))"
        }

        /// What else changes where there is one strategy alone: saved states and forward steps, or else records.
        func more(_ factor: Factor, all rows: [Row]) -> MarkedText? {
            var parts: [MarkedText] = []
            if let few = first[.statesBytes], let many = last[.statesBytes], few > 0, many / few > 1.05 * most / least {
                parts.append("its saved states grow \(Table.significant(many / few, 3)) times")
            }
            let (few, many) = (AnsweredRows.stepsPerStep(first), AnsweredRows.stepsPerStep(last))
            if let few, let many, Table.significant(few, 3) != Table.significant(many, 3) {
                parts.append(
                    "forward steps per step go from \(Table.significant(few, 3)) to \(Table.significant(many, 3))")
            }
            if parts.isEmpty, let records = records(factor, all: rows) { parts.append(records) }
            guard let last = parts.last else { return nil }
            return ", " + (parts.dropLast() + ["and " + last]).joined(separator: ", ")
        }

        private func records(_ factor: Factor, all rows: [Row]) -> MarkedText? {
            guard let few = first[.recordsBytes], let many = last[.recordsBytes], few > 0, many > few,
                let from = Int(first.trial[factor]), let to = Int(last.trial[factor])
            else { return nil }
            let unit = factor == .length ? "step" : factor == .layers ? "layer" : factor == .batch ? "sequence" : "unit"
            var text: MarkedText =
                "its records grow \(Table.significant(many / few, 3)) times, by \(AnsweredRows.bytes((many - few) / Double(to - from))) for each "
                + "\(unit)"
            let outweighing = rows.filter { row in (row[.recordsBytes] ?? 0) > (row[.weightsBytes] ?? .infinity) }
            if let least = outweighing.compactMap({ Int($0.trial[factor]) }).min(), least > from {
                text +=
                    "; the records outweigh the weights from \(factor == .length ? "T" : factor.rawValue) \(least) on"
            }
            return text
        }
    }
}
