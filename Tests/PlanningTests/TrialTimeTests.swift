import Planning
import Quantities
import Schedules
import Shapes
import Testing
import Trials

@Suite struct TrialTimeTests {
    private static let overheads = Overheads(
        run: 100, process: 10, action: 0.001, repetition: 1, drawnByte: 0.5, freshByte: 0.25)
    /// A second for every step, whatever its kind.
    private static let steps = {
        var prices = CostModel()
        (prices.forward, prices.record, prices.backward) = (1, 1, 1)
        return prices
    }()

    private func time(
        _ trial: Trial, planning: Double = 0, repetitions: Int = 1, warmup: Int? = 0
    ) -> TrialTime {
        TrialTime(
            trial, demand: trial.demand, prices: TrialTimeTests.steps, overheads: TrialTimeTests.overheads,
            planning: planning, repetitions: repetitions, warmup: warmup, within: Bytes(Int.max))
    }

    /// Every strategy: a pass for each of the warm-up, full unrolling as the reference and one pass more after it, the gauges after
    /// every action of the audited pass.
    @Test(
        arguments: [
            Strategy.full, .segmented(length: nil), .bisection, .binomial(slots: 3), .internal(slots: 3),
            .online(slots: 3),
            .mixed(memory: Bytes(1 << 16)), .truncated(window: 5, stride: 2), .multistage(memory: 2, disk: 9),
            .inference,
            .randomized(window: 4, draws: 7),
        ], [false, true]) func everythingIsCounted(strategy: Strategy, bidirectional: Bool) throws
    {
        guard !bidirectional || !strategy.cutsAdjoint else { return }
        let trial = try Trial(
            cell: .lstm, input: 3, hidden: 8, batch: 2, length: 30, strategy: strategy, bidirectional: bidirectional)
        let pass = Double(trial.demand.counts.forward + trial.demand.counts.backward)
        // Full unrolling is its own.
        let hasReference = strategy != .inference && strategy != .full
        let reference = hasReference ? 60.0 : 0
        let peak = Simulator(trial.schedule, footprint: trial.footprint).peakBytes
        let actions = Double(trial.schedule.reduce(0) { count, _ in count + 1 }) * (bidirectional ? 2 : 1)
        // A draw is a step, and its gradient is taken into the mean.
        let gradient = 0.5 * Double(trial.footprint.constant[.gradients])
        let draws = strategy.name == "randomized" ? 7 * (pass + gradient) : pass
        for (repetitions, warmup) in [(1, 0), (1, 1), (5, 2)] {
            let found = time(trial, repetitions: repetitions, warmup: warmup)
            // After the reference, which touches what it has more, all is given back and touched again in one more pass.
            let most =
                hasReference ? Demand(Full(length: 30), footprint: trial.unrolled.footprint).peakBytes : 0
            let fresh = 0.25 * Double(peak + (hasReference ? max(most, peak) : 0))
            let passes = max(1, warmup) + (hasReference ? 1 : 0)
            let preparation = 10 + Double(passes) * pass + reference + 0.001 * actions + fresh
            #expect(abs(found.preparation - preparation) < 1e-9)
            #expect(abs(found.repetition - (1 + draws)) < 1e-9)
            #expect(abs(found.seconds - preparation - Double(repetitions) * (1 + draws)) < 1e-9)
        }
        #expect(abs(time(trial, planning: 2).seconds - time(trial).seconds - 6) < 1e-9)
    }

    /// Without a number of steps it is as many as take 10 ms: here one, of faster steps more.
    @Test func theWarmUpByTime() throws {
        let trial = try Trial(cell: .lstm, input: 3, hidden: 8, batch: 2, length: 30)
        #expect(time(trial, warmup: nil) == time(trial, warmup: 1))
        func preparation(_ warmup: Int?) -> Double {
            TrialTime(
                trial, demand: trial.demand, prices: TrialTimeTests.steps.scaled(by: 1e-5),
                overheads: TrialTimeTests.overheads, repetitions: 1, warmup: warmup, within: Bytes(Int.max)
            ).preparation
        }
        // 60 steps of 10 µs.
        #expect(abs(preparation(nil) - preparation(1) - (0.01 - 6e-4)) < 1e-12)
    }

