import Experiments
import Planning
import Quantities
import Reports
import Runner
import Schedules
import Shapes
import Trials

/// Prices of many networks, for telling how long a run will take: from rows measured here where there are enough of a network,
/// else from a few short training steps timed now. Not as good as ``Calibration``, and a hundred times as quick.
final class StepTimes {
    /// Where a network's prices come from.
    enum Source: Hashable {
        case rows(Int)
        case timed
        /// Of another network, by the operations of a step.
        case scaled
        /// Nothing could be timed.
        case assumed
    }

    /// What all networks together may take, the last one aside; the rest is told by those that were timed.
    private static let limit = Duration.seconds(4)
    /// What a network that is timed at all may take: it is to begin at once, and to make a few steps in a second.
    private static let largestPeak = Bytes(512 << 20)
    private static let longestWait = Duration.seconds(3)
    /// Of one step of it, and of all steps timed, in operations.
    private static let largestStep = 1e10
    private static let budget = 5e9
    /// A processor's operations a second, where nothing is known.
    static let assumedRate = 20e9

    private let program: TrialProgram?
    private let children = Children()
    private var timed: [Trial: Prices] = [:]
    private var failed: Set<Trial> = []
    private var spent = Duration.zero
    /// Nil before they are timed, and where nothing may be.
    private var known: Overheads?
    private var actionSeconds: Double?
    private var drawnByteSeconds: Double?
    private var freshByteSeconds: Double?
    private var processes: [Double] = []
    private var repetitions: [Double] = []

    /// - Parameter isOffline: nothing is to be timed.
    init(isOffline: Bool) { program = isOffline ? nil : TrialProgram.beside }

