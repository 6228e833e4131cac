import Schedules
import Trials

extension AnsweredRows {
    /// How much of its sequences CTC learns from in longer and longer windows.
    var coverage: MarkedText? {
        let network = network(
            of: rows.filter { ($0[.sequenceFrames] ?? 0) > 0 && $0[.trFrames] != nil && $0.trial.updates == 0 }
        )
        .filter { !$0.trial[.window].isEmpty }.sorted { $0.window < $1.window }
        guard let short = network.first, let long = network.last, Set(network.map(\.window)).count >= 3 else {
            return nil
        }
        func share(_ row: Row, _ figure: Figure) -> Double { (row[figure] ?? 0) / (row[.sequenceFrames] ?? 1) }
        var text: MarkedText =
            "From window \(short.window) to \(long.window) the share of frames that CTC-TR learns from grows from "
            + "\(AnsweredRows.percent(share(short, .trFrames))) to \(AnsweredRows.percent(share(long, .trFrames)))"
        if network.contains(where: { ($0[.emFrames] ?? 0) > 0 }) {
            let all = network.map { share($0, .trFrames) + share($0, .emFrames) }
            text += ", and that of CTC-TR and CTC-EM together is \(AnsweredRows.range(all, AnsweredRows.percent))"
        }
        if let wrong = short[.gradientRelativeError], let better = long[.gradientRelativeError], wrong > 0 {
            text += "; the gradient's error falls from \(AnsweredRows.error(wrong)) to \(AnsweredRows.error(better))"
        }
        return text + " (\(AnsweredRows.place(short)))."
    }

    /// Tasks beside each other, where they have sequences.
    var tasks: MarkedText? {
        guard varied.contains(.task), strategies.count == 1, rows.allSatisfy({ ($0[.sequenceFrames] ?? 0) > 0 }) else {
            return nil
        }
        let network = network(over: [.task])
        let lines = network.map(\.trial.task).orderedSet.compactMap { task -> (TrainingTask, Double, Double, Double)? in
            let own = network.filter { $0.trial.task == task }
            guard let frames = own.largest(.sequenceFrames), let seconds = Sample(.wallSeconds, of: own).median,
                let peak = own.largest(.peakBytes), seconds > 0
            else { return nil }
            let steps = Double(own[0].trial.batch * own[0].trial.length)
            return (task, frames / seconds, peak, frames / steps)
        }
        guard lines.count >= 2, let slow = lines.min(by: { $0.1 < $1.1 }), let fast = lines.max(by: { $0.1 < $1.1 })
        else {
            return nil
        }
        return
            "With `\(slow.0)` sequences fill \(AnsweredRows.percent(slow.3)) of the steps, and \(AnsweredRows.thousands(slow.1)) frames a "
            + "second are trained on in \(AnsweredRows.bytes(slow.2)); with `\(fast.0)` \(AnsweredRows.percent(fast.3)), and "
            + "\(AnsweredRows.thousands(fast.1)) in \(AnsweredRows.bytes(fast.2)), \(Table.significant(fast.1 / slow.1, 3)) times as many "
            + "(\(AnsweredRows.place(network[0])))."
    }
}

extension Row {
    /// Steps of a truncation's window; 0 where there is none.
    var window: Int { Int(trial[.window]) ?? 0 }
}