    /// Where full unrolling is too large it is segments that the gradient is held against, and nothing where these are too.
    @Test func theReferenceThatIsMeasured() throws {
        let trial = try Trial(cell: .lstm, input: 3, hidden: 8, batch: 2, length: 100, strategy: .binomial(slots: 3))
        func time(_ reference: Bytes = Trial.largestReference, _ memory: Bytes = Bytes(Int.max)) -> Double {
            var overheads = TrialTimeTests.overheads
            overheads.freshByte = 0
            return TrialTime(
                trial, demand: trial.demand, prices: TrialTimeTests.steps, overheads: overheads, repetitions: 1,
                warmup: 0,
                reference: reference, within: memory
            ).preparation
        }
        let whole = time()
        let segments = Workload(Strategy.segmented(length: nil).schedule(length: 100, footprint: trial.footprint))
        let segmented = time(Bytes(60_000))
        #expect(abs(segmented - whole - Double(segments.plain)) < 1e-9)
        let pass = Double(trial.demand.counts.forward + trial.demand.counts.backward)
        #expect(abs(whole - time(Trial.largestReference, Bytes(0)) - 200 - pass) < 1e-9)
    }

    /// Another trial of the run has computed it.
    @Test func theReferenceThatIsThere() throws {
        let trial = try Trial(
            cell: .lstm, input: 3, hidden: 8, batch: 2, length: 30, strategy: .truncated(window: 5, stride: 5))
        let reference = Demand(Full(length: 30), footprint: trial.unrolled.footprint)
        var overheads = TrialTimeTests.overheads
        func preparation(_ hasReference: Bool) -> Double {
            TrialTime(
                trial, demand: trial.demand, prices: TrialTimeTests.steps, overheads: overheads, repetitions: 1,
                warmup: 1, hasReference: hasReference, within: Bytes(Int.max)
            ).preparation
        }
        overheads.freshByte = 0
        let steps = 60 + Double(trial.demand.counts.forward + trial.demand.counts.backward)
        #expect(abs(preparation(false) - preparation(true) - steps) < 1e-9)
        overheads.freshByte = 1
        #expect(abs(preparation(false) - preparation(true) - steps - Double(reference.peakBytes)) < 1e-3)
    }

    /// A repetition of a training is all its updates.
    @Test func updatesAreCounted() throws {
        let trial = try Trial(cell: .gru, input: 3, hidden: 8, batch: 2, length: 20, updates: 50)
        #expect(time(trial).repetition == 1 + 50 * 40)
        #expect(
            time(trial).preparation
                == time(try Trial(cell: .gru, input: 3, hidden: 8, batch: 2, length: 20)).preparation)
    }

    /// What two timings tell: steps, and what the runs of the second take besides its steps; never less than nothing.
    @Test func pricesOfTwoTimings() {
        let full = Workload(Full(length: 64))
        let many = Workload(Binomial(length: 16, slots: 2))
        func prices(_ run: Double, _ reversal: Double) -> CostModel {
            CostModel(
                full: Observation(workload: full, forward: 64 * 2, backward: 64 * 3),
                runs: Observation(
                    workload: many, forward: 2 * Double(many.forward) + run * Double(many.runs),
                    backward: 3 * 16 + reversal * Double(many.reversals)))
        }
        #expect(prices(0.5, 0.25).seconds(full) == 64 * 5 + 0.5 + 0.25)
        #expect(prices(-0.5, -0.25).seconds(many) == 2 * Double(many.forward) + 3 * 16)
        #expect(prices(0.5, 0.25).scaled(by: 3).seconds(many) == prices(0.5, 0.25).seconds(many)! * 3)
        // A disk without prices is taken for memory.
        var copies = prices(0, 0)
        (copies.save, copies.restore) = (10, 100)
        let disk = Workload(Multistage(length: 16, memory: 1, disk: 3))
        #expect(copies.seconds(disk) == nil && disk.writes > 0)
        let steps = 2 * Double(disk.forward) + 3 * 16
        #expect(
            copies.anySeconds(disk) == steps + 10 * Double(disk.saves + disk.entered + disk.writes)
                + 100 * Double(disk.restores + disk.reads))
    }
}
