import Schedules
import Trials

extension AnsweredRows {
    /// What a longer window costs and brings.
    var windows: MarkedText? {
        let network = network().filter { $0.window > 0 }
        let series = Dictionary(grouping: network, by: step).values.map { $0.sorted { $0.window < $1.window } }
            .filter { Set($0.map(\.window)).count >= 3 }.sorted {
                $0.count != $1.count ? $0.count > $1.count : step($0[0]) < step($1[0])
            }
        guard let first = series.first else { return nil }
        // A window that holds the sequence cuts nothing.
        let cut = first.filter { $0.window < $0.trial.length }
        guard let short = cut.first, let long = cut.last, let least = short[.peakBytes], let most = long[.peakBytes]
        else {
            return nil
        }
        var text: MarkedText =
            "From window \(short.window) to \(long.window) the peak grows from \(AnsweredRows.bytes(least)) to \(AnsweredRows.bytes(most))"
        if let wrong = short[.gradientRelativeError], let better = long[.gradientRelativeError] {
            text += " and the gradient's error falls from \(AnsweredRows.error(wrong)) to \(AnsweredRows.error(better))"
            if series.count > 1, let other = series.dropFirst().first(where: { $0[0][.gradientRelativeError] != nil }),
                let one = other.first, let two = other.last, let from = one[.gradientRelativeError],
                let to = two[.gradientRelativeError]
            {
                text +=
                    ", with stride \(one.trial[.stride]) from \(AnsweredRows.error(from)) to \(AnsweredRows.error(to))"
            }
        }
        if let enough { text += "; \(enough)" }
        let free: Set<Factor> = varied.contains(.recurrentWeights) ? [.recurrentWeights] : []
        return text
            + " (\(AnsweredRows.place(short, without: []))\(free.isEmpty ? "" : ", \(short.trial[.recurrentWeights])"))."
    }

    /// Windows of one series have the same stride, or one that is the window.
    private func step(_ row: Row) -> Int { row.trial[.stride] == row.trial[.window] ? 0 : Int(row.trial[.stride]) ?? 0 }

    /// From which window on the error is small, for each way in which the network forgets.
    private var enough: MarkedText? {
        guard varied.contains(.recurrentWeights) else { return nil }
        let found = rows.map { $0.trial[.recurrentWeights] }.orderedSet.compactMap { weights -> MarkedText? in
            let good = rows.filter { row in
                row.trial[.recurrentWeights] == weights && row.window > 0 && (row[.gradientRelativeError] ?? 1) < 0.01
            }
            return good.map(\.window).min().map { "\($0) with \(weights)" }
        }
        return found.isEmpty ? nil : "it is below 1 % from window \(AnsweredRows.list(found)) on"
    }
}
