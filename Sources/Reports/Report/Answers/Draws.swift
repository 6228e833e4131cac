import Schedules
import Trials

extension AnsweredRows {
    /// Gradients that are right in the mean over draws, beside those that are not.
    var draws: MarkedText? {
        let network = network()
        let lines = network.map(\.trial.strategy).orderedSet.compactMap { strategy -> (Strategy, Double, Double?)? in
            let own = network.filter { $0.trial.strategy == strategy }
            return own.largest(.gradientRelativeError).map { (strategy, $0, own.largest(.gradientStandardError)) }
        }
        guard let drawn = lines.first(where: { ($0.2 ?? 0) > 0 }), let standardError = drawn.2,
            let fixed = lines.first(where: { $0.2 == nil && $0.1 > 0 })
        else { return nil }
        return
            "The mean gradient of `\(drawn.0)` is off full unrolling's by \(AnsweredRows.error(drawn.1)), which is "
            + "\(Table.significant(drawn.1 / standardError, 3)) times its standard error, and that of `\(fixed.0)` by "
            + "\(AnsweredRows.error(fixed.1)) (\(AnsweredRows.place(network[0])))."
    }
}
