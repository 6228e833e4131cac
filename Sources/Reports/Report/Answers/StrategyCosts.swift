import Quantities
import Schedules
import Trials

extension AnsweredRows {
    /// What strategies take beside full unrolling in one network.
    var strategyCosts: MarkedText? {
        let network = network()
        guard let costs = costs(of: network) else { return nil }
        return costs + " (\(AnsweredRows.place(network[0])))."
    }

    /// Peak and time of each strategy that gives full unrolling's gradient, or of the smallest and the fastest where there are many;
    /// and of the first that gives another, its error.
    ///
    /// - Parameter isShort: those that give full unrolling's gradient alone.
    func costs(of network: [Row], isShort: Bool = false) -> MarkedText? {
        guard let comparison = try? Comparison(network) else { return nil }
        let lines = comparison.lines.filter {
            $0.trial.strategy != .full && $0.peakRatio != nil && $0.gradientRelativeError != nil
        }
        var exact = lines.filter { $0.gradientRelativeError == 0 }
        let inexact = isShort ? [] : lines.filter { $0.gradientRelativeError != 0 }
        let count = exact.count
        let most = isShort ? 2 : 3
        if count > most {
            let smallest = exact.min { $0.peakRatio! < $1.peakRatio! }
            let fastest = exact.min { ($0.timeRatios.median ?? .infinity) < ($1.timeRatios.median ?? .infinity) }
            exact = [smallest, fastest].compactMap(\.self).orderedSet
        }
        var clauses: [MarkedText] = exact.enumerated().map { index, line in
            let which = count > most ? (index == 0 ? ", the smallest of \(count)," : ", the fastest,") : ""
            return
                "`\(line.trial.strategyAsChosen)`\(which) \(index == 0 ? "gives full unrolling's gradient " : "")in \(cost(line))"
        }
        if let first = inexact.first, let error = first.gradientRelativeError {
            let what = clauses.isEmpty ? "a gradient" : "one"
            clauses.append(
                "`\(first.trial.strategyAsChosen)` gives \(what) that is off by \(AnsweredRows.error(error)), in \(cost(first))"
            )
        }
        return clauses.isEmpty ? nil : clauses.joined(separator: "; ")
    }

    private func cost(_ line: Comparison.Line) -> MarkedText {
        let isExact = line.gradientRelativeError == 0
        var peak = "\(AnsweredRows.percent(line.peakRatio!)) of \(isExact ? "its" : "full unrolling's") peak"
        // Where weights and gradients are most of what is left, what the strategy can save has its own share.
        if let own = line.statesAndRecordsBytes, let all = rows.records(of: line.trial), all > 0,
            own / all < line.peakRatio! / 2
        {
            peak += " (\(AnsweredRows.percent(own / all)) of its states and records)"
        }
        if isTimed, let time = line.timeRatios.median { return "\(peak) at \(AnsweredRows.times([time])) the time" }
        return line.forwardStepsPerStep.map { "\(peak) with \(Table.significant($0, 3)) forward steps per step" }
            ?? "\(peak)"
    }

    /// Strategies without full unrolling beside them: the smallest and the fastest.
    var parameters: MarkedText? {
        let network = network()
        guard let comparison = try? Comparison(network), comparison.lines.count > 1 else { return nil }
        let lines = comparison.lines.filter { $0.peakBytes != nil && $0.wallSeconds != nil }
        guard let smallest = lines.min(by: { $0.peakBytes! < $1.peakBytes! }),
            let fastest = lines.min(by: { $0.wallSeconds! < $1.wallSeconds! })
        else { return nil }
        func words(_ line: Comparison.Line) -> MarkedText {
            "`\(line.trial.strategyAsChosen)`: \(AnsweredRows.bytes(line.peakBytes!)) and \(Table.duration(line.wallSeconds!))"
        }
        return smallest == fastest
            ? "The smallest of \(lines.count) and the fastest is \(words(smallest)) (\(AnsweredRows.place(network[0])))."
            : "The smallest of \(lines.count) is \(words(smallest)); the fastest \(words(fastest)) (\(AnsweredRows.place(network[0])))."
    }
}

extension [Row] {
    /// Bytes of states and records of full unrolling of the same network.
    fileprivate func records(of trial: Trial) -> Double? {
        filter { $0.trial.strategy == .full && $0.trial.ignoring([.strategy]) == trial.ignoring([.strategy]) }
            .compactMap(\.statesAndRecordsBytes).max()
    }
}
