import Experiments
import Machine
package import Planning
import Quantities
import Schedules
import Shapes
package import Trials

/// Prices of a network on this machine: measured once, in some seconds, and kept until the measuring program, the machine or the
/// network is another.
package struct Calibration {
    private let trial: Trial
    private let program: TrialProgram
    private let disk: String?
    private let cache: PriceCache

    /// - Parameter disk: where states may go; nil for nowhere.
    /// - Throws: ``RunError/unreadable(program:)``.
    package init(of trial: Trial, disk: String?, program: TrialProgram) throws(RunError) {
        guard let fingerprint = Fingerprint.ofFile(program.executable) else {
            throw .unreadable(program: program.executable)
        }
        // Prices are of a training step; the optimiser is not in them.
        var step = trial
        (step.updates, step.optimizer) = (0, .sgd)
        // Packing a saved state is little next to the steps that are run again from it.
        step.states = Trial.usual.states
        let words = step.words.filter { word in
            !["length=", "strategy=", "seed="].contains { word.hasPrefix($0) }
        }
        cache = PriceCache(
            of: "program=\(fingerprint) machine=\(Environment.thisMachine) disk=\(disk ?? "") "
                + words.joined(separator: " "))
        self.trial = step
        self.program = program
        self.disk = disk
    }

    /// The prices that are kept; nil where there are none.
    package var kept: CostModel? { cache.read() }

    /// Measures the prices and keeps them.
    ///
    /// - Returns: nil, and an event says so, where the network has no room on this machine: it may be planned for another one.
    /// - Throws: ``RunError/noTimes``, ``TrialFailure``, ``SpawnError``.
    package func measure(children: Children, report: (Event) -> Void) throws -> CostModel? {
        guard let prices = try prices(children, report) else { return nil }
        if let reason = cache.write(prices) { report(.pricesNotKept(reason)) }
        return prices
    }

    /// What a training step of the longer trials is to take, and how often each is run.
    private static let target = 0.08
    private static let rounds = 5

    /// Trials round by round, so that drift of the machine hits all alike.
    private func prices(_ children: Children, _ report: (Event) -> Void) throws -> CostModel? {
        // A task's sequences may be no shorter.
        let least = trial.task.leastLength
        let probe = max(16, least)
        guard hasRoom([(.full, probe)], report) else { return nil }
        report(.workers(Workers(asked: trial.threads)))
        defer { report(.calibrated) }
        let first = try process(.full, length: probe, children)
        let step = try first.process.repeatOnce(within: nil)[.wallSeconds]!.number / Double(probe)
        try first.process.finish()
        let length = max(min(max(Int(Calibration.target / step), 24), 2048), 2 * least)
        var strategies: [(Strategy, Int)] =
            [
                (.full, length / 2), (.full, 2 * length), (.segmented(length: max(2, length / 8)), length),
                (.segmented(length: 3), length), (.binomial(slots: 3), length),
                (.binomial(slots: length / 3), length),
                (.internal(slots: 3), length), (.internal(slots: length / 3), length),
            ]
            + [(.reversible, length)]
            + (disk == nil
                ? []
                : [(.multistage(memory: 1, disk: 3), length), (.multistage(memory: 2, disk: length), length)])
        strategies.removeAll { trial.shape.refusal(of: $0.0) != nil }
        guard hasRoom(strategies, report) else { return nil }
        var measured: [(trial: Trial, process: TrialProcess)] = []
        for (index, (strategy, length)) in strategies.enumerated() {
            report(.preparing(index: index + 1, of: strategies.count))
            measured.append(try process(strategy, length: length, children))
        }
        var rows = measured.map { _ in [Row]() }
        for round in 1...Calibration.rounds {
            report(.round(round, of: Calibration.rounds))
            for (index, (trial, process)) in measured.enumerated() {
                rows[index].append(
                    Row(
                        experiment: "calibration", trial: trial, repetition: round, status: .ok,
                        measurement: try process.repeatOnce(within: nil)))
            }
        }
        for (_, process) in measured { try process.finish() }
        guard let prices = CostModel(fitting: rows.compactMap(Observation.init)) else { throw RunError.noTimes }
        return prices
    }

    private func trial(_ strategy: Strategy, length: Int) -> Trial {
        var trial = trial.withoutFiles
        (trial.strategy, trial.length) = (strategy, length)
        return trial
    }

    /// Whether the processes of these trials, which are there together, are predicted to find memory; says so where they are not.
    private func hasRoom(_ trials: [(Strategy, Int)], _ report: (Event) -> Void) -> Bool {
        let bytes = trials.map { trial($0, length: $1).demand.peakBytes }.reduce(0, saturatingSum)
        guard bytes > Host.memoryBytes else { return true }
        report(.noRoom(needed: Bytes(bytes), there: Bytes(Host.memoryBytes)))
        return false
    }

    private func process(
        _ strategy: Strategy, length: Int, _ children: Children
    ) throws -> (trial: Trial, process: TrialProcess) {
        let trial = trial(strategy, length: length)
        let process = try program.measure(trial, warmup: 0, disk: disk, children: children)
        try process.waitUntilReady(within: nil)
        return (trial, process)
    }
}
