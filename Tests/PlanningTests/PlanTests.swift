import CaseLists
import Planning
import Quantities
import Schedules
import Shapes
import Testing
import Trials

@Suite struct PlanTests {
    private func plan(
        _ budget: Int, _ length: Int, _ prices: CostModel?, _ options: Plan.Options = Plan.Options(),
        _ footprint: Footprint = footprint
    ) -> Plan {
        Plan(
            budget: Bytes(budget), setting: Setting(length: length, footprint: footprint), prices: prices,
            options: options)
    }

    /// Every budget of bytes from none to more than full unrolling: with a larger one the fastest never takes longer, and what is
    /// recommended is within the tolerance of it.
    @Test(arguments: Cases.every(2, of: [1, 2, 3, 7, 20]), prices) func largerBudgetsAreNeverSlower(
        length: Int, prices: CostModel
    ) {
        for footprint in Cases.every(2, of: footprints) { check(length, prices, footprint) }
    }

    private func check(_ length: Int, _ prices: CostModel, _ footprint: Footprint) {
        let full = Forecast(.full, length: length, footprint: footprint).peakBytes
        var fastest = Double.infinity
        for budget in Cases.every(3, of: 0...full + 20)
        where budget >= footprint.constant.total || budget % 100 == 0 {
            let plan = plan(budget, length, prices, Plan.Options(), footprint)
            guard let best = plan.best else {
                #expect(fastest == .infinity, "\(budget) bytes hold nothing")
                continue
            }
            #expect(best.peakBytes <= budget)
            let least = plan.fastest!.seconds!
            #expect(least <= fastest, "\(budget) bytes: \(plan.fastest!.strategy)")
            #expect(best.seconds! <= least * (1 + Plan.tolerance), "\(budget) bytes: \(best.strategy)")
            fastest = least
        }
        #expect(fastest < .infinity)
    }

    /// The best is at least as fast as anything exact that fits, whatever its parameter.
    @Test(arguments: footprints, prices) func nothingThatFitsIsFaster(footprint: Footprint, prices: CostModel) {
        let length = 12
        let full = Forecast(.full, length: length, footprint: footprint).peakBytes
        let others =
            [Strategy.full, .bisection, .segmented(length: nil)]
            + (1...length).flatMap { [.binomial(slots: $0), .segmented(length: $0)] }
        let forecasts = others.map { Forecast($0, length: length, footprint: footprint) }
        for budget in Cases.every(4, of: Array(stride(from: footprint.constant.total, through: full + 20, by: 5))) {
            let best = plan(budget, length, prices, Plan.Options(), footprint).fastest
            for forecast in forecasts where forecast.peakBytes <= budget {
                #expect(best != nil)
                #expect(best?.seconds ?? .infinity <= prices.seconds(forecast.workload)!, "\(forecast.strategy)")
            }
        }
    }

    @Test func saysByHowManyBytesTheSmallestMisses() {
        let least = footprint.constant.total + 2 * footprint.state + footprint.record
        for budget in [0, 1, least - 1] {
            let plan = plan(budget, 50, prices[0])
            #expect(plan.best == nil)
            #expect(plan.shortBy == least - budget)
            #expect(plan.rows.allSatisfy { !$0.isEligible || $0.fits == false })
        }
        #expect(plan(least, 50, prices[0]).best?.peakBytes == least)
        #expect(plan(least, 50, prices[0]).shortBy == nil)
    }

    /// A window is exact only when it reaches over everything, or when that is no matter.
    @Test func truncationIsBestOnlyWhenAskedFor() {
        let budget = footprint.constant.total + 200
        #expect(plan(budget, 50, prices[0]).best?.strategy.name != "truncated")
        #expect(plan(budget, 50, prices[0], Plan.Options(inexact: true)).best?.strategy.name == "truncated")
    }

