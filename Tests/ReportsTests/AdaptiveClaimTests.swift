import Glibc
import Reports
import Schedules
import Shapes
import Testing
import Trials

/// Claims about windows that a bound chooses.
@Suite struct AdaptiveClaimTests {
    // E5

    /// Estimates of `ratio` times what windows of stride 1 leave out, and β of the matrix.
    private func bounds(ratio: Double = 2, beta: Double = 1) throws -> [Row] {
        var rows: [Row] = []
        for scale in [0.7, 0.9] {
            let trial = try Trial(
                cell: .linear, length: 128, strategy: .adaptive(Adaptation(tolerance: 0.1)), task: .adding,
                recurrentWeights: .orthogonal(scale: scale), precision: .double)
            rows.append(
                simulated(trial, experiment: "gradient-decay").with(.gradientDecay, .real(scale * beta))
                    .with(.chosenWindow, .integer(9)).with(.estimatedRelativeBias, .real(0.09)))
        }
        for window in 2...6 {
            let error = pow(0.5, Double(window))
            let fixed = try Trial(
                cell: .lstm, length: 120, strategy: .truncated(window: window, stride: 1), task: .copy(delay: 10))
            rows.append(simulated(fixed, experiment: "bias-bound").with(.gradientRelativeError, .real(error)))
            let chosen = try Trial(
                cell: .lstm, length: 120, strategy: .adaptive(Adaptation(tolerance: error, most: 20)),
                task: .copy(delay: 10))
            rows.append(
                simulated(chosen, experiment: "bias-bound").with(.chosenWindow, .integer(window))
                    .with(.estimatedRelativeBias, .real(ratio * error)).with(.gradientDecay, .real(0.5)))
        }
        return rows
    }

    /// By rows of both its experiments.
    private func judge(_ rows: [Row]) -> Verdict {
        Claim.named("E5")!.judge(Dictionary(grouping: rows, by: \.experiment))
    }

    @Test func theBiasIsBounded() throws {
        let verdict = try judge(bounds())
        #expect(verdict.outcome == .reproduced, "\(verdict)")
        #expect(verdict.value == 2)
        #expect(verdict.measured.hasPrefix("estimate over measured ×2.00"))
    }

    @Test(arguments: [(0.9, 1.0), (3.5, 1), (2, 1.01)]) func anotherBoundRefutes(ratio: Double, beta: Double) throws {
        #expect(try judge(bounds(ratio: ratio, beta: beta)).outcome == .notReproduced)
    }

    @Test func withoutWindowsOfTheChosenLengthItIsOpen() throws {
        let rows = try bounds().filter { $0.trial.strategy.truncated == nil }
        #expect(judge(rows).outcome == .inconclusive)
        // With one value of λ nothing is said of others.
        #expect(try judge(Array(bounds().dropFirst())).outcome == .inconclusive)
    }

    // E6

    private func trainings(short: Double = 1.6, chosen: Double = 1.03, seeds: Range<Int> = 1..<4) throws -> [Row] {
        let fixed = [(5, short), (10, 1.035), (15, 1.02)].map { (WindowSurvey.Kind.every.strategy($0.0), $0.1) }
        let bounds = [0.9, 0.5, 0.1].map { (Strategy.adaptive(Adaptation(tolerance: $0, most: 30)), chosen) }
        return try seeds.flatMap { seed in
            try (fixed + bounds).map { strategy, perplexity in
                let trial = try Trial(
                    cell: .lstm, length: 120, strategy: strategy, task: .copy(delay: 10), seed: seed, updates: 9)
                return simulated(trial, experiment: "adaptive-window").with(.loss, .real(log(perplexity)))
            }
        }
    }

    @Test func chosenWindowsLearnAsWell() throws {
        let verdict = try ReportsTests.judge("E6", trainings())
        #expect(verdict.outcome == .reproduced)
        #expect(abs(verdict.value! - 0.01) < 1e-9)
        #expect(
            verdict.measured
                == "perplexity with bounds 1.030 at 0.9, 1.030 at 0.5, 1.030 at 0.1; with fixed K 1.600 at 5, 1.035 at 10, "
                + "1.020 at 15")
    }

    @Test(arguments: [(1.6, 1.05), (1.1, 1.03)]) func worseOnesRefute(short: Double, chosen: Double) throws {
        #expect(try ReportsTests.judge("E6", trainings(short: short, chosen: chosen)).outcome == .notReproduced)
    }

    @Test func fewerSeedsLeaveItOpen() throws {
        #expect(try ReportsTests.judge("E6", trainings(seeds: 1..<3)).outcome == .inconclusive)
    }
}
