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
        guard let prices = try fresh(children: children, report: report) else { return nil }
        if let reason = cache.write(prices) { report(.pricesNotKept(reason)) }
        return prices
    }

    /// What a training step of the longer trials is to take; the sequence that fills the caches may take eight times as long.
    private static let target = 0.04
    private static let steps = 24...2048
    /// Bytes of records that are far beyond what a core finds in its caches.
    private static let manyRecords = 32 << 20
    /// Trials that prices are not fitted to, which say how far they are off: see ``Planning/CostModel/errorFactor``.
    private static let heldOut = 14
    private static let heldOutSeed = 20_260_101

    /// The prices, measured now whether some are kept or not, and not kept.
    ///
    /// - Returns: nil, and an event says so, where the network has no room on this machine.
    /// - Throws: as ``measure(children:report:)``.
    package func fresh(children: Children, report: (Event) -> Void) throws -> CostModel? {
        // A task's sequences may be no shorter.
        let least = trial.task.leastLength
        let short = max(16, least)
        guard hasRoom([trial(.full, length: short)], report) else { return nil }
        report(.workers(Workers(asked: trial.threads)))
        defer { report(.calibrated) }
        return try withoutActuallyEscaping(report) { report in
            let trials = InterleavedTrials(program: program, disk: disk, children: children, report: report)
            let first = try trials.process(of: trial(.full, length: short))
            let step = try first.repeatOnce(within: nil)[.wallSeconds]!.number / Double(short)
            try first.finish()
            let length = max(
                min(max(Int(Calibration.target / step), Calibration.steps.lowerBound), Calibration.steps.upperBound),
                2 * least)
            let fitted = fitted(short: short, length: length)
            let unseen = UnseenTrials.trials(
                of: trial, count: Calibration.heldOut, seed: Calibration.heldOutSeed,
                operations: Double(2 * length) * trial.operationsOfAStep)
            guard hasRoom(fitted + unseen, report) else { return nil }
            let observations = try trials.rows(of: fitted + unseen).map { Observation($0) }
            guard let prices = CostModel(fitting: observations.prefix(fitted.count).compactMap(\.self)) else {
                throw RunError.noTimes
            }
            return prices.holding(against: observations.dropFirst(fitted.count).compactMap(\.self))
        }
    }

    /// Trials of which each has much of a part of the time that the others have little of: steps alone, in and out of the caches; runs
    /// that begin often, with a state saved, with a record kept, with neither; windows that are cut off, and that overlap; and short
    /// sequences, for what a training step takes however short it is.
    private func fitted(short: Int, length: Int) -> [Trial] {
        let some = max(short, min(64, length / 4))
        let recordBytes = max(1, trial.footprint.lanes * trial.footprint.record)
        let many = min(8 * length, Calibration.manyRecords / recordBytes)
        var strategies: [(Strategy, Int)] = [
            (.full, short), (.full, max(short, length / 4)), (.full, 2 * length),
            (.segmented(length: 3), length), (.segmented(length: max(2, length / 8)), length),
            (.bisection, length), (.binomial(slots: 9), length), (.binomial(slots: 1), some),
            (.internal(slots: 1), some), (.internal(slots: 9), length), (.internal(slots: max(1, length / 3)), length),
        ]
        let footprint = trial(.full, length: length).footprint
        let quarter = footprint.lanes * (footprint.state + max(1, length / 4) * footprint.record)
        strategies.append((.mixed(memory: Bytes(quarter)), length))
        if many > 2 * length { strategies.append((.full, many)) }
        if !trial.bidirectional {
            strategies += [
                (.truncated(window: 1, stride: 1), length),
                (.truncated(window: min(16, length), stride: min(4, length)), max(short, length / 2)),
            ]
        }
        if trial.shape.refusal(of: .reversible) == nil { strategies.append((.reversible, length)) }
        if disk != nil {
            strategies += [
                (.multistage(memory: 1, disk: 3), length), (.multistage(memory: 2, disk: length), length),
            ]
        }
        // Records in fewer bits are none to start again from.
        return strategies.filter { trial.shape.refusal(of: $0.0) == nil }.map { trial($0, length: $1) }.filter {
            $0.strategy.infeasibility(length: $0.length, footprint: $0.footprint) == nil
        }
    }

    private func trial(_ strategy: Strategy, length: Int) -> Trial {
        var trial = trial.withoutFiles
        (trial.strategy, trial.length) = (strategy, length)
        return trial
    }

    /// Whether the processes of these trials, which are there together, are predicted to find memory; says so where they are not.
    private func hasRoom(_ trials: [Trial], _ report: (Event) -> Void) -> Bool {
        let bytes = InterleavedTrials.peak(of: trials)
        guard bytes > Host.memoryBytes else { return true }
        report(.noRoom(needed: Bytes(bytes), there: Bytes(Host.memoryBytes)))
        return false
    }
}
