import Planning
import Quantities
import Schedules
import Shapes
import Testing
import Trials
import Vectors

/// Plans that may keep records and states in fewer bits.
@Suite struct FewerBitsTests {
    private static let trial = try! Trial(
        cell: .lstm, input: 8, hidden: 32, batch: 4, length: 200, updates: 1, optimizer: .adam)
    private static let choices: [FewerBits] = [
        .none, FewerBits(records: .bfloat16, states: .native, error: 0.001),
        FewerBits(records: .int8, states: .native, error: 0.006),
        FewerBits(records: .native, states: .bfloat16, error: 0.0005),
        FewerBits(records: .int8, states: .bfloat16, error: 0.007),
    ]
    private static let prices = {
        var prices = CostModel()
        (prices.start, prices.forward, prices.record) = (3e-4, 6.7e-5, 7.4e-5)
        (prices.backward, prices.restore) = (1.2e-4, 8e-6)
        return prices
    }()

    private func plan(_ budget: Int, _ choices: [FewerBits] = choices) -> Plan {
        Plan(budget: Bytes(budget), trial: FewerBitsTests.trial, choices: choices) { _ in FewerBitsTests.prices }
    }

    private func peak(_ bits: FewerBits) -> Int {
        Demand(
            Strategy.full.schedule(length: 200, footprint: bits.applied(to: FewerBitsTests.trial).footprint),
            footprint: bits.applied(to: FewerBitsTests.trial).footprint
        ).peakBytes
    }

    /// Native where that fits; then the formats of least error under which nothing is run again; a byte decides. Just below native's
    /// bytes a step or two that are run again, for the exact gradient, are within the tolerance.
    @Test func leastErrorThatFits() {
        let (native, half, quarter) = (
            peak(.none), peak(FewerBitsTests.choices[1]), peak(FewerBitsTests.choices[2])
        )
        #expect(native > half && half > quarter)
        let near = plan(native - 1).best
        #expect(near?.isExact == true && near?.bits == FewerBits.none)
        for (budget, bits) in [
            (native, FewerBits.none), (half, FewerBitsTests.choices[1]), (half - 1, FewerBitsTests.choices[2]),
            (quarter, FewerBitsTests.choices[2]),
        ] {
            let best = plan(budget).best
            #expect(best?.strategy == .full && best?.bits == bits, "\(budget)")
            #expect(best?.isExact == (bits == .none))
        }
    }

    /// With a choice nothing takes longer or fits less, and a family has one row, of a trial that may be.
    @Test func neverWorseThanNative() throws {
        let least = FewerBitsTests.trial.footprint.constant.total
        for budget in stride(from: least, through: peak(.none) + 5000, by: 20_000) {
            let (native, chosen) = (plan(budget, [.none]), plan(budget))
            if let seconds = native.fastest?.seconds {
                #expect(try #require(chosen.fastest?.seconds) <= seconds, "\(budget)")
            }
            #expect(chosen.rows.map(\.strategy.name) == native.rows.map(\.strategy.name))
            for row in chosen.rows
            where row.forecast != nil
                && row.strategy.infeasibility(
                    length: 200, footprint: row.bits.applied(to: FewerBitsTests.trial).footprint) == nil
            {
                let packed = row.bits.applied(to: FewerBitsTests.trial)
                #expect(packed.shape.refusal(of: row.strategy) == nil, "\(row.strategy) \(row.bits)")
                let footprint = packed.footprint
                #expect(
                    row.peakBytes
                        == Demand(
                            row.strategy.schedule(length: 200, footprint: footprint), footprint: footprint
                        ).peakBytes)
            }
        }
    }

    /// The plan of native formats alone is the plan.
    @Test func nothingWithoutAChoice() {
        for budget in [200_000, 400_000, 1_000_000] {
            let (one, other) = (
                plan(budget, [.none]),
                Plan(budget: Bytes(budget), setting: Setting(FewerBitsTests.trial), prices: FewerBitsTests.prices)
            )
            #expect(one.rows.map(\.strategy) == other.rows.map(\.strategy))
            #expect(one.rows.map(\.peakBytes) == other.rows.map(\.peakBytes))
            #expect(one.rows.map(\.relativeTime) == other.rows.map(\.relativeTime))
            #expect(one.best?.strategy == other.best?.strategy)
        }
    }
}
