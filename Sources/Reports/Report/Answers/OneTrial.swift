import Quantities
import Schedules
import Trials

extension AnsweredRows {
    /// One trial: what it takes, beside what full unrolling would, or by what it is made of.
    var oneTrial: MarkedText? {
        let network = network()
        guard let row = network.first, let peak = network.largest(.peakBytes) else { return nil }
        let trial = row.trial
        let pace = Sample(.wallSeconds, of: network).median.map {
            Table.duration($0 / Double(trial.length * max(1, trial.updates)))
        }
        let time = pace.map { " at \($0) a step" } ?? ""
        guard trial.strategy == .full else {
            var full = trial
            full.strategy = .full
            let whole = full.demand.peakBytes
            let steps =
                row[.forwardSteps].map {
                    " with \(Table.significant($0 / Double(trial.length), 3)) forward steps per step"
                } ?? ""
            return
                "`\(trial.strategyAsChosen)` trains over \(AnsweredRows.thousands(trial.length)) steps in \(AnsweredRows.bytes(peak)), \(AnsweredRows.percent(peak / Double(whole))) of "
                + "the \(Bytes(whole)) that full unrolling is predicted to take,\(time)\(steps) (\(AnsweredRows.place(row)))."
        }
        let growing = Attribution(row).map { Double($0.growing) } ?? row.statesAndRecordsBytes ?? 0
        let parts = [("forward", Figure.forwardSeconds), ("backward", .backwardSeconds)].compactMap { name, figure in
            Sample(figure, of: network).median.flatMap { part in
                Sample(.wallSeconds, of: network).median.map { "\(AnsweredRows.percent(part / $0)) \(name)" }
            }
        }
        return
            "`full` trains over \(AnsweredRows.thousands(trial.length)) steps in \(AnsweredRows.bytes(peak)), \(AnsweredRows.percent(growing / peak)) of them records that grow "
            + "with each step,\(time)\(parts.isEmpty ? "" : ", \(parts.joined(separator: " and "))") (\(AnsweredRows.place(row)))."
    }
}
