import Memory
import Planning
import Schedules
import Testing

@Suite struct PlanTests {
    private func plan(
        _ budget: Int, _ length: Int, _ prices: Prices?, _ means: Plan.Means = Plan.Means(),
        _ footprint: Footprint = footprint
    ) -> Plan {
        Plan(
            budget: Bytes(budget), setting: Setting(length: length, footprint: footprint), prices: prices, means: means)
    }

    /// Every budget of bytes from none to more than full unrolling: a larger one never takes longer.
    @Test(arguments: [1, 2, 3, 7, 20], prices) func largerBudgetsAreNeverSlower(length: Int, prices: Prices) {
        for footprint in footprints { check(length, prices, footprint) }
    }

    private func check(_ length: Int, _ prices: Prices, _ footprint: Footprint) {
        let full = Forecast(.full, length: length, footprint: footprint).peakBytes
        var fastest = Double.infinity
        for budget in 0...full + 20 where budget >= footprint.constant.total || budget % 100 == 0 {
            let plan = plan(budget, length, prices, Plan.Means(), footprint)
            guard let best = plan.best else {
                #expect(fastest == .infinity, "\(budget) bytes hold nothing")
                continue
            }
            #expect(best.peakBytes <= budget)
            #expect(best.seconds! <= fastest, "\(budget) bytes: \(best.strategy)")
            fastest = best.seconds!
        }
        #expect(fastest < .infinity)
    }

    /// The best is at least as fast as anything exact that fits, whatever its parameter.
    @Test(arguments: footprints, prices) func nothingThatFitsIsFaster(footprint: Footprint, prices: Prices) {
        let length = 12
        let full = Forecast(.full, length: length, footprint: footprint).peakBytes
        let others =
            [Strategy.full, .bisection, .segmented(length: nil)]
            + (1...length).flatMap { [.binomial(slots: $0), .segmented(length: $0)] }
        let forecasts = others.map { Forecast($0, length: length, footprint: footprint) }
        for budget in stride(from: footprint.constant.total, through: full + 20, by: 5) {
            let best = plan(budget, length, prices, Plan.Means(), footprint).best
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
            #expect(plan.rows.allSatisfy { !$0.isEligible || !$0.fits })
        }
        #expect(plan(least, 50, prices[0]).best?.peakBytes == least)
        #expect(plan(least, 50, prices[0]).shortBy == nil)
    }

    /// A window is exact only when it reaches over everything, or when that is no matter.
    @Test func truncationIsBestOnlyWhenAskedFor() {
        let budget = footprint.constant.total + 200
        #expect(plan(budget, 50, prices[0]).best?.strategy.name != "truncated")
        #expect(plan(budget, 50, prices[0], Plan.Means(inexact: true)).best?.strategy.name == "truncated")
    }

    @Test func multistageOnlyWithADisk() {
        let names = { (plan: Plan) in plan.rows.map(\.strategy.name) }
        #expect(!names(plan(1200, 50, nil)).contains("multistage"))
        #expect(names(plan(1200, 50, nil, Plan.Means(disk: true))) == Strategy.plannable(disk: true))
    }

    /// Nothing is cut that has two directions, asked for or not.
    @Test func cutsOnlyOfOneTrack() {
        for footprint in footprints {
            let names = [true, false].flatMap { inexact in
                plan(1 << 20, 50, nil, Plan.Means(inexact: inexact), footprint).rows.map(\.strategy.name)
            }
            let surveyed = Plan.survey(Setting(length: 50, footprint: footprint)).map(\.name)
            #expect((names + surveyed).contains("truncated") == (footprint.tracks == 1))
        }
    }

    /// What makes no gradient, or a random one, is no way to train a sequence: never planned, and never the best when asked
    /// for.
    @Test func whatHasNoGradientIsNotPlanned() {
        #expect(
            Strategy.plannable(disk: true)
                == Strategy.catalogue.map(\.name).filter { !["inference", "randomized"].contains($0) })
        let plan = Plan(
            [.inference, .randomized(window: 4, draws: 1)], budget: Bytes(1 << 20),
            setting: Setting(length: 50, footprint: footprint), prices: prices[0])
        #expect(plan.rows.count == 2 && plan.rows.allSatisfy(\.fits))
        #expect(plan.best == nil && plan.smallest == nil)
    }

    /// Without prices: the fewest forward steps, and of those the fewest bytes.
    @Test func withoutPricesStepsDecide() {
        let best = plan(1 << 20, 50, nil).best
        #expect(best?.strategy.name == "full" && best?.seconds == nil)
    }

    /// Mixed with a table too large says so, and is never the best.
    @Test func mixedBeyondItsTable() {
        let plan = plan(footprint.constant.total + 100_000, 20_000, prices[0])
        let mixed = plan.rows.first { $0.strategy.name == "mixed" }
        #expect(mixed?.forecast == nil && mixed?.obstacle?.contains("too large") == true && mixed?.fits == false)
        #expect(plan.best != nil)
    }

    /// A row is efficient unless another has no more of either and less of one.
    @Test func efficientRowsAreThePareto() {
        let setting = Setting(length: 300, footprint: footprint)
        let plan = Plan(Plan.survey(setting), budget: nil, setting: setting, prices: prices[1])
        for row in plan.rows {
            let beaten = plan.rows.contains { other in
                other.peakBytes <= row.peakBytes && other.seconds! <= row.seconds!
                    && (other.peakBytes < row.peakBytes || other.seconds! < row.seconds!)
            }
            #expect(row.isEfficient == !beaten, "\(row.strategy)")
        }
        #expect(plan.best == nil && plan.shortBy == nil)
    }
}