    @Test func multistageOnlyWithADisk() {
        let names = { (plan: Plan) in plan.rows.map(\.strategy.name) }
        #expect(!names(plan(1200, 50, nil)).contains("multistage"))
        #expect(
            names(plan(1200, 50, nil, Plan.Options(disk: true)))
                == Strategy.plannable(disk: true, sensitivities: false).map { $0.word })
    }

    /// Nothing is cut that has two directions, asked for or not.
    @Test func cutsOnlyOfOneLane() {
        for footprint in footprints {
            let names = [true, false].flatMap { inexact in
                plan(1 << 20, 50, nil, Plan.Options(inexact: inexact), footprint).rows.map(\.strategy.name)
            }
            let surveyed = Plan.survey(Setting(length: 50, footprint: footprint)).map(\.name)
            #expect((names + surveyed).contains("truncated") == (footprint.lanes == 1))
        }
    }

    /// What makes no gradient, or a random one, is no way to train a sequence: never planned, and never the best when asked
    /// for.
    @Test func whatHasNoGradientIsNotPlanned() {
        #expect(
            Strategy.plannable(disk: true).map { $0.word }
                == Strategy.families.map { $0.word }.filter {
                    !["inference", "randomized", "snap", "rflo", "eprop", "uoro", "kf", "adaptive", "reversible"]
                        .contains($0)
                })
        let plan = Plan(
            [.inference, .randomized(window: 4, draws: 1)], budget: Bytes(1 << 20),
            setting: Setting(length: 50, footprint: footprint), prices: prices[0])
        #expect(plan.rows.count == 2 && plan.rows.allSatisfy { $0.fits == true })
        #expect(plan.best == nil && plan.smallest == nil)
    }

    /// Where steps can be undone it is a way to the exact gradient, with its bytes and its time; elsewhere no plan names it.
    @Test func undoingIsPlannedWhereItCanBe() throws {
        func plan(_ cell: Cell, _ budget: Int, _ prices: CostModel?, bidirectional: Bool = false) throws -> Plan.Row? {
            let trial = try Trial(
                cell: cell, input: 4, hidden: 16, batch: 4, length: 500, bidirectional: bidirectional)
            return Plan(budget: Bytes(budget), setting: Setting(trial), prices: prices).rows.first {
                $0.strategy == .reversible
            }
        }
        for cell in [Cell.leapgru(bits: 3), .revgru(bits: 3), .revlstm(bits: 3)] {
            let trial = try Trial(cell: cell, input: 4, hidden: 16, batch: 4, length: 500, strategy: .reversible)
            let peak = trial.demand.peakBytes
            let row = try #require(try plan(cell, peak, prices[0]))
            #expect(row.fits == true && row.isExact && row.isEligible && row.peakBytes == peak)
            #expect(row.seconds == prices[0].seconds(Workload(trial.schedule)))
            let less = try #require(try plan(cell, peak - 1, prices[0]))
            #expect(less.fits == false && less.peakBytes == peak)
            // Without prices a step undone is a step forward.
            let setting = Setting(trial)
            #expect(Plan(budget: Bytes(1 << 30), setting: setting, prices: nil).best?.strategy == .full)
            #expect(try plan(cell, peak, prices[0], bidirectional: true) == nil)
            #expect(Plan.survey(setting).contains(.reversible))
            #expect(SizeLimits(trial, budget: Bytes(peak), disk: false).rows.last?.batch == 4)
        }
        #expect(try plan(.gru, 1 << 20, prices[0]) == nil)
    }

    /// Of a stream without an end only what needs none may be the best: exact by being carried forward, else a window.
    @Test func endlessStreams() throws {
        let trial = try Trial(cell: .elman, input: 4, hidden: 8, batch: 1, length: 600)
        func best(_ options: Plan.Options, _ prices: CostModel?) -> Strategy? {
            Plan(budget: Bytes(1 << 30), setting: Setting(trial), prices: prices, options: options).best?.strategy
        }
        for prices in prices.map(Optional.some) + [nil] {
            #expect(best(Plan.Options(endless: true), prices)?.name == "forward")
            #expect(best(Plan.Options(), prices) == .full)
            #expect(best(Plan.Options(inexact: true, endless: true), prices)?.traits.contains(.needsNoEnd) == true)
        }
    }

    /// Without prices: the fewest forward steps, and of those the fewest bytes.
    @Test func withoutPricesStepsDecide() {
        let best = plan(1 << 20, 50, nil).best
        #expect(best?.strategy.name == "full" && best?.seconds == nil)
    }

    /// Mixed with a table too large says so, and is never the best. Where its fewest bytes are within the budget it is not that
    /// they do not fit.
    @Test func mixedBeyondItsTable() throws {
        for (budget, fits) in [(100_000, nil), (footprint.state, false)] {
            let plan = plan(footprint.constant.total + budget, 20_000, prices[0])
            let mixed = try #require(plan.rows.first { $0.strategy.name == "mixed" })
            #expect(mixed.forecast == nil && mixed.infeasibility?.contains("too large") == true && mixed.fits == fits)
            #expect((plan.best != nil) == (fits == nil))
        }
        // Asked for by name: a table for less memory could be made, so that it is not the parameter's bytes that are too many.
        let asked = Plan(
            [.mixed(memory: Bytes(10_000_000)), .mixed(memory: Bytes(1))], budget: Bytes(1 << 30),
            setting: Setting(length: 10_000, footprint: footprint), prices: nil)
        #expect(asked.rows.map(\.fits) == [nil, false])
    }

    /// Every budget, length and number of lanes: no strategy is refused whose fewest bytes are within the budget.
    @Test(arguments: [1, 2, 7, 24, 20_000], footprints) func refusedOnlyWhereNothingFits(
        length: Int, footprint: Footprint
    ) throws {
        let setting = Setting(length: length, footprint: footprint)
        for offset in Cases.every(4, of: Array(stride(from: 0, to: 800, by: 7))) {
            let budget = footprint.constant.total + offset
            let plan = Plan(budget: Bytes(budget), setting: setting, prices: nil, options: Plan.Options(disk: true))
            for row in plan.rows {
                let family = try #require(row.strategy.family as? any PlannableFamily.Type)
                let least = setting.smallest(family).bytes
                #expect((row.fits == false) == (least > budget), "\(row.strategy) in \(budget) bytes")
                #expect(row.fits != true || row.forecast == nil || row.peakBytes <= budget)
            }
        }
    }

    /// Of all that take about as long as the fastest, the one that is exact, simple and small, in this order.
    @Test(arguments: Cases.every(2, of: footprints), prices) func simplestOfThoseAlike(
        footprint: Footprint, prices: CostModel
    ) {
        for length in [9, 40] {
            let full = Forecast(.full, length: length, footprint: footprint).peakBytes
            for budget in Cases.every(
                3, of: Array(stride(from: footprint.constant.total + 50, through: full + 20, by: 11)))
            {
                for inexact in [false, true] {
                    let plan = plan(budget, length, prices, Plan.Options(inexact: inexact), footprint)
                    guard let best = plan.best, let fastest = plan.fastest else { continue }
                    let alike = plan.rows.filter {
                        $0.isEligible && $0.fits == true && $0.seconds! <= fastest.seconds! * 1.02
                    }
                    #expect(alike.contains { $0.strategy == best.strategy })
                    for other in alike where other.isExact == best.isExact {
                        #expect(best.strategy.simplicity <= other.strategy.simplicity, "\(other.strategy)")
                    }
                    #expect(best.isExact || !alike.contains(where: \.isExact))
                }
            }
        }
    }

    /// A row is efficient unless another has no more of either and less of one: among all, and among the exact ones, where
    /// inexact ones have no mark.
    @Test(arguments: [Cell.elman, .lstm], Cases.every(2, of: TrainingTask.everyKind)) func efficientRowsAreThePareto(
        cell: Cell, task: TrainingTask
    ) throws {
        let trial = try Trial(
            cell: cell, input: task.leastInput + 3, hidden: 9, batch: 2, length: 90, task: task, updates: 1)
        let setting = Setting(trial)
        for prices in prices.map(Optional.some) + [nil] {
            let plan = Plan(Plan.survey(setting), budget: nil, setting: setting, prices: prices)
            func cost(_ row: Plan.Row) -> Double { row.seconds ?? Double(row.forecast!.workload.forward) }
            func isBeaten(_ row: Plan.Row, by others: [Plan.Row]) -> Bool {
                others.contains { other in
                    other.peakBytes <= row.peakBytes && cost(other) <= cost(row)
                        && (other.peakBytes < row.peakBytes || cost(other) < cost(row))
                }
            }
            for row in plan.rows {
                let isExact = row.strategy.truncated.map { $0.window >= 90 } ?? true
                #expect(row.isExact == isExact)
                #expect(row.isEfficient == !isBeaten(row, by: plan.rows), "\(row.strategy)")
                let exact = plan.rows.filter { $0.isExact }
                #expect(row.isEfficientAmongExact == (isExact ? !isBeaten(row, by: exact) : nil), "\(row.strategy)")
            }
            #expect(plan.rows.contains { $0.isEfficientAmongExact == true && !$0.isEfficient })
            #expect(plan.best == nil && plan.shortBy == nil)
        }
    }

    /// A variant without a part of the adjoint has no exact row.
    @Test func nothingIsExactWithoutAnAdjoint() throws {
        let trial = try Trial(cell: .lstm, length: 20, variant: .noStateAdjoint)
        let plan = Plan([.full, .bisection], budget: nil, setting: Setting(trial), prices: nil)
        #expect(plan.rows.allSatisfy { !$0.isExact && $0.isEfficientAmongExact == nil })
    }
}
