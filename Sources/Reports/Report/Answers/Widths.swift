import Schedules
import Trials

extension AnsweredRows {
    /// How much there is to save at the narrowest and at the widest network.
    var widths: MarkedText? {
        guard strategies.count > 1 else { return nil }
        let full = network(over: [.hidden], of: rows.filter { $0.trial.strategy == .full })
        let attributions = Attribution.all(full).sorted { $0.trial.hidden < $1.trial.hidden }
        guard Set(attributions.map(\.trial.hidden)).count >= 3, let narrow = attributions.first,
            let wide = attributions.last
        else { return nil }
        func share(_ attribution: Attribution) -> String {
            AnsweredRows.percent(Double(attribution.growing) / Double(attribution.usage.total))
        }
        let outweighed = attributions.first { $0.usage[.weights] > $0.usage[.records] }
        var text: MarkedText =
            outweighed.map { "The weights outweigh the records from H \($0.trial.hidden) on" }
            ?? "Up to H \(wide.trial.hidden) the weights do not outweigh the records"
        text +=
            ": states and records are \(share(narrow)) of full unrolling's peak at H \(narrow.trial.hidden) and \(share(wide)) at H "
            + "\(wide.trial.hidden)"
        let saver = network(of: rows.filter { $0.trial.cell == wide.trial.cell })
            .filter { $0[.gradientExact] == 1 && $0.trial.strategy != .full }
            .min { ($0[.peakBytes] ?? .infinity) < ($1[.peakBytes] ?? .infinity) }
        if let saver, let peak = saver[.peakBytes] {
            text +=
                ", where `\(saver.trial.strategyAsChosen)` takes \(AnsweredRows.percent(peak / Double(wide.usage.total))) of it"
        }
        return text + " (\(AnsweredRows.place(full[0], without: [.hidden])))."
    }
}
