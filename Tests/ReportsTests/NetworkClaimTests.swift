import Reports
import Schedules
import Shapes
import Testing
import Trials

/// Claims about layers, streams and windows.
@Suite struct NetworkClaimTests {
    /// Rows of trials that are given one by one.
    private func rows(_ experiment: String, _ trials: [Trial], repetitions: Int = 1) -> [Row] {
        trials.flatMap { trial in (1...repetitions).map { simulated(trial, experiment: experiment, repetition: $0) } }
    }

    // A3

    private func crossing(_ lengths: [Int] = [4, 8, 16, 32, 64, 128]) throws -> [Row] {
        try sweep(
            "records-and-weights", cells: [.elman, .lstm, .gru], hidden: [128, 256], batch: [8], lengths: lengths)
    }

    @Test func activationsOutweighWeights() throws {
        let verdict = try judge("A3", crossing())
        #expect(verdict.outcome == .reproduced)
        #expect(verdict.measured.hasPrefix("109.1× by formula; T* "))
        let light = try crossing().map { $0.with(.weightsBytes, .integer(Int($0[.weightsBytes]! * 0.8))) }
        #expect(judge("A3", light).outcome == .notReproduced)
        #expect(try judge("A3", crossing([4, 8])).outcome == .inconclusive)
        #expect(try judge("A3", crossing([128, 256])).outcome == .inconclusive)
    }

    // A7

    private func stacked(_ layers: [Int] = [1, 2, 4]) throws -> [Row] {
        try rows("stacked-layers", layers.map { try Trial(cell: .gru, layers: $0, hidden: 32, batch: 4, length: 16) })
    }

    @Test func layersAreSeparate() throws {
        let verdict = try judge("A7", stacked())
        #expect(verdict.outcome == .reproduced)
        #expect(verdict.measured == "0 bytes off L × one layer's (gru H 32 B 4, T 16, L 1…4)")
        var more = try stacked()
        more[1] = more[1].adding(-16, to: .recordsBytes)
        #expect(judge("A7", more).outcome == .notReproduced)
        #expect(judge("A7", more).value == -16)
        #expect(try judge("A7", stacked([1, 2])).outcome == .inconclusive)
        #expect(try judge("A7", stacked([2, 3, 4])).outcome == .inconclusive)
    }

    // B1, B2, H3

    private static let batches = [1, 2, 4, 8, 16, 32]

    private static func root(_ row: Row) -> Double { Double(row.trial.batch).squareRoot() }

    /// Steps of a batch take `seconds(B)`.
    private func streams(
        _ batches: [Int] = batches, window: Int? = nil, repetitions: Int = 5,
        seconds: (Row) -> Double = NetworkClaimTests.root
    ) throws -> [Row] {
        let trials = try batches.map { batch in
            try Trial(
                cell: .lstm, hidden: 128, batch: batch, length: 2048,
                strategy: .truncated(window: window ?? 2048 / batch, stride: window ?? 2048 / batch))
        }
        return rows("streams", trials, repetitions: repetitions).map { row in
            let time = seconds(row)
            return row.with(.wallSeconds, .real(time)).with(.flops, .integer(row.trial.batch << 20))
        }
    }

    @Test func streamsTimesUnrollFixesMemory() throws {
        let verdict = try judge("B1", streams())
        #expect(verdict.outcome == .reproduced)
        #expect(try #require(verdict.value) <= 0.05)
        let grown = try streams().map { $0.trial.batch == 32 ? $0.adding(1 << 19, to: .peakBytes) : $0 }
        #expect(judge("B1", grown).outcome == .notReproduced)
        #expect(try judge("B1", streams([4, 8, 16, 32])).outcome == .inconclusive)
        #expect(try judge("B1", streams(window: 64)).outcome == .inconclusive)
    }

