import Glibc
import Reports
import Schedules
import Shapes
import Testing
import Trials

/// Claims about what unrolling, truncation and batched products are worth.
@Suite struct UnrollingClaimTests {
    // A4, C5

    func untied(error: Double = 1e-15, lengths: [Int] = [8, 64]) throws -> [Row] {
        var rows: [Row] = []
        for cell in [Cell.elman, .lstm] {
            for length in lengths {
                for variant in [Variant.plain, .untied] {
                    let trial = try Trial(
                        cell: cell, layers: 2, input: 16, hidden: 32, batch: 4, length: length, variant: variant,
                        precision: .double)
                    rows.append(
                        simulated(trial, experiment: "untied-weights")
                            .with(.gradientRelativeError, .real(variant == .plain ? 0 : error)))
                }
            }
        }
        return rows
    }

    @Test func untiedWeightsHaveTheSameGradient() throws {
        let verdict = try judge("A4", untied())
        #expect(verdict.outcome == .reproduced)
        #expect(verdict.value == 1e-15)
        #expect(verdict.measured.hasPrefix("1.0e-15 apart (2 layers elman H 32 B 4, T 8, noise)"))
        #expect(try judge("A4", untied(error: 1e-12)).outcome == .reproduced)
    }

    @Test func anotherGradientRefutesTying() throws {
        var rows = try untied()
        rows[7] = rows[7].with(.gradientRelativeError, .real(1.1e-12))
        for id in ["A4", "C5"] { #expect(judge(id, rows).outcome == .notReproduced) }
    }

    @Test func withoutCopiesTyingIsOpen() throws {
        let plain = try untied().filter { $0.trial.variant == .plain }
        for id in ["A4", "C5"] { #expect(judge(id, plain).outcome == .inconclusive) }
        // Rounding of Float hides a difference.
        var float = try untied()
        for index in float.indices { float[index].trial.precision = .float }
        #expect(judge("A4", float).outcome == .inconclusive)
    }

    @Test func accumulatingInPlaceSaves() throws {
        let verdict = try judge("C5", untied())
        #expect(verdict.outcome == .reproduced)
        // Of two layers of Elman, padded widths 32: W 16 × 32 and 32 × 32, U 32 × 32 twice, four biases of 32; of 8 bytes.
        let copy = 8 * (16 * 32 + 3 * 32 * 32 + 4 * 32)
        #expect(
            verdict.measured.hasPrefix(
                "\(7 * copy) bytes more, 0 off (T − 1)·\(copy) (2 layers elman H 32 B 4, T 8, noise)"))
        for figure in [Figure.gradientsBytes, .weightsBytes] {
            for change in [-64, 64] {
                var rows = try untied()
                rows[3] = rows[3].adding(change, to: figure)
                #expect(judge("C5", rows).outcome == .notReproduced)
            }
        }
    }

    // A5

    func forwardAlone(lengths: [Int] = [64, 256, 4096]) throws -> [Row] {
        try sweep("inference", cells: [.elman, .lstm], lengths: lengths, strategies: [.inference, .full])
    }

    @Test func inferenceTakesTheSame() throws {
        let verdict = try judge("A5", forwardAlone())
        #expect(verdict.outcome == .reproduced)
        #expect(verdict.value == 1)
        #expect(verdict.measured.hasPrefix("×1.000 forward alone, exponent 0.997 in training ("))
        #expect(verdict.measured.contains("H 64 B 16, T 64…4096"))
    }

    @Test func growthRefutesConstantInference() throws {
        let rows = try forwardAlone()
        let grown = rows.map { row in
            row.trial.strategy == .inference && row.trial.length == 4096 && row.trial.cell == .lstm
                ? row.adding(Int(row[.peakBytes]! * 0.06), to: .peakBytes) : row
        }
        #expect(judge("A5", grown).outcome == .notReproduced)
        // Resident inputs are no growth of the network's.
        let resident = rows.map { row in
            row.trial.strategy == .inference
                ? row.adding(row.trial.length << 10, to: .peakBytes).adding(row.trial.length << 10, to: .inputsBytes)
                : row
        }
        #expect(judge("A5", resident).outcome == .reproduced)
        // Training that does not grow refutes as well.
        let flat = rows.map { row in
            row.trial.strategy == .full && row.trial.length == 4096
                ? row.with(.peakBytes, .integer(Int(row[.peakBytes]! / 2))) : row
        }
        #expect(judge("A5", flat).outcome == .notReproduced)
    }

    @Test func closeLengthsLeaveInferenceOpen() throws {
        #expect(try judge("A5", forwardAlone(lengths: [64, 2048])).outcome == .inconclusive)
        #expect(try judge("A5", forwardAlone().filter { $0.trial.strategy == .full }).outcome == .inconclusive)
        #expect(try judge("A5", forwardAlone().filter { $0.trial.strategy != .full }).outcome == .inconclusive)
    }

    // A6

    func adjoints(
        inputError: Double = 0, extra: Int = 0, window: (error: Double, cosine: Double) = (0.25, 0.9),
        without: (error: Double, cosine: Double) = (0.25, 0.9)
    ) throws -> [Row] {
        var rows: [Row] = []
        for cell in [Cell.lstm, .gru] {
            for (strategy, variant) in [
                (Strategy.full, Variant.plain), (.full, .inputAdjoint), (.full, .noStateAdjoint),
                (.truncated(window: 1, stride: 1), .plain), (.truncated(window: 1, stride: 1), .inputAdjoint),
            ] {
                let trial = try Trial(
                    cell: cell, input: 16, hidden: 32, batch: 4, length: 8, strategy: strategy, variant: variant,
                    precision: .double)
                let shape = trial.shape
                var values: (error: Double, cosine: Double) = (0, 1)
                if variant == .inputAdjoint { values.error = inputError }
                if variant == .noStateAdjoint { values = without }
                if strategy != .full { values = window }
                let flops = 8 * (shape.forwardFlops + shape.backwardFlops) + (variant == .inputAdjoint ? extra : 0)
                rows.append(
                    simulated(trial, experiment: "needed-adjoints").with(.gradientRelativeError, .real(values.error))
                        .with(.gradientCosine, .real(values.cosine)).with(.flops, .integer(flops)))
            }
        }
        return rows
    }

    @Test func statesNeedTheirGradientAndInputsDoNot() throws {
        let verdict = try judge("A6", adjoints())
        #expect(verdict.outcome == .reproduced)
        // 2 · 4 · 4 · 32 · 16 for each of eight steps.
        #expect(
            verdict.measured.hasPrefix(
                "with ∂x 0 apart and \(8 * 2 * 4 * 4 * 32 * 16) FLOP more (lstm H 32 B 4, T 8)"))
        #expect(verdict.measured.contains("without ∂h 0.250 from the gradient, a window of 1 0.250"))
        #expect(try judge("A6", adjoints(without: (0.25 + 5e-13, 0.9 - 5e-13))).outcome == .reproduced)
    }

