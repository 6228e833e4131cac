import Reports
import Schedules
import Shapes
import Testing
import Trials

/// Claims about forward steps and about time.
@Suite struct WorkClaimTests {
    // C2

    private func timed(repetitions: Int = 5, lengths: [Int] = [64, 1024], slow: (Row) -> Double = { _ in 1 }) throws
        -> [Row]
    {
        try sweep(
            "sublinear-memory", cells: [.elman, .lstm], lengths: lengths, strategies: [.full, .segmented(length: nil)],
            repetitions: repetitions
        ).map { $0.slower(by: slow($0)) }
    }

    @Test func oneExtraForward() throws {
        let verdict = try judge("C2", timed())
        #expect(verdict.outcome == .reproduced)
        #expect(abs(try #require(verdict.value) - 1) < 1e-9)
        #expect(abs(try #require(verdict.interval?.low) - 1) < 1e-9)
        #expect(verdict.measured.hasPrefix("C exact in 20 rows; 1.000 of predicted (×1.33 for ×1.33, ρ 2.00, "))
    }

    @Test(arguments: [0.85, 1.1, 2]) func anotherTimeRefutes(factor: Double) throws {
        let verdict = try judge("C2", timed { $0.trial.cell == .lstm && $0.trial.strategy != .full ? factor : 1 })
        #expect(verdict.outcome == .notReproduced)
        #expect(abs(try #require(verdict.value) - factor) < 1e-9)
        #expect(verdict.measured.contains("lstm"))
    }

    @Test func aMiscountRefutes() throws {
        var rows = try timed()
        rows[7] = rows[7].adding(1, to: .forwardSteps)
        let verdict = judge("C2", rows)
        #expect(verdict.outcome == .notReproduced)
        #expect(verdict.measured.hasPrefix("C = 1"))
    }

    @Test func noiseLeavesTimeOpen() throws {
        // Within tolerance in four repetitions, outside in one.
        let verdict = try judge("C2", timed { $0.repetition == 3 && $0.trial.strategy != .full ? 1.2 : 1 })
        #expect(verdict.outcome == .inconclusive)
        #expect(abs(try #require(verdict.interval?.high) - 1.2) < 1e-9)
        #expect(abs(try #require(verdict.value) - 1) < 1e-9)
        #expect(try judge("C2", timed(repetitions: 4)).outcome == .inconclusive)
        // Drift that hits both sides alike is no noise.
        #expect(try judge("C2", timed { Double($0.repetition) }).outcome == .reproduced)
    }

    @Test func shortTimesAreNoEvidence() throws {
        let verdict = try judge("C2", timed { _ in 0.01 })
        #expect(verdict.outcome == .inconclusive)
        #expect(verdict.measured.contains("no full unrolling of 0.05 s or more"))
        // Without full unrolling, or without its parts, there is nothing to hold a time against.
        #expect(try judge("C2", timed().filter { $0.trial.strategy != .full }).outcome == .inconclusive)
        #expect(try judge("C2", timed().map { $0.with(.backwardSeconds, nil) }).outcome == .inconclusive)
        #expect(try judge("C2", timed().filter { $0.trial.strategy == .full }).outcome == .inconclusive)
    }

    // D1

    private func binomial(_ pairs: [(Int, Int)]) throws -> [Row] {
        try pairs.flatMap { try sweep("binomial-counts", lengths: [$0.0], strategies: [.binomial(slots: $0.1)]) }
    }

    private let published = [(10, 3), (50, 7), (100, 10), (1000, 31), (1000, 50), (225, 15)]

    @Test func binomialCounts() throws {
        let verdict = try judge("D1", binomial(published + [(1, 1), (7, 2), (64, 100)]))
        #expect(verdict.outcome == .reproduced)
        #expect(
            verdict.measured == "(10, 3) 15 · (50, 7) 105 · (100, 10) 222 · (1000, 31) 2439 · (1000, 50) 1948 · "
                + "(225, 15) 522; t exact in 9 rows")
    }

    @Test(arguments: [0, 6]) func aStepMoreRefutes(index: Int) throws {
        var rows = try binomial(published + [(7, 2)])
        rows[index] = rows[index].adding(1, to: .forwardSteps)
        let verdict = judge("D1", rows)
        #expect(verdict.outcome == .notReproduced)
        #expect(verdict.value == 1)
    }

    @Test func withoutAPublishedPairCountsAreOpen() throws {
        #expect(try judge("D1", binomial([(9, 3), (7, 2)])).outcome == .inconclusive)
        let failed = try binomial(published).map { $0.failed(.failed, "") }
        #expect(judge("D1", failed).outcome == .inconclusive)
    }

    // D6

    private func constant(_ lengths: [Int] = [1, 2, 8, 64]) throws -> [Row] {
        try sweep("constant-memory", cells: [.elman, .lstm], lengths: lengths, strategies: [.binomial(slots: 1)])
    }

    @Test func memoryIsConstant() throws {
        let verdict = try judge("D6", constant())
        #expect(verdict.outcome == .reproduced)
        #expect(verdict.value == 0)
    }

    @Test func growthOrAMiscountRefutes() throws {
        var rows = try constant()
        rows[3] = rows[3].adding(16, to: .peakBytes)
        #expect(judge("D6", rows).outcome == .notReproduced)
        #expect(judge("D6", rows).value == 16)
        rows = try constant()
        rows[6] = rows[6].adding(-1, to: .forwardSteps)
        #expect(judge("D6", rows).outcome == .notReproduced)
    }

    @Test func fewLengthsLeaveConstancyOpen() throws {
        #expect(try judge("D6", constant([1, 2, 8])).outcome == .inconclusive)
        let rows = try sweep("constant-memory", lengths: [2, 8, 64], strategies: [.binomial(slots: 2)])
        #expect(judge("D6", rows).outcome == .inconclusive)
    }
}
