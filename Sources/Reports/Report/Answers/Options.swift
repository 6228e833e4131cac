import Quantities
import Schedules
import Trials

extension AnsweredRows {
    /// What a way of computing changes, held against the usual one in trials that are alike in all else.
    var options: MarkedText? {
        let candidates: [Factor] = [
            .variant, .inputProjection, .bidirectional, .inputs, .scalar, .records, .rounding, .states,
        ]
        guard let factor = candidates.first(where: varied.contains) else { return nil }
        let groups = rows.grouped(over: [factor]).map { rows in Dictionary(grouping: rows) { $0.trial[factor] } }
        let values = rows.map { $0.trial[factor] }.orderedSet
        let usual = values.contains(factor.definition.usual) ? factor.definition.usual : values[0]
        let sentences = values.filter { $0 != usual }.compactMap { value -> MarkedText? in
            let pairs = groups.compactMap { group in group[usual].flatMap { base in group[value].map { (base, $0) } } }
            let parts = parts(of: pairs)
            return parts.isEmpty ? nil : "`\(value)` \(AnsweredRows.list(parts))"
        }
        guard !sentences.isEmpty else { return nil }
        let all = groups.count { $0.count > 1 }
        return "Against `\(usual)`, " + sentences.joined(separator: "; ")
            + " (\(counted(all, "pair")) of trials alike in all else)."
    }

    private func parts(of pairs: [(base: [Row], other: [Row])]) -> [MarkedText] {
        func ratios(_ figure: Figure) -> [Double] {
            pairs.compactMap { base, other in
                guard let base = base.largest(figure), let other = other.largest(figure), base > 0 else { return nil }
                return other / base
            }
        }
        var parts: [MarkedText] = []
        // Where the usual way gives full unrolling's gradient itself, the other's error is all its own.
        let exact = pairs.filter { $0.base.largest(.gradientRelativeError) == 0 }
        let compared = exact.isEmpty ? pairs : exact
        let errors = compared.compactMap { $0.other.largest(.gradientRelativeError) }
        let usual = compared.compactMap { $0.base.largest(.gradientRelativeError) }.max() ?? 0
        if let worst = errors.max(), let best = errors.min() {
            if worst == 0 {
                parts.append("gives the same gradient to the last bit")
            } else if worst < 1e-3, worst <= max(usual, 1e-5) {
                parts.append("gives the same gradient to within \(Table.scientific(worst))")
            } else if worst > usual {
                parts.append("gives one that is off by \(AnsweredRows.range([best, worst], AnsweredRows.error))")
            }
        }
        if isTimed {
            let times = pairs.compactMap { pair in
                Sample(ratios: .wallSeconds, of: pair.other, to: pair.base).median.map { (pair.base[0].trial, $0) }
            }
            if let trend = trend(times) { parts.append(trend) }
        }
        // The peak, unless one role changes far more.
        let figures = [Figure.peakBytes] + Role.allCases.map { Figure($0) }
        let changes = figures.map { figure in (figure, ratios(figure)) }.filter { !$0.1.isEmpty }
        if let most = changes.max(by: { ($0.1.max() ?? 1) < ($1.1.max() ?? 1) }), let peaks = changes.first?.1 {
            let isOfRole = (most.1.max() ?? 1) > 2 * (peaks.max() ?? 1)
            let shown = isOfRole ? most.1 : peaks
            let what = isOfRole ? "bytes of \(most.0.rawValue.replacing("_bytes", with: ""))" : "peak memory"
            if shown.contains(where: { abs($0 - 1) >= 0.005 }) {
                parts.append("takes \(AnsweredRows.times(shown)) the \(what)")
            }
        }
        let operations = ratios(.flops)
        if operations.contains(where: { abs($0 - 1) >= 0.0005 }) {
            parts.append("takes \(AnsweredRows.times(operations)) the operations")
        }
        return parts
    }

    /// Times by the size that changes them, where one is swept: medians over all else at its ends.
    private func trend(_ times: [(trial: Trial, ratio: Double)]) -> MarkedText? {
        guard !times.isEmpty else { return nil }
        let sizes: [(Factor, String)] = [(.batch, "B"), (.length, "T"), (.hidden, "H"), (.layers, "L")]
        for (factor, symbol) in sizes {
            let values = Set(times.compactMap { Int($0.trial[factor]) }).sorted()
            guard values.count >= 3, let least = values.first, let most = values.last else { continue }
            func middle(_ size: Int) -> String {
                let own = times.filter { $0.trial[factor] == String(size) }.map(\.ratio)
                return Table.significant(geometricMean(own) ?? .nan, 3)
            }
            return
                "takes \(middle(least)) times the time at \(symbol) \(least) and \(middle(most)) times at \(symbol) \(most)"
        }
        return "takes \(AnsweredRows.times(times.map(\.ratio))) the time"
    }
}