    @Test func otherGradientsRefuteNeeds() throws {
        for rows in try [
            adjoints(inputError: 1e-16), adjoints(extra: 1), adjoints(extra: -8 * 2 * 4 * 4 * 32 * 16),
            adjoints(without: (0.25 + 2e-12, 0.9)), adjoints(without: (0.25, 0.9 + 2e-12)),
            // Nothing was lost: they were not needed.
            adjoints(window: (0, 1), without: (0, 1)),
        ] { #expect(judge("A6", rows).outcome == .notReproduced) }
    }

    @Test func missingVariantsLeaveNeedsOpen() throws {
        let rows = try adjoints()
        for variant in [Variant.inputAdjoint, .noStateAdjoint] {
            #expect(judge("A6", rows.filter { $0.trial.variant != variant }).outcome == .inconclusive)
        }
        #expect(judge("A6", rows.filter { $0.trial.strategy == .full }).outcome == .inconclusive)
        #expect(judge("A6", rows.map { $0.with(.gradientCosine, nil) }).outcome == .inconclusive)
    }

    // E1

    /// Bias λᵏ, of windows k of a sequence of 128 steps.
    func decaying(
        windows: [Int] = [1, 4, 10, 30, 60, 128], scales: [Double] = [0.8, 0.9], rate: (Double) -> Double = { $0 }
    ) throws -> [Row] {
        try scales.flatMap { scale in
            try windows.map { window in
                let trial = try Trial(
                    cell: .linear, input: 8, hidden: 16, batch: 2, length: 128,
                    strategy: .truncated(window: window, stride: 1), task: .adding,
                    recurrentWeights: .orthogonal(scale: scale),
                    precision: .double)
                return simulated(trial, experiment: "truncation-bias")
                    .with(.gradientRelativeError, .real(window >= 128 ? 0 : pow(rate(scale), Double(window))))
            }
        }
    }

    @Test func biasDecaysGeometrically() throws {
        let verdict = try judge("E1", decaying())
        #expect(verdict.outcome == .reproduced)
        #expect(abs(try #require(verdict.value) - 1) < 1e-9)
        #expect(verdict.measured.hasPrefix("1.000 ln λ (linear H 16 B 2, λ 0."))
        for power in [0.96, 1.04] {
            #expect(try judge("E1", decaying { pow($0, power) }).outcome == .reproduced)
        }
    }

    @Test(arguments: [0.94, 1.06, 0, -1]) func anotherRateRefutesDecay(power: Double) throws {
        #expect(try judge("E1", decaying { pow($0, power) }).outcome == .notReproduced)
    }

    @Test func biasOfTheWholeSequenceRefutesDecay() throws {
        let rows = try decaying()
        let biased = rows.map {
            $0.trial.strategy == .truncated(window: 128, stride: 1) ? $0.with(.gradientRelativeError, .real(1e-9)) : $0
        }
        #expect(judge("E1", biased).outcome == .notReproduced)
        let unbiased = rows.map {
            $0.trial.strategy == .truncated(window: 4, stride: 1) ? $0.with(.gradientRelativeError, .real(0)) : $0
        }
        #expect(judge("E1", unbiased).outcome == .notReproduced)
    }

    @Test func fewWindowsLeaveDecayOpen() throws {
        #expect(try judge("E1", decaying(windows: [1, 4, 10, 30, 50, 128])).outcome == .inconclusive)
        #expect(try judge("E1", decaying(windows: [1, 4, 10, 60, 128])).outcome == .inconclusive)
        #expect(try judge("E1", decaying(windows: [1, 4, 10, 30, 60])).outcome == .inconclusive)
        let one = try judge("E1", decaying(scales: [0.9]))
        #expect(one.outcome == .inconclusive)
        #expect(one.measured.hasSuffix("; two values of λ are needed"))
        // A refutation by one λ needs no second.
        #expect(try judge("E1", decaying(scales: [0.9]) { $0 * $0 }).outcome == .notReproduced)
    }

    // E4

    func random(
        error: Double = 0.002, deviation: Double? = 0.001, fixed: Double = 0.1, draws: Int = 10_000
    ) throws -> [Row] {
        try [Strategy.randomized(window: 4, draws: draws), .truncated(window: 4, stride: 4)].flatMap { strategy in
            let trial = try Trial(
                cell: .elman, input: 4, hidden: 8, batch: 2, length: 24, strategy: strategy, precision: .double)
            let isRandom = strategy != .truncated(window: 4, stride: 4)
            return (1...3).map { repetition in
                simulated(trial, experiment: "randomized-truncation", repetition: repetition)
                    .with(.gradientRelativeError, .real(isRandom ? error / Double(repetition) : fixed))
                    .with(.gradientStandardError, isRandom ? deviation.map(Value.real) : nil)
            }
        }
    }

    @Test func randomTruncationIsUnbiased() throws {
        let verdict = try judge("E4", random())
        #expect(verdict.outcome == .reproduced)
        #expect(verdict.value == 2)
        #expect(
            verdict.measured
                == "random 2.00, fixed 100.0 standard errors off (elman H 8 B 2, T 24, window 4, 10000 draws)")
    }

    @Test func biasRefutesRandomTruncation() throws {
        // One repetition of three is enough.
        let verdict = try judge("E4", random(error: 0.0031))
        #expect(verdict.outcome == .notReproduced)
        #expect(abs(try #require(verdict.value) - 3.1) < 1e-9)
    }

    @Test func whatDrawsCannotTellIsOpen() throws {
        #expect(try judge("E4", random(draws: 9999)).outcome == .inconclusive)
        #expect(try judge("E4", random(deviation: nil)).outcome == .inconclusive)
        // So few or so wild draws that the fixed window is as near.
        #expect(try judge("E4", random(fixed: 0.003)).outcome == .inconclusive)
        let alone = try random().filter { $0.trial.strategy.name == "randomized" }
        #expect(judge("E4", alone).outcome == .inconclusive)
    }

    // H1, H2
}
