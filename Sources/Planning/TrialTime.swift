package import Quantities
package import Schedules
import Shapes
package import Trials

/// What a run spends besides its training steps, in seconds on one machine.
package struct Overheads: Hashable, Sendable {
    /// Before the first trial: what the measuring program says of itself and of the machine.
    package var run: Double
    /// A process from its start to its end, all passes aside.
    package var process: Double
    /// An action of the audited pass: the gauges that are read after it.
    package var action: Double
    /// A repetition besides its steps: gauges, the answer, the row.
    package var repetition: Double
    /// A byte of the gradient that is taken into the mean of a random schedule's draws.
    package var drawnByte: Double
    /// A byte of memory that a process touches for the first time, or again after it was given back.
    package var freshByte: Double

    package init(
        run: Double, process: Double, action: Double, repetition: Double, drawnByte: Double, freshByte: Double
    ) {
        (self.run, self.process, self.action) = (run, process, action)
        (self.repetition, self.drawnByte, self.freshByte) = (repetition, drawnByte, freshByte)
    }

    /// What is assumed where nothing was timed: of the orders of magnitude of a server of 2025.
    package static let assumed = Overheads(
        run: 0.5, process: 0.05, action: 1e-5, repetition: 0.005, drawnByte: 1e-9, freshByte: 3e-10)
}

/// How long a trial takes from the start of its process to its end, everything counted that it goes through.
package struct TrialTime: Hashable, Sendable {
    /// The process, the warm-up, whose first pass is the audited one, and the reference of the gradient, after which a pass follows.
    package let preparation: Double
    /// One repetition: a training step, the draws of a random schedule, or the updates of a training.
    package let repetition: Double
    package let repetitions: Int

    package var seconds: Double { preparation + Double(repetitions) * repetition }

    /// - Parameters:
    ///   - demand: what the trial's schedule takes.
    ///   - prices: of the trial's network.
    ///   - timedPass: seconds of a pass, where the trial itself was timed and prices are not asked.
    ///   - planning: seconds that it takes to make the schedule, which the run does and the process again.
    ///   - hasReference: another trial of the run has computed the gradient's reference.
    ///   - reference: full unrolling is the gradient's reference up to this predicted peak.
    ///   - memory: what the reference must fit into to be measured.
    package init(
        _ trial: Trial, demand: Demand, prices: CostModel, timedPass: Double? = nil, overheads: Overheads,
        planning: Double = 0, repetitions: Int, warmup: Int?, hasReference: Bool = false,
        reference: Bytes = Trial.largestReference, within memory: Bytes
    ) {
        let work = demand.work
        let prices = prices.carrying(trial.strategy.sensitivities, of: trial.shape)
        let pass = timedPass ?? prices.anySeconds(work)
        var evidence = 0.0
        var fresh = Double(demand.peakBytes)
        if !hasReference, trial.hasGradient,
            let strategy = trial.reference(upTo: reference, within: memory).strategy,
            !trial.isReference(by: strategy)
        {
            let whole = trial.unrolled
            let schedule = strategy.schedule(length: trial.length, footprint: whole.footprint)
            let reference = Demand(schedule, footprint: whole.footprint)
            // After it all but the weights is given back, and the warm-up is gone through whole.
            evidence = prices.anySeconds(reference.work) + pass
            fresh += Double(max(demand.peakBytes, reference.peakBytes))
        }
        let warm = warmup.map { pass * Double(max(1, $0)) } ?? max(pass, Trial.warmupTime.inSeconds)
        let audit = overheads.action * Double(work.actions) * Double(trial.shape.lanes)
        preparation =
            overheads.process + 3 * planning + warm + evidence + audit
            + overheads.freshByte * fresh
        if let draws = trial.draws {
            let mean = overheads.drawnByte * Double(trial.footprint.constant[.gradients])
            repetition = overheads.repetition + (pass + mean) * Double(draws)
        } else {
            repetition = overheads.repetition + pass * Double(max(1, trial.updates))
        }
        self.repetitions = repetitions
    }
}

extension CostModel {
    /// The prices of full unrolling and of a schedule of many short runs, timed once each: a step is the same in both, and what
    /// the second takes beyond its steps is of beginning its runs. A forward step without a record is taken for one with.
    package init(full: Observation, runs: Observation) {
        self.init()
        record = full.forward / Double(max(1, full.workload.forward))
        forward = record
        backward = full.backward / Double(max(1, full.workload.backward))
        let begun = runs.forward - record * Double(runs.workload.forward)
        run = max(0, begun) / Double(max(1, runs.workload.runs))
        let turned = runs.backward - backward * Double(runs.workload.backward)
        reversal = max(0, turned) / Double(max(1, runs.workload.reversals))
    }

    /// The prices of a network whose steps have as many times the operations.
    package func scaled(by factor: Double) -> CostModel {
        var scaled = self
        let paths: [WritableKeyPath<CostModel, Double>] = [
            \.start, \.forward, \.record, \.run, \.end, \.backward, \.reversal, \.loss, \.truncation, \.save, \.restore,
            \.farRecord, \.farBackward,
        ]
        for path in paths {
            scaled[keyPath: path] *= factor
        }
        scaled.undo = undo.map { $0 * factor }
        scaled.write = write.map { $0 * factor }
        scaled.read = read.map { $0 * factor }
        return scaled
    }

    /// The same as ``seconds(_:)``; where the disk has no prices, states on it are taken for states in memory.
    package func anySeconds(_ work: Workload) -> Double {
        if let seconds = seconds(work) { return seconds }
        var work = work
        (work.saves, work.restores) = (work.saves + work.writes, work.restores + work.reads)
        (work.writes, work.reads) = (0, 0)
        return seconds(work) ?? 0
    }
}
