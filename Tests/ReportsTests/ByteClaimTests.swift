import Reports
import Schedules
import Shapes
import Testing
import Trials

/// Claims about bytes: exact, but for an exponent.
@Suite struct ByteClaimTests {
    // A1

    private func lengths(_ lengths: [Int]) throws -> [Row] {
        try sweep("sequence-length", cells: [.elman, .lstm, .gru], hidden: [32, 64], lengths: lengths, repetitions: 2)
    }

    @Test func weightsAreShared() throws {
        let verdict = try judge("A1", lengths([16, 64, 256]))
        #expect(verdict.outcome == .reproduced)
        #expect(verdict.value == 0)
        #expect(verdict.measured == "0 bytes a step (elman H 32 B 16, T 16…256); the farthest of 6 networks")
    }

    @Test func copiedWeightsRefute() throws {
        // One network of six keeps one byte more at the last length.
        var rows = try lengths([16, 64, 256])
        rows[rows.count - 1] = rows[rows.count - 1].adding(192, to: .gradientsBytes)
        let verdict = judge("A1", rows)
        #expect(verdict.outcome == .notReproduced)
        #expect(verdict.value == 1)
    }

    @Test func twoLengthsAreTooFew() throws {
        let verdict = try judge("A1", lengths([16, 256]))
        #expect(verdict.outcome == .inconclusive)
        #expect(verdict.measured.hasPrefix("only 2 lengths of "))
        #expect(verdict.measured.hasSuffix("; one of 6 networks"))
        #expect(
            try judge("A1", lengths([16, 64]) + lengths([256]).map { $0.failed(.outOfMemory, "") }).outcome
                == .inconclusive)
        // Another strategy's rows say nothing of full unrolling.
        let other = try sweep("sequence-length", lengths: [16, 64, 256], strategies: [.binomial(slots: 2)])
        #expect(judge("A1", other).outcome == .inconclusive)
    }

    @Test func failedOrIncompleteRowsLeaveItOpen() throws {
        let rows = try lengths([16, 64, 256, 512])
        for bad in [rows[6].failed(.timedOut, ""), rows[6].with(.weightsBytes, nil)] {
            var rows = rows
            rows[6] = bad
            let verdict = judge("A1", rows)
            #expect(verdict.outcome == .inconclusive)
            #expect(verdict.measured.hasSuffix("; 1 row failed or incomplete"))
            // What is refuted stays refuted.
            rows[0] = rows[0].adding(1, to: .weightsBytes)
            #expect(judge("A1", rows).outcome == .notReproduced)
        }
    }

    // A2

    private func replicated(hidden: [Int] = [32, 64], batch: [Int] = [16, 32], lengths: [Int] = [8, 16, 64]) throws
        -> [Row]
    {
        try sweep(
            "replicated-activations", cells: [.elman, .lstm, .gru], hidden: hidden, batch: batch, lengths: lengths)
    }

    @Test func activationsAreReplicated() throws {
        let verdict = try judge("A2", replicated())
        #expect(verdict.outcome == .reproduced)
        #expect(verdict.value == 1)
        // 4·a_i·H·B bytes.
        #expect(verdict.measured.hasPrefix("1 × the record a step (2048 bytes, elman H 32 B 16, T 8…64)"))
    }

    @Test(arguments: [1, -1, 4096]) func otherSlopesRefute(change: Int) throws {
        var rows = try replicated()
        rows[4] = rows[4].adding(change, to: .recordsBytes)
        #expect(judge("A2", rows).outcome == .notReproduced)
    }

    @Test func aSweepOfOneLeavesReplicationOpen() throws {
        #expect(try judge("A2", replicated(hidden: [32])).outcome == .inconclusive)
        #expect(try judge("A2", replicated(batch: [32])).outcome == .inconclusive)
        #expect(try judge("A2", replicated(lengths: [8, 16])).outcome == .inconclusive)
    }

    // A8

    private func windows(_ windows: [Int] = [8, 64, 512], lengths: [Int] = [512, 1024, 2048]) throws -> [String: [Row]]
    {
        [
            "truncation-window": try sweep(
                "truncation-window", lengths: [1024],
                strategies: [.full] + windows.map { .truncated(window: $0, stride: $0) }),
            "window-cap": try sweep("window-cap", lengths: lengths, strategies: [.truncated(window: 64, stride: 64)]),
        ]
    }

    private let windowClaim = Claim.named("A8")!

    @Test func windowsCapMemory() throws {
        let verdict = try windowClaim.judge(windows())
        #expect(verdict.outcome == .reproduced)
        #expect(verdict.value == 0)
        #expect(
            verdict.measured == "0 bytes off k records (lstm H 64 B 16, k 8…512, T 1024); "
                + "0 bytes between lengths (lstm H 64 B 16, truncated:window=64, T 512…2048)")
    }

    @Test func memoryBeyondTheWindowRefutes() throws {
        var rows = try windows()
        rows["truncation-window"]![3] = rows["truncation-window"]![3].adding(64, to: .recordsBytes)
        #expect(windowClaim.judge(rows).outcome == .notReproduced)
        rows = try windows()
        rows["window-cap"]![2] = rows["window-cap"]![2].adding(64, to: .peakBytes)
        let verdict = windowClaim.judge(rows)
        #expect(verdict.outcome == .notReproduced)
        #expect(verdict.value == 64)
    }

    @Test func halfTheEvidenceLeavesWindowsOpen() throws {
        #expect(try windowClaim.judge(windows([8, 64])).outcome == .inconclusive)
        #expect(try windowClaim.judge(windows(lengths: [512, 1024])).outcome == .inconclusive)
        // A window longer than the sequence caps nothing.
        #expect(try windowClaim.judge(windows(lengths: [16, 32, 512, 1024])).outcome == .inconclusive)
        var rows = try windows()
        rows["window-cap"] = nil
        #expect(windowClaim.judge(rows).outcome == .inconclusive)
    }

    // C1

    private func segmented(_ lengths: [Int] = [64, 256, 1024, 4096], strategy: Strategy = .segmented(length: nil))
        throws -> [Row]
    {
        try sweep("sublinear-memory", cells: [.elman, .lstm, .gru], lengths: lengths, strategies: [strategy, .full])
    }

    @Test func memoryGrowsAsTheRoot() throws {
        let verdict = try judge("C1", segmented())
        #expect(verdict.outcome == .reproduced)
        let slope = try #require(verdict.value)
        #expect(abs(slope - 0.5) < 0.05)
        #expect(verdict.measured.hasSuffix("; the farthest of 3 networks"))
    }

    @Test func anotherExponentRefutes() throws {
        // Memory in proportion to T in one of the three cells.
        let rows = try segmented().map { row in
            row.trial.cell == .gru ? row.adding(row.trial.length << 16, to: .peakBytes) : row
        }
        let verdict = judge("C1", rows)
        #expect(verdict.outcome == .notReproduced)
        #expect(verdict.measured.contains("gru"))
    }

    @Test func closeLengthsLeaveTheExponentOpen() throws {
        #expect(try judge("C1", segmented([64, 4096])).outcome == .inconclusive)
        #expect(try judge("C1", segmented([64, 128, 256, 512])).outcome == .inconclusive)
        #expect(try judge("C1", segmented(strategy: .segmented(length: 8))).outcome == .inconclusive)
    }
}

/// Judges a claim that needs one experiment.
func judge(_ id: String, _ rows: [Row]) -> Verdict {
    let claim = Claim.named(id)!
    return claim.judge([claim.experiments[0]: rows])
}
