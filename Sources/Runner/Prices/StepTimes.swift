import Experiments
package import Planning
package import Quantities
import Schedules
import Shapes
package import Trials

/// Prices of many networks, for telling how long a run will take: from rows measured here where there are enough of a network,
/// else from a few short training steps timed now. Not as good as ``Calibration``, and a hundred times as quick.
package final class StepTimes {
    /// Where a network's prices come from.
    package enum Source: Hashable, Sendable {
        case rows(Int)
        case timed
        /// Of another network, by the operations of a step.
        case scaled
        /// Nothing could be timed.
        case assumed
    }

    /// What is timed, for those who wait for it.
    package enum Subject: Hashable, Sendable {
        /// The start of a run and of a process.
        case start
        /// The mean of a random schedule's draws.
        case draws
        /// A network, counted from 1.
        case network(index: Int, of: Int)
        /// A trial whose parameters change within its passes, counted from 1.
        case changes(index: Int, of: Int)
    }

    /// What all networks together may take, the last one aside; the rest is estimated from those that were timed.
    private static let limit = Duration.seconds(4)
    /// What a network that is timed at all may take: it is to begin at once, and to make a few steps in a second.
    static let largestPeak = Bytes(512 << 20)
    static let longestWait = Duration.seconds(3)
    /// Of one step of it, and of all steps timed, in operations.
    static let largestStep = 1e10
    static let budget = 5e9
    /// A processor's operations a second, where nothing is known.
    package static let assumedRate = 20e9

    private let program: TrialProgram?
    let children: Children
    private var timed: [Trial: CostModel] = [:]
    /// Seconds of a step of trials whose parameters change within their passes, by ``same(_:)``.
    private var steps: [Trial: Double] = [:]
    private var failed: Set<Trial> = []
    private var spent = Duration.zero
    /// Nil before they are timed, and where nothing may be.
    var known: Overheads?
    var actionSeconds: Double?
    var drawnByteSeconds: Double?
    var freshByteSeconds: Double?
    var processes: [Double] = []
    var repetitions: [Double] = []

    /// - Parameters:
    ///   - program: nil where nothing is to be timed.
    ///   - children: the processes that are timed.
    package init(program: TrialProgram?, children: Children = Children()) {
        self.program = program
        self.children = children
    }

    package var overheads: Overheads {
        var overheads = known ?? .assumed
        if let process = StepTimes.mean(processes) { overheads.process = process }
        if let repetition = StepTimes.mean(repetitions) { overheads.repetition = repetition }
        if let actionSeconds { overheads.action = actionSeconds }
        if let drawnByteSeconds { overheads.drawnByte = drawnByteSeconds }
        if let freshByteSeconds { overheads.freshByte = freshByteSeconds }
        return overheads
    }

    /// A run takes the sum, and what else the machine does meanwhile is in it: medians and the quickest leave that out.
    private static func mean(_ seconds: [Double]) -> Double? {
        seconds.isEmpty ? nil : seconds.reduce(0, +) / Double(seconds.count)
    }

    /// The network of a trial: what prices are of.
    package static func network(_ trial: Trial) -> Trial {
        var network = trial
        (network.length, network.strategy, network.seed) = (1, .full, 1)
        (network.updates, network.updateInterval) = (min(1, trial.updates), .sequence)
        return network
    }

    /// Seconds of a step of a trial whose parameters change within its passes, where it was timed.
    package func step(of trial: Trial) -> Double? { trial.changesAtStrides ? steps[StepTimes.same(trial)] : nil }

    /// Trials whose steps take the same, other trainings of the same network by the same strategy.
    private static func same(_ trial: Trial) -> Trial {
        var same = trial
        (same.seed, same.updates) = (1, min(2, trial.updates))
        return same
    }

    /// Prices of the networks of these trials.
    ///
    /// - Parameters:
    ///   - trials: those that fit.
    ///   - rows: measured by this program on this machine.
    ///   - memory: what a trial may take.
    package func prices(
        of trials: [Trial], rows: [Row], memory: Bytes, report: (Event) -> Void
    ) -> [Trial: (prices: CostModel, source: Source)] {
        var networks: [Trial: (work: Double, longest: Trial)] = [:]
        for trial in trials {
            let network = StepTimes.network(trial)
            let work = (networks[network]?.work ?? 0) + Double(trial.work)
            let longest = networks[network].map { $0.longest.length >= trial.length ? $0.longest : trial } ?? trial
            networks[network] = (work, longest)
        }
        var found = fitted(rows).filter { networks[$0.key] != nil }
        // Those that take longest first: what is left when time is up weighs least.
        let order = networks.filter { found[$0.key] == nil }.sorted {
            ($0.value.work, $0.value.longest.identifier) > ($1.value.work, $1.value.longest.identifier)
        }
        if let program, !networks.isEmpty {
            timeOverheads(program, report)
            if trials.contains(where: { $0.draws != nil }) { timeDraws(program, report) }
        }
        for (index, (network, value)) in order.enumerated() {
            if timed[network] == nil, let program, spent < StepTimes.limit, !failed.contains(network) {
                report(.timing(.network(index: index + 1, of: order.count)))
                let start = ContinuousClock.now
                if let prices = time(value.longest, program, memory) {
                    timed[network] = prices
                } else {
                    failed.insert(network)
                }
                spent += .now - start
            }
            if let prices = timed[network] { found[network] = (prices, .timed) }
        }
        for (network, value) in order where found[network] == nil {
            found[network] = nearest(value.longest)
        }
        if let program { timeSteps(of: trials, program, memory, report) }
        return found
    }

    /// Times trials whose parameters change within their passes, as many as the limit of all networks allows again.
    private func timeSteps(of trials: [Trial], _ program: TrialProgram, _ memory: Bytes, _ report: (Event) -> Void) {
        let due = Set(trials.filter(\.changesAtStrides).map(StepTimes.same)).filter { steps[$0] == nil }
        let start = ContinuousClock.now
        for (index, trial) in due.sorted(by: { $0.identifier < $1.identifier }).enumerated()
        where .now - start < StepTimes.limit {
            report(.timing(.changes(index: index + 1, of: due.count)))
            steps[trial] = timeStep(trial, program, memory)
        }
    }

    /// Of networks with as many different trials as make prices worth fitting, and one.
    private func fitted(_ rows: [Row]) -> [Trial: (prices: CostModel, source: Source)] {
        var groups: [Trial: [Trial: [Row]]] = [:]
        for row in rows where row.status == .ok && row[.wallSeconds] ?? 0 > 0 {
            // A training's row is of all its updates.
            guard row.trial.updates == 0, row.trial.strategy.isPlannable else { continue }
            groups[StepTimes.network(row.trial), default: [:]][row.trial, default: []].append(row)
        }
        return groups.compactMapValues { trials in
            let observations = trials.values.compactMap { Observation($0) }
            guard Set(observations.map(\.workload)).count > Accuracy.fewestOthers,
                let prices = CostModel(fitting: observations)
            else { return nil }
            return (prices, .rows(trials.values.reduce(0) { $0 + $1.count }))
        }
    }

    /// By the operations of a step, from the network timed that is nearest in them; at the assumed rate where there is none.
    private func nearest(_ trial: Trial) -> (prices: CostModel, source: Source) {
        let operations = trial.operationsOfAStep
        let other = timed.keys.min {
            abs($0.operationsOfAStep / operations).magnitudeOfRatio
                < abs($1.operationsOfAStep / operations).magnitudeOfRatio
        }
        if let other, let prices = timed[other] {
            return (prices.scaled(by: operations / other.operationsOfAStep), .scaled)
        }
        let shape = trial.shape
        var prices = CostModel()
        prices.record = Double(shape.forwardFlops) / StepTimes.assumedRate
        prices.forward = prices.record
        prices.backward = Double(shape.backwardFlops + shape.headFlops) / StepTimes.assumedRate
        return (prices, .assumed)
    }

}

extension Double {
    /// How far a ratio is from 1, whichever is the larger.
    fileprivate var magnitudeOfRatio: Double { Swift.max(self, 1 / self) }
}
