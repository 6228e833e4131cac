import Planning
import Quantities
import Schedules
import Shapes
import Trials

// A few short training steps, and what else a run takes.
extension StepTimes {
    /// A step of full unrolling and one of many short runs; nil where they do not fit or do not end well.
    func time(_ longest: Trial, _ program: TrialProgram, _ memory: Bytes) -> CostModel? {
        guard let most = steps(of: longest) else { return nil }
        func observation(_ strategy: Strategy, _ length: Int) -> Observation? {
            var trial = longest
            (trial.strategy, trial.updateInterval) = (strategy, .sequence)
            // As in ``Calibration``: packing a saved state is little, and these strategies save none.
            trial.states = Trial.usual.states
            guard let short = time(trial, over: length, program, memory) else { return nil }
            return Observation(workload: short.trial.demand.work, forward: short.forward, backward: short.backward)
        }
        guard let full = observation(.full, most), let runs = observation(.binomial(slots: 2), min(16, most)) else {
            return nil
        }
        return CostModel(full: full, runs: runs)
    }

    /// A step of a trial whose parameters change within its passes, by itself: what a change takes, and how many there are, is in no
    /// price. Nil where it does not fit or does not end well.
    func timeStep(_ trial: Trial, _ program: TrialProgram, _ memory: Bytes) -> Double? {
        guard var most = steps(of: trial) else { return nil }
        if case .strides(let window, _) = trial.strategy.summation(length: trial.length) {
            most = max(most, 4 * window)
        }
        guard let short = time(trial, over: most, program, memory) else { return nil }
        return (short.forward + short.backward) / Double(short.trial.length)
    }

    /// As many steps as are timed of a trial's network; nil of one that is too large.
    private func steps(of trial: Trial) -> Int? {
        let operations = trial.operationsOfAStep
        guard operations <= StepTimes.largestStep else { return nil }
        // A step of CTC goes over all labels of the sequence: over a shorter one it takes less.
        let usual = trial.task.criterion == .ctc ? 2048 : 256
        return max(4, min(usual, Int(StepTimes.budget / max(1, operations))))
    }

    /// An update, or a training step, of a trial over at most this many of its steps.
    private func time(
        _ longest: Trial, over length: Int, _ program: TrialProgram, _ memory: Bytes
    ) -> (trial: Trial, forward: Double, backward: Double)? {
        var trial = longest.withoutFiles
        trial.length = max(trial.task.leastLength, min(length, longest.length))
        (trial.seed, trial.updates) = (1, min(2, trial.updates))
        guard let peak = trial.predictedPeak, peak <= min(memory, StepTimes.largestPeak),
            let timing = measure(trial, program)
        else { return nil }
        let updates = Double(max(1, trial.updates))
        return (trial, timing.forward / updates, timing.backward / updates)
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
            let process = try program.measure(trial, warmup: 0, within: Bytes(0), children: children)
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
            // But for the audited pass.
            let own = preparation - wall / Double(max(1, trial.updates))
            if trial.strategy == .full { processes.append(max(0, own + (ContinuousClock.now - end).inSeconds)) }
            return Timing(
                forward: wall - backward, backward: backward, repetition: outside / count, preparation: preparation)
        } catch {
            return nil
        }
    }

    /// The start of a run, and an action of the audited pass: of a small network in windows of one step.
    func timeOverheads(_ program: TrialProgram, _ report: (Event) -> Void) {
        guard known == nil else { return }
        known = .assumed
        report(.timing(.start))
        let start = ContinuousClock.now
        guard (try? program.probe(children: children, within: .seconds(10))) != nil else { return }
        known?.run = (ContinuousClock.now - start).inSeconds
        guard
            let many = try? Trial(
                cell: .lightest, input: 1, hidden: 16, batch: 1, length: 2048,
                strategy: .truncated(window: 1, stride: 1)),
            var few = Optional(many)
        else { return }
        few.strategy = .full
        guard let less = measure(few, program), let more = measure(many, program) else { return }
        let passes = more.forward + more.backward - less.forward - less.backward
        let actions = Double(many.demand.work.actions - few.demand.work.actions)
        actionSeconds = max(0, more.preparation - less.preparation - passes) / actions
        // Many records of little work: what their audited pass takes beyond others is new memory.
        guard
            let large = try? Trial(cell: .lightest, input: 1, hidden: 16, batch: 1024, length: 512),
            let filling = measure(large, program)
        else { return }
        let beyond =
            filling.preparation - less.preparation
            - (filling.forward + filling.backward - less.forward - less.backward)
        freshByteSeconds = max(0, beyond) / Double(large.demand.peakBytes - few.demand.peakBytes)
    }

    /// What the mean of a random schedule's draws costs, of a small network.
    func timeDraws(_ program: TrialProgram, _ report: (Event) -> Void) {
        guard drawnByteSeconds == nil else { return }
        report(.timing(.draws))
        let draws = 1000
        guard
            let trial = try? Trial(
                cell: .lightest, input: 4, hidden: 8, batch: 2, length: 24,
                strategy: .randomized(window: 4, draws: draws)),
            let timing = measure(trial, program)
        else { return }
        let pass = timing.forward + timing.backward
        let bytes = Double(trial.footprint.constant[.gradients])
        drawnByteSeconds = max(0, timing.repetition / Double(draws) - pass) / bytes
    }
}