    var overheads: Overheads {
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
    static func network(_ trial: Trial) -> Trial {
        var network = trial
        (network.length, network.strategy, network.seed) = (1, .full, 1)
        (network.updates, network.updateInterval) = (min(1, trial.updates), .sequence)
        return network
    }

    /// Prices of the networks of these trials.
    ///
    /// - Parameters:
    ///   - trials: those that fit.
    ///   - rows: measured by this program on this machine.
    ///   - report: told what is timed now.
    func prices(
        of trials: [Trial], rows: [Row], memory: Bytes, report: (String) -> Void
    ) throws -> [Trial: (prices: Prices, source: Source)] {
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
        let watch = try InterruptionGuard(children)
        withExtendedLifetime(watch) {
            if let program, !networks.isEmpty {
                timeOverheads(program, report)
                if trials.contains(where: { $0.strategy.name == "randomized" }) { timeDraws(program, report) }
            }
            for (place, (network, value)) in order.enumerated() {
                if timed[network] == nil, let program, spent < StepTimes.limit, !failed.contains(network) {
                    report("timing network \(place + 1) of \(order.count)")
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
        }
        for (network, value) in order where found[network] == nil {
            found[network] = nearest(value.longest)
        }
        return found
    }

    /// Of networks with as many different trials as make prices worth fitting, and one.
    private func fitted(_ rows: [Row]) -> [Trial: (prices: Prices, source: Source)] {
        var groups: [Trial: [Trial: [Row]]] = [:]
        for row in rows where row.status == .ok && row[.wallSeconds] ?? 0 > 0 {
            // A training's row is of all its updates.
            guard row.trial.updates == 0, row.trial.strategy.isPlannable else { continue }
            groups[StepTimes.network(row.trial), default: [:]][row.trial, default: []].append(row)
        }
        return groups.compactMapValues { trials in
            let observations = trials.values.compactMap { Observation($0) }
            guard Set(observations.map(\.workload)).count > Accuracy.fewestOthers,
                let prices = Prices(fitting: observations)
            else { return nil }
            return (prices, .rows(trials.values.reduce(0) { $0 + $1.count }))
        }
    }

    /// By the operations of a step, from the network timed that is nearest in them; at the assumed rate where there is none.
    private func nearest(_ trial: Trial) -> (prices: Prices, source: Source) {
        let operations = StepTimes.operations(trial)
        let other = timed.keys.min {
            abs(StepTimes.operations($0) / operations).magnitudeOfRatio
                < abs(StepTimes.operations($1) / operations).magnitudeOfRatio
        }
        if let other, let prices = timed[other] {
            return (prices.scaled(by: operations / StepTimes.operations(other)), .scaled)
        }
        let shape = trial.shape
        var prices = Prices()
        prices.record = Double(shape.forwardFlops) / StepTimes.assumedRate
        prices.forward = prices.record
        prices.backward = Double(shape.backwardFlops + shape.headFlops) / StepTimes.assumedRate
        return (prices, .assumed)
    }

    /// Of one step, forward and backward.
    private static func operations(_ trial: Trial) -> Double {
        let shape = trial.shape
        return Double(shape.forwardFlops) + Double(shape.backwardFlops) + Double(shape.headFlops)
    }

    // MARK: Timing

    /// A step of full unrolling and one of many short runs; nil where they do not fit or do not end well.
    private func time(_ longest: Trial, _ program: TrialProgram, _ memory: Bytes) -> Prices? {
        let operations = StepTimes.operations(longest)
        guard operations <= StepTimes.largestStep else { return nil }
        // A step of CTC goes over all labels of the sequence: over a shorter one it takes less.
        let usual = longest.task.criterion == .ctc ? 2048 : 256
        let most = max(4, min(usual, Int(StepTimes.budget / max(1, operations))))
        var trial = longest
        (trial.seed, trial.updateInterval) = (1, .sequence)
        trial.updates = min(2, trial.updates)
        func observation(_ strategy: Strategy, _ length: Int) -> Observation? {
            (trial.strategy, trial.length) = (strategy, max(trial.task.leastLength, min(length, longest.length)))
            guard let peak = trial.predictedPeak, peak <= min(memory, StepTimes.largestPeak) else { return nil }
            guard let timing = measure(trial, program) else { return nil }
            let updates = Double(max(1, trial.updates))
            return Observation(
                workload: trial.demand.work, forward: timing.forward / updates, backward: timing.backward / updates)
        }
        guard let full = observation(.full, most), let runs = observation(.binomial(slots: 2), min(16, most)) else {
            return nil
        }
        return Prices(full: full, runs: runs)
    }

    private struct Timing {
        var forward, backward: Double
        /// A repetition as this process sees it.
        var repetition: Double
        /// Until it was ready.
        var preparation: Double
    }

    /// The mean of two repetitions; nil where the trial does not end well.
    private func measure(_ trial: Trial, _ program: TrialProgram) -> Timing? {
        let limit = StepTimes.longestWait
        let start = ContinuousClock.now
        do {
            let process = try program.measure(trial, warmup: 0, reference: Bytes(0), children: children)
            try process.waitUntilReady(within: limit)
            let ready = ContinuousClock.now
            var sum = (wall: 0.0, backward: 0.0)
            let count = 2.0
            var outside = 0.0
            for _ in 0..<Int(count) {
                let begin = ContinuousClock.now
                let row = try process.repeatOnce(within: limit)
                guard let wall = row[.wallSeconds]?.number, let backward = row[.backwardSeconds]?.number else {
                    return nil
                }
                let seconds = (ContinuousClock.now - begin).inSeconds
                if trial.updates == 0, trial.strategy.isPlannable { repetitions.append(max(0, seconds - wall)) }
                outside += seconds
                sum = (sum.wall + wall, sum.backward + backward)
            }
            let end = ContinuousClock.now
            try process.finish()
            let (wall, backward) = (sum.wall / count, sum.backward / count)
            let preparation = (ready - start).inSeconds
            // The first pass and the audited one.
            let own = preparation - 2 * wall / Double(max(1, trial.updates))
            if trial.strategy == .full { processes.append(max(0, own + (ContinuousClock.now - end).inSeconds)) }
            return Timing(
                forward: wall - backward, backward: backward, repetition: outside / count, preparation: preparation)
        } catch {
            return nil
        }
    }

    /// The start of a run, and an action of the audited pass: of a small network in windows of one step.
    private func timeOverheads(_ program: TrialProgram, _ report: (String) -> Void) {
        guard known == nil else { return }
        known = .assumed
        report("timing a start")
        let start = ContinuousClock.now
        guard (try? program.probe(children: children, within: .seconds(10))) != nil else { return }
        known?.run = (ContinuousClock.now - start).inSeconds
        guard
            let many = try? Trial(
                cell: .elman, input: 1, hidden: 16, batch: 1, length: 2048, strategy: .truncated(window: 1, stride: 1)),
            var few = Optional(many)
        else { return }
        few.strategy = .full
        guard let less = measure(few, program), let more = measure(many, program) else { return }
        let passes = 2 * (more.forward + more.backward - less.forward - less.backward)
        let actions = Double(many.demand.work.actions - few.demand.work.actions)
        actionSeconds = max(0, more.preparation - less.preparation - passes) / actions
        // Many records of little work: what their first pass and the audited one take beyond others is new memory.
        guard
            let large = try? Trial(cell: .elman, input: 1, hidden: 16, batch: 1024, length: 512),
            let filling = measure(large, program)
        else { return }
        let beyond =
            filling.preparation - less.preparation
            - 2 * (filling.forward + filling.backward - less.forward - less.backward)
        freshByteSeconds = max(0, beyond) / Double(2 * (large.demand.peakBytes - few.demand.peakBytes))
    }
}

extension StepTimes {
    /// What the mean of a random schedule's draws costs, of a small network.
    private func timeDraws(_ program: TrialProgram, _ report: (String) -> Void) {
        guard drawnByteSeconds == nil else { return }
        report("timing draws")
        let draws = 1000
        guard
            let trial = try? Trial(
                cell: .elman, input: 4, hidden: 8, batch: 2, length: 24,
                strategy: .randomized(window: 4, draws: draws)),
            let timing = measure(trial, program)
        else { return }
        let pass = timing.forward + timing.backward
        let bytes = Double(trial.footprint.constant[.gradients])
        drawnByteSeconds = max(0, timing.repetition / Double(draws) - pass) / bytes
    }
}

extension Double {
    /// How far a ratio is from 1, whichever is the larger.
    fileprivate var magnitudeOfRatio: Double { Swift.max(self, 1 / self) }
}