    @Test func moreStreamsAreFaster() throws {
        let verdict = try judge("B2", streams())
        #expect(verdict.outcome == .reproduced)
        #expect(verdict.measured == "×1.41, 2.00, 2.83, 4.00, 5.66 over B 1 (lstm H 128, B 1…32)")
        // Slower from one batch to the next, or too little faster in all.
        #expect(
            try judge("B2", streams { NetworkClaimTests.root($0) * ($0.trial.batch == 32 ? 2 : 1) }).outcome
                == .notReproduced)
        #expect(
            try judge("B2", streams { Double($0.trial.batch) / (1 + Double($0.trial.batch) / 100) }).outcome
                == .notReproduced)
        // Intervals that touch tell nothing.
        let noise = try streams { NetworkClaimTests.root($0) * (1 + Double($0.repetition % 3) / 3) }
        #expect(judge("B2", noise).outcome == .inconclusive)
        #expect(try judge("B2", streams(repetitions: 4)).outcome == .inconclusive)
        #expect(try judge("B2", streams([1, 2, 4, 8, 16])).outcome == .inconclusive)
    }

    @Test func intensitySetsTheSpeed() throws {
        #expect(try judge("H3", streams(window: 64)).outcome == .reproduced)
        let reversed = try streams(window: 64) { Double($0.trial.batch * $0.trial.batch) }
        #expect(judge("H3", reversed).outcome == .notReproduced)
        #expect(judge("H3", reversed).value == -1)
        let turning = try streams(window: 64) { row in
            row.repetition == 1 ? Double(row.trial.batch * row.trial.batch) : 1
        }
        #expect(judge("H3", turning).outcome == .inconclusive)
        #expect(try judge("H3", streams([1, 2, 4, 8], window: 64)).outcome == .inconclusive)
    }

    @Test func ranks() throws {
        func correlation(_ y: [Double]) -> Double? { rankCorrelation(zip(1..., y).map { Point(x: Double($0), y: $1) }) }
        #expect(correlation([1, 5, 6, 100]) == 1)
        #expect(correlation([4, 3, 2, 1]) == -1)
        // 1 − 6·Σd²/(n(n² − 1)) = 1 − 6·2/60.
        #expect(abs(try #require(correlation([1, 3, 2, 4])) - 0.8) < 1e-12)
        // Ties share a rank: 1.5, 1.5, 3.
        #expect(abs(try #require(correlation([1, 1, 2])) - 0.75.squareRoot()) < 1e-12)
        #expect(correlation([1, 1, 1]) == nil)
    }

    // B6

    private func overlapping(
        length: Int = 1024, repetitions: Int = 5, slow: (Row) -> Double = { _ in 1 }
    ) throws -> [Row] {
        try sweep(
            "overlapping-windows", lengths: [length], strategies: [.full, .truncated(window: 64, stride: 32)],
            repetitions: repetitions
        ).map { $0.slower(by: slow($0)) }
    }

    @Test func overlappingWindowsGoBackTwice() throws {
        let verdict = try judge("B6", overlapping())
        #expect(verdict.outcome == .reproduced)
        #expect(verdict.measured.contains("backward steps exact in 5 rows; 1.969 backward a forward step; 0.9"))
        #expect(try judge("B6", overlapping { $0.trial.strategy == .full ? 1 : 1.2 }).outcome == .notReproduced)
        #expect(
            try judge("B6", overlapping().map { $0.trial.strategy == .full ? $0 : $0.adding(1, to: .backwardSteps) })
                .outcome == .notReproduced)
        #expect(try judge("B6", overlapping(repetitions: 3)).outcome == .inconclusive)
        // 2 − 32/256 is not near 2.
        #expect(try judge("B6", overlapping(length: 256)).outcome == .inconclusive)
    }

    // C3

    private func deep(layers: Int = 4, strategies: [Strategy] = [.full, .segmented(length: nil)]) throws -> [Row] {
        try rows(
            "deep-lstm",
            strategies.map {
                try Trial(cell: .lstm, layers: layers, hidden: 32, batch: 64, length: 64, strategy: $0)
            })
    }

    @Test func deepNetworksSaveFourTimes() throws {
        let verdict = try judge("C3", deep())
        #expect(verdict.outcome == .reproduced)
        #expect(try #require(verdict.value) > 4)
        var rows = try deep()
        rows[1] = rows[1].with(.peakBytes, .integer(Int(rows[0][.peakBytes]!)))
        #expect(judge("C3", rows).outcome == .notReproduced)
        #expect(judge("C3", rows).value == 1)
        #expect(try judge("C3", deep(strategies: [.full])).outcome == .inconclusive)
        #expect(try judge("C3", deep(layers: 3)).outcome == .inconclusive)
    }

    // E2

    private func depths(_ windows: [Int] = [4, 7], strides: [Int?] = [nil, 1]) throws -> [Row] {
        try sweep(
            "error-depth", lengths: [20, 33],
            strategies: windows.flatMap { window in strides.map { .truncated(window: window, stride: $0 ?? window) } })
    }

    @Test func chunksOverweightShortLags() throws {
        let verdict = try judge("E2", depths())
        #expect(verdict.outcome == .reproduced)
        #expect(verdict.measured == "in chunks 4 for T 33, k 7; of stride 1 27 for T 33, k 7; exact in 8 rows")
        var rows = try depths()
        rows[3] = rows[3].adding(-1, to: .backwardSteps)
        #expect(judge("E2", rows).outcome == .notReproduced)
        #expect(try judge("E2", depths([4])).outcome == .inconclusive)
        #expect(try judge("E2", depths(strides: [nil])).outcome == .inconclusive)
    }
}
