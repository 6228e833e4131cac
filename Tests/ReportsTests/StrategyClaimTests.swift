import Quantities
import Reports
import Schedules
import Shapes
import Testing
import Trials

/// Claims about checkpointing strategies: counted, some of them timed.
@Suite struct StrategyClaimTests {
    // C4

    private func halving(_ lengths: [Int] = [4, 16, 256]) throws -> [Row] {
        try sweep("bisection", cells: [.elman, .lstm], lengths: lengths, strategies: [.bisection])
    }

    @Test func halvingTakesLogarithmicMemory() throws {
        let verdict = try judge("C4", halving())
        #expect(verdict.outcome == .reproduced)
        #expect(verdict.measured.hasPrefix("C exact in 6 rows; 9 slots for T 256 ("))
        // Other lengths are not spoken of.
        #expect(try judge("C4", halving([4, 16, 256, 300])).outcome == .reproduced)
    }

    @Test func aSlotOrAStepMoreRefutesHalving() throws {
        var rows = try halving()
        rows[2] = rows[2].adding(rows[2].trial.footprint.state, to: .statesBytes)
        #expect(judge("C4", rows).outcome == .notReproduced)
        rows = try halving()
        rows[4] = rows[4].adding(1, to: .forwardSteps)
        #expect(judge("C4", rows).measured.hasPrefix("C = 49 and not 48 (lstm H 64 B 16, T 16, bisection)"))
        #expect(judge("C4", rows).outcome == .notReproduced)
    }

    @Test func closeLengthsLeaveHalvingOpen() throws {
        #expect(try judge("C4", halving([64, 128, 256])).outcome == .inconclusive)
        #expect(try judge("C4", halving([4, 256])).outcome == .inconclusive)
        #expect(try judge("C4", halving([5, 100, 1000])).outcome == .inconclusive)
    }

    // D2, D4, D5

    private func statesOrRecords(_ lengths: [Int] = [20, 50, 100], mixed: Int = 1 << 18) throws -> [Row] {
        try sweep(
            "states-or-records", lengths: lengths,
            strategies: [2, 3, 5].map { Strategy.binomial(slots: $0) } + [1, 2, 5].map { .internal(slots: $0) }
                + [.mixed(memory: Bytes(mixed))])
    }

