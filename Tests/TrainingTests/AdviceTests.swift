import Kernels
import Networks
import Planning
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    /// What windows cost in the gradient, and what is recommended for it.
    @Suite struct AdviceTests {
        private static let windows = [2, 3, 4, 6, 8, 10, 16, 24, 32]

        /// Trained on a lag, then surveyed with the parameters that came of it.
        private func advice(
            delay: Int, length: Int, updates: Int, batches: Int = 6, budget: Bytes? = nil, limit: Double = 0.05
        ) throws -> (advice: Advice, accuracy: Double) {
            let trial = try Trial(
                cell: .lstm, input: 4, hidden: 16, batch: 8, length: length, task: .copy(delay: delay),
                updates: updates,
                optimizer: .adam, learningRate: 0.02, clip: 1)
            return try advice(trained: trial, batches: batches, budget: budget, limit: limit)
        }

        private func advice(
            trained trial: Trial, batches: Int, budget: Bytes? = nil, limit: Double = 0.05
        ) throws -> (advice: Advice, accuracy: Double) {
            let session = try Session<Float>(trial, heaps: TrainingTests.heaps)
            let trainer = try Trainer(session)
            for _ in 0..<trial.updates { _ = try trainer.update() }
            return (
                try advice(session, batches: batches, budget: budget, limit: limit),
                trainer.curve.mean(ofLast: 10).quality ?? 0
            )
        }

        private func advice<S: Scalar>(
            _ session: Session<S>, batches: Int, budget: Bytes? = nil, limit: Double = 0.05
        ) throws -> Advice {
            let windows = AdviceTests.windows.filter { $0 < session.trial.length }
            let survey = GradientSurvey(session, windows: windows, reference: .full)
            let found = try (0..<batches).map { _ in try survey.next() }
            return Advice(
                found, summary: survey.summary, windows: windows, of: session.trial, limit: limit, budget: budget,
                prices: nil)
        }

        /// A lag of three is learned within a moment, and asks for a short window.
        @Test func aShortLagNeedsAShortWindow() throws {
            let (advice, accuracy) = try advice(delay: 3, length: 40, updates: 150, batches: 8)
            #expect(accuracy > 0.9)
            let recommendation = try #require(advice.recommendation)
            #expect((3...10).contains(recommendation.window), "\(recommendation)")
        }

        /// An LSTM does not learn a lag of twenty in 20,000 updates; orthogonal weights carry it.
        @Test func aLongLagNeedsALongWindow() throws {
            let trial = try Trial(
                cell: .elman, input: 4, hidden: 64, batch: 8, length: 60, task: .copy(delay: 20),
                recurrentWeights: .orthogonal(scale: 1), updates: 800, optimizer: .adam, learningRate: 0.001, clip: 1)
            let (advice, accuracy) = try advice(trained: trial, batches: 6)
            #expect(accuracy > 0.9)
            let recommendation = try #require(advice.recommendation)
            #expect(recommendation.window >= 20, "\(recommendation)")
        }

        /// The survey's figures by other ways: errors against a measured session's, bias and noise of equal batches.
        @Test func figuresAreThoseOfAMeasurement() throws {
            func session(_ strategy: Strategy) throws -> Session<Double> {
                let trial = try Trial(
                    cell: .gru, input: 4, hidden: 9, batch: 3, length: 20, strategy: strategy, task: .copy(delay: 5),
                    precision: .double)
                return try Session<Double>(trial, heaps: TrainingTests.heaps)
            }
            let advice = try advice(session(.full), batches: 1)
            #expect(advice.lines.map(\.window) == [2, 3, 4, 6, 8, 10, 16, 2, 3, 4, 6, 8, 10, 16])
            #expect(advice.exactNoise == nil && advice.lines.allSatisfy { $0.noise == nil && $0.bias == nil })
            for line in advice.lines {
                let measured = try session(line.kind.strategy(line.window))
                try measured.prepare(warmup: 0)
                let row = try measured.measure()
                let expected = try #require(row[.gradientRelativeError])
                #expect(abs(line.errors.median! - expected.number) <= 1e-12, "\(line.plan.strategy)")
                #expect(try abs(line.cosines.median! - row.number(.gradientCosine)) <= 1e-12)
                #expect(try line.plan.peakBytes >= Int(row.number(.peakBytes)))
                #expect((line.bound == nil) == (line.kind == .chunks))
            }
            // Windows that reach over the whole sequence leave nothing out.
            #expect(
                advice.lines.filter { $0.kind == .every && 2 * $0.window >= 20 }.allSatisfy {
                    $0.errors.median! < 1e-14
                })
        }

        /// Of two batches: the mean of both differences, and how far each gradient is from their mean.
        @Test func biasAndNoiseOfTwoBatches() throws {
            let trial = try Trial(
                cell: .elman, input: 4, hidden: 5, batch: 2, length: 12, task: .copy(delay: 3), precision: .double)
            let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
            let survey = GradientSurvey(session, windows: [2], reference: .full)
            _ = try (survey.next(), survey.next())
            func gradient(_ strategy: Strategy, _ batch: Int) throws -> [Double] {
                session.executor.advance(to: batch)
                _ = try session.executor.run(strategy.schedule(length: 12, footprint: trial.footprint))
                return session.network.parameters.flatMap {
                    Array(UnsafeBufferPointer(start: $0.gradient, count: $0.count))
                }
            }
            func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
            func half(_ one: [Double], _ other: [Double], _ sign: Double) -> [Double] {
                zip(one, other).map { ($0 + sign * $1) / 2 }
            }
            let exact = try (gradient(.full, 0), gradient(.full, 1))
            let size = norm(half(exact.0, exact.1, 1))
            for kind in WindowSurvey.Kind.allCases {
                let found = try (gradient(kind.strategy(2), 0), gradient(kind.strategy(2), 1))
                let difference = half(half(found.0, found.1, 1), half(exact.0, exact.1, 1), -1).map { 2 * $0 }
                #expect(abs(survey.summary.biases[kind]![0] - norm(difference) / size) < 1e-12)
                // √(Σ|g − ḡ|²/(2 − 1)) of two.
                let noise = norm(half(found.0, found.1, -1)) * 2.squareRoot() / size
                #expect(abs(survey.summary.noises[kind]![0] - noise) < 1e-12)
            }
            #expect(abs(survey.summary.exactNoise - norm(half(exact.0, exact.1, -1)) * 2.squareRoot() / size) < 1e-12)
        }
    }
}
