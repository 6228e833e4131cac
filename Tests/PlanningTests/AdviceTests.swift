import Planning
import Quantities
import Schedules
import Shapes
import Testing
import Trials

/// Recommendations from made-up surveys.
@Suite struct AdviceTests {
    private static let windows = [4, 8, 16]

    /// Errors by kind and window, the same in every batch but for `spread`.
    private func batches(every: [Double], chunks: [Double], spread: Double = 0, count: Int = 8) -> [WindowSurvey.Batch]
    {
        func distances(_ errors: [Double], _ batch: Int) -> [WindowSurvey.Distance] {
            errors.map { WindowSurvey.Distance(error: $0 * (1 + spread * Double(batch)), cosine: 0.9) }
        }
        return (0..<count).map { batch in
            WindowSurvey.Batch(
                loss: 1, gradientNorm: 1,
                distances: [.every: distances(every, batch), .chunks: distances(chunks, batch)],
                profile: LagProfile(norms: [4, 2, 1, 0.5], cumulativeNorms: [4, 6, 7, 7.5]))
        }
    }

    private func advice(
        _ batches: [WindowSurvey.Batch], limit: Double = 0.05, budget: Bytes? = nil
    ) throws -> Advice {
        let trial = try Trial(cell: .lstm, hidden: 32, batch: 4, length: 200, task: .copy(delay: 3))
        return Advice(
            batches, summary: nil, windows: AdviceTests.windows, of: trial, limit: limit, budget: budget, prices: nil)
    }

    /// Without a budget the fewest bytes that are good enough: chunks of 16 keep as many records as BPTT(16; 8).
    @Test func theSmallestThatIsGoodEnough() throws {
        let found = try advice(batches(every: [0.2, 0.04, 0.01], chunks: [0.4, 0.2, 0.1]))
        let recommendation = try #require(found.recommendation)
        #expect(recommendation.strategy == .truncated(window: 16, stride: 8) && recommendation.window == 8)
        #expect(
            recommendation.sentence.hasPrefix(
                "Look back 8 steps or more: truncated:window=16,stride=8 has a gradient error of 0.04 (0.04 to 0.04), at most "
                    + "0.05, in "))
        #expect(recommendation.sentence.contains("; the exact gradient takes "))
        let chunks = try advice(batches(every: [0.2, 0.04, 0.01], chunks: [0.4, 0.03, 0.01]))
        #expect(chunks.recommendation?.strategy == .truncated(window: 8, stride: 8))
        #expect(chunks.recommendation?.window == 8)
    }

    /// What decides is the upper end of the interval, not the median.
    @Test func theIntervalDecides() throws {
        let found = try advice(batches(every: [0.2, 0.04, 0.01], chunks: [1, 1, 1], spread: 0.1))
        #expect(found.recommendation?.window == 16)
        #expect(found.lines[1].errors.median! < 0.06 && found.lines[1].largestError! > 0.05)
    }

    /// Within a budget the fastest that fits: full unrolling where it does, then what is smaller.
    @Test func withinABudgetTheFastest() throws {
        let made = batches(every: [0.2, 0.04, 0.01], chunks: [1, 1, 0.04])
        let wide = try advice(made, budget: Bytes(1 << 30))
        #expect(wide.recommendation?.strategy == .full && wide.recommendation?.window == 8)
        #expect(wide.recommendation?.sentence.contains("though a window of 8 would do") == true)
        let full = wide.exact.first { $0.strategy == .full }!.peakBytes
        let narrow = try advice(made, budget: Bytes(full - 1))
        // Chunks go over every step once, as full unrolling does.
        #expect(narrow.recommendation?.strategy == .truncated(window: 16, stride: 16))
    }

    @Test func whereNoWindowDoesTheExactGradient() throws {
        let found = try advice(batches(every: [1, 1, 1], chunks: [1, 1, 1]))
        #expect(found.recommendation?.window == 200)
        #expect(
            found.recommendation?.sentence.contains("for no window below 200 does for an error of at most 0.05") == true
        )
        #expect(found.exact.contains { $0.strategy == found.recommendation?.strategy })
    }

    @Test func nothingFits() throws {
        let found = try advice(batches(every: [0, 0, 0], chunks: [0, 0, 0]), budget: Bytes(1000))
        #expect(found.recommendation == nil)
        #expect(found.smallest!.peakBytes > 1000)
        let none = try advice([])
        #expect(none.recommendation == nil && none.profile == nil)
    }

    /// δ(K − 1) of the mean profile, beside the kind that it is of.
    @Test func boundsAreOfTheProfile() throws {
        let found = try advice(batches(every: [0.2, 0.04, 0.01], chunks: [1, 1, 1]))
        #expect(found.profile?.norms == [4, 2, 1, 0.5])
        let profile = try #require(found.profile)
        #expect(found.lines.map(\.bound) == [profile.relativeBiases[3], nil, nil, nil, nil, nil])
    }
}

@Suite struct WindowSurveyTests {
    @Test func linesReadBackAsTheSame() {
        let distances = [0.1, 1.0 / 3].map { WindowSurvey.Distance(error: $0, cosine: 1 - $0) }
        var batch = WindowSurvey.Batch(
            loss: 0.1 + 0.2, gradientNorm: 1e-300, distances: [.every: distances, .chunks: distances.reversed()],
            profile: LagProfile(norms: [1, 0.5], cumulativeNorms: [1, 1.5]))
        #expect(WindowSurvey.Batch(line: batch.line, windows: 2) == batch)
        #expect(WindowSurvey.Batch(line: batch.line, windows: 3) == nil)
        batch.profile = nil
        #expect(WindowSurvey.Batch(line: batch.line, windows: 2) == batch)
        let summary = WindowSurvey.Summary(
            biases: [.every: [0.1], .chunks: [0.2]], noises: [.every: [3], .chunks: [4]], exactNoise: 5)
        #expect(WindowSurvey.Summary(line: summary.line, windows: 1) == summary)
        for line in ["", "loss=1", "loss=x gradient_norm=1", batch.line + " more"] {
            #expect(WindowSurvey.Batch(line: line, windows: 2) == nil)
        }
    }

    @Test func windowsAreHalvesAndDoubles() {
        #expect(WindowSurvey.windows(upTo: 20) == [2, 3, 4, 6, 8, 12, 16])
        #expect(WindowSurvey.windows(upTo: 2) == [2])
    }
}