    @Test func closedForms() throws {
        let verdict = try judge("D2", statesOrRecords())
        #expect(verdict.outcome == .reproduced)
        #expect(
            verdict.measured
                == "closed forms exact for l ≤ 1000, m ≤ 64; C_HSM exact in 9 rows; C_ISM exact in 9 rows")
    }

    @Test(arguments: [0, 4]) func aStepMoreRefutesClosedForms(index: Int) throws {
        var rows = try statesOrRecords()
        rows[index] = rows[index].adding(1, to: .forwardSteps)
        #expect(judge("D2", rows).outcome == .notReproduced)
    }

    @Test func oneKindAloneLeavesClosedFormsOpen() throws {
        #expect(
            try judge("D2", statesOrRecords().filter { $0.trial.strategy.name == "binomial" }).outcome == .inconclusive)
    }

    @Test func bounds() throws {
        let verdict = try judge("D4", statesOrRecords())
        #expect(verdict.outcome == .reproduced)
        #expect(verdict.measured.hasPrefix("no violation in a table of 64000; in 9 rows at most 0."))
        var rows = try statesOrRecords()
        // 3 slots and 20 steps: m·t^(1 + 1/m) is 162.9.
        rows[1] = rows[1].with(.forwardSteps, .integer(163))
        #expect(judge("D4", rows).outcome == .notReproduced)
        rows[1] = rows[1].with(.forwardSteps, .integer(162))
        #expect(judge("D4", rows).outcome == .reproduced)
        #expect(try judge("D4", statesOrRecords([20, 50])).outcome == .inconclusive)
    }

    @Test func mixedIsNeverWorse() throws {
        let verdict = try judge("D5", statesOrRecords())
        #expect(verdict.outcome == .reproduced)
        #expect(
            verdict.measured.hasPrefix(
                "α 2 3.054/2.750/2.556 · α 4 2.917/2.750/2.137 · α 7 2.857/2.750/1.987; rows: no more steps than "))
        let worse = try statesOrRecords().map { row in
            row.trial.strategy.name == "mixed" ? row.adding(1000, to: .forwardSteps) : row
        }
        #expect(judge("D5", worse).outcome == .notReproduced)
        // Nothing takes as few bytes as this mixed one, and without mixed ones there is nothing to judge.
        #expect(
            try judge("D5", statesOrRecords().filter { $0.trial.strategy.name != "internal" }).outcome == .inconclusive)
        #expect(
            try judge("D5", statesOrRecords().filter { $0.trial.strategy.name != "mixed" }).outcome == .inconclusive)
    }

    // D8

    private func online(_ slots: [Int] = [3, 5, 10], lengths: [Int] = [10, 21, 66]) throws -> [Row] {
        try sweep("unknown-length", lengths: lengths, strategies: slots.map { .online(slots: $0) })
    }

    @Test func unknownLengths() throws {
        let verdict = try judge("D8", online())
        #expect(verdict.outcome == .reproduced)
        #expect(verdict.measured.hasSuffix("every T up to the bound; C exact in 6 rows"))
        var rows = try online()
        rows[0] = rows[0].adding(1, to: .forwardSteps)
        #expect(judge("D8", rows).outcome == .notReproduced)
        // Beyond the bound a step more is allowed: 3 slots and 66 steps.
        rows = try online()
        rows[6] = rows[6].adding(1, to: .forwardSteps)
        #expect(rows[6].trial.strategy == .online(slots: 3) && rows[6].trial.length == 66)
        #expect(judge("D8", rows).outcome == .reproduced)
        #expect(try judge("D8", online(lengths: [10, 21])).outcome == .inconclusive)
    }

    // D3, D7

    private func timed(
        _ experiment: String, length: Int, strategies: [Strategy], repetitions: Int = 5,
        slow: (Row) -> Double = { _ in 1 }
    ) throws -> [Row] {
        try sweep(experiment, lengths: [length], strategies: strategies, repetitions: repetitions)
            .map { $0.slower(by: slow($0)) }
    }

    private func third(length: Int = 1000, repetitions: Int = 5, slow: @escaping (Row) -> Double = { _ in 1 }) throws
        -> [Row]
    {
        try timed(
            "one-third-more-time", length: length, strategies: [.full, .internal(slots: 50)], repetitions: repetitions,
            slow: slow)
    }

    @Test func oneThirdMoreTime() throws {
        let verdict = try judge("D3", third())
        #expect(verdict.outcome == .reproduced)
        #expect(
            verdict.measured.hasPrefix(
                "C exact in 5 rows; 5.14 % of the bytes; 1.000 of predicted (×1.32 for ×1.32, ρ 2.00"))
        for factor in [0.9, 1.1] {
            #expect(try judge("D3", third { $0.trial.strategy == .full ? 1 : factor }).outcome == .notReproduced)
        }
        let bytes = try third().map { $0.trial.strategy == .full ? $0 : $0.adding(1, to: .peakBytes) }
        // The record at hand and the state are all that is allowed; full unrolling has that state too.
        let state = bytes[0].trial.footprint.state
        #expect(judge("D3", bytes).outcome == .reproduced)
        #expect(
            judge("D3", bytes.map { $0.trial.strategy == .full ? $0 : $0.adding(state, to: .peakBytes) }).outcome
                == .notReproduced)
        #expect(
            judge("D3", try third().map { $0.trial.strategy == .full ? $0 : $0.adding(1, to: .forwardSteps) }).outcome
                == .notReproduced)
    }

    @Test func noiseOrOtherShapesLeaveOneThirdOpen() throws {
        #expect(try judge("D3", third(repetitions: 4)).outcome == .inconclusive)
        #expect(
            try judge("D3", third { $0.repetition == 2 && $0.trial.strategy != .full ? 1.2 : 1 }).outcome
                == .inconclusive)
        #expect(try judge("D3", third(length: 900)).outcome == .inconclusive)
        #expect(try judge("D3", third { _ in 0.01 }).outcome == .inconclusive)
    }

    private func halvesAndBinomial(
        repetitions: Int = 5, slow: @escaping (Row) -> Double = { _ in 1 }
    ) throws -> [Row] {
        try timed(
            "binomial-or-bisection", length: 1024, strategies: [.full, .bisection, .binomial(slots: 11)],
            repetitions: repetitions, slow: slow)
    }

    @Test func binomialBeatsBisection() throws {
        let verdict = try judge("D7", halvesAndBinomial())
        #expect(verdict.outcome == .reproduced)
        #expect(abs(try #require(verdict.value) - 1) < 1e-9)
        #expect(
            try judge("D7", halvesAndBinomial { $0.trial.strategy == .bisection ? 1.2 : 1 }).outcome == .notReproduced)
        #expect(try judge("D7", halvesAndBinomial(repetitions: 4)).outcome == .inconclusive)
        #expect(
            try judge("D7", halvesAndBinomial().filter { $0.trial.strategy != .bisection }).outcome == .inconclusive)
        for index in [5, 10] {
            var rows = try halvesAndBinomial()
            rows[index] = rows[index].adding(-1, to: .forwardSteps)
            #expect(judge("D7", rows).outcome == .notReproduced)
        }
    }
}
