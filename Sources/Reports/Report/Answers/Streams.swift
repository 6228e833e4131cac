import Quantities
import Schedules
import Trials

extension AnsweredRows {
    /// What more streams with shorter windows change where streams are trained on by CTC.
    var onlineStreams: MarkedText? {
        let trained = rows.filter {
            $0[.heldOutQuality] != nil && $0.trial.task.usesExpectation != nil && !$0.trial[.window].isEmpty
        }
        guard let ends = ends(trained) else { return nil }
        let speed = ends.values { row in
            guard let frames = row[.sequenceFrames], let seconds = row[.wallSeconds], seconds > 0 else { return nil }
            return frames / seconds
        }
        guard let speed, let peak = ends.values({ $0[.peakBytes] }) else { return nil }
        var text: MarkedText =
            "From \(ends.words) the peak goes from \(AnsweredRows.bytes(peak.first)) to \(AnsweredRows.bytes(peak.last)), and frames a "
            + "second from \(AnsweredRows.thousands(speed.first)) to \(AnsweredRows.thousands(speed.last))"
        let rates = [(true, "with CTC-EM"), (false, "by CTC-TR alone")].compactMap { isExpected, words -> MarkedText? in
            let own = self.ends(trained.filter { $0.trial.task.usesExpectation == isExpected })
            guard let rate = own?.values({ $0[.heldOutQuality] }) else { return nil }
            return "from \(AnsweredRows.percent(rate.first)) to \(AnsweredRows.percent(rate.last)) \(words)"
        }
        if !rates.isEmpty { text += "; the label error rate of held-out sequences goes \(AnsweredRows.list(rates))" }
        return text + " (\(AnsweredRows.place(trained[0], without: [.batch, .length])))."
    }

    /// What more streams with shorter windows change at the same product of both.
    var streams: MarkedText? {
        let cut = network(over: [.batch]).filter { !$0.trial[.window].isEmpty }
        let products = Dictionary(grouping: cut) { $0.trial.batch * (Int($0.trial[.window]) ?? 0) }
        let most = products.max {
            ($0.value.map(\.trial).orderedSet.count, $0.key) < ($1.value.map(\.trial).orderedSet.count, $1.key)
        }
        guard let own = most?.value, let ends = ends(own), Set(own.map(\.trial.batch)).count >= 3,
            let peak = ends.values({ $0[.peakBytes] }),
            let pace = ends.values({ row in
                row[.wallSeconds].map { Double(row.trial.batch * row.trial.length) / $0 }
            })
        else { return nil }
        let peaks = own.compactMap { $0[.peakBytes] }
        let errors = ends.values { $0[.gradientRelativeError] }
        return
            "From \(ends.words) the peak stays at \(AnsweredRows.range(peaks, AnsweredRows.bytes)), "
            + "\(AnsweredRows.percent((peak.last - peak.first).magnitude / peak.first)) apart at the ends, and "
            + "\(Table.significant(pace.last / pace.first, 3)) times as many steps are trained in a second"
            + (errors.map {
                ", while the gradient's error goes from \(AnsweredRows.error($0.first)) to \(AnsweredRows.error($0.last))"
            }
                ?? "") + " (\(AnsweredRows.place(own[0], without: [.batch])))."
    }

    /// Rows of the fewest and of the most streams.
    private struct Ends {
        let first: [Row]
        let last: [Row]

        /// `1 stream in windows of 2048 steps to 32 streams in windows of 64`
        var words: String {
            "\(counted(first[0].trial.batch, "stream")) in windows of \(first[0].trial[.window]) steps to "
                + "\(counted(last[0].trial.batch, "stream")) in windows of \(last[0].trial[.window])"
        }

        func values(_ value: (Row) -> Double?) -> (first: Double, last: Double)? {
            func mean(_ rows: [Row]) -> Double? {
                let values = rows.compactMap(value)
                return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
            }
            guard let first = mean(first), let last = mean(last) else { return nil }
            return (first, last)
        }
    }

    private func ends(_ rows: [Row]) -> Ends? {
        guard let least = rows.map(\.trial.batch).min(), let most = rows.map(\.trial.batch).max(), least < most else {
            return nil
        }
        return Ends(
            first: rows.filter { $0.trial.batch == least }, last: rows.filter { $0.trial.batch == most })
    }
}
