import Reports
import Schedules
import Shapes
import Testing
import Trials

/// B7: CTC-EM from trained weights.
@Suite struct HalfWindowClaimTests {
    /// Trainings from weights of each seed, with CTC-EM and without.
    ///
    /// - Parameters:
    ///   - more: points of label error that CTC-EM has more in windows of 64 steps than CTC-TR alone in 128.
    ///   - weights: nil for parameters that are drawn.
    private func trainings(
        more: Double = 0.5, seeds: Range<Int> = 1..<4, windows: [Int] = [64, 128, 256, 512],
        weights: String? = "trained.safetensors"
    ) throws -> [Row] {
        try seeds.flatMap { seed in
            try windows.flatMap { window in
                try [true, false].map { expectation in
                    let trial = try Trial(
                        cell: .lstm, batch: 512 / window, length: 4096,
                        strategy: .truncated(window: window, stride: window / 2),
                        task: .stream(mean: 193, expectation: expectation), seed: seed, updates: window,
                        weights: weights.map { WeightsReference(path: $0) })
                    // Seeds differ by more than what is to be seen between windows.
                    let rate = 5 + Double(seed) + (expectation && window == 64 ? more : expectation ? -0.25 : 0)
                    return simulated(trial, experiment: "trained-ctc").with(.heldOutQuality, .real(rate / 100))
                }
            }
        }
    }

    @Test func halfTheWindowIsAsGood() throws {
        let verdict = try judge("B7", trainings())
        #expect(verdict.outcome == .reproduced)
        #expect(abs(try #require(verdict.value) - 0.5) < 1e-9)
        #expect(
            verdict.measured
                == "label error 7.5 at 64 for 7.0 at 128, 6.8 at 128 for 7.0 at 256, 6.8 at 256 for 7.0 at 512 %, at worst +0.5 points"
        )
    }

    @Test func onePointMoreRefutes() throws {
        #expect(try judge("B7", trainings(more: 1.01)).outcome == .notReproduced)
    }

    @Test func aSeedThatOnlyOneHasCountsForNeither() throws {
        // Of a fourth seed, whose error is another, only trainings with CTC-EM are there.
        let fourth = try trainings(seeds: 9..<10).filter { $0.trial.task.usesExpectation == true }
        #expect(try judge("B7", trainings() + fourth).value == judge("B7", trainings()).value)
    }

    @Test func withoutSeedsOrWindowsItIsOpen() throws {
        #expect(try judge("B7", trainings(seeds: 1..<3)).outcome == .inconclusive)
        let verdict = try judge("B7", trainings(windows: [64, 128, 256]))
        #expect(verdict.measured == "3 seeds in windows of h and h/2 are needed of h 512")
        #expect(try judge("B7", trainings(weights: nil)).outcome == .inconclusive)
    }
}
