import Foundation
import Kernels
import Networks
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    /// Windows that estimates choose.
    @Suite struct AdaptiveTests {
        private func trial(
            _ strategy: Strategy, _ task: TrainingTask, cell: Cell = .lstm, layers: Int = 1, length: Int = 24,
            weights: RecurrentWeights = .uniform, updates: Int = 0
        ) throws -> Trial {
            try Trial(
                cell: cell, layers: layers, input: task.leastInput, hidden: 9, batch: 3, length: length,
                strategy: strategy,
                task: task, recurrentWeights: weights, precision: .double, updates: updates, optimizer: .adam,
                learningRate: 0.01)
        }

        private func profile(_ trial: Trial, _ estimate: LagEstimate) throws -> LagProfile {
            let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
            return try session.executor.profile(estimate).profile
        }

        /// Where the recurrent matrix is λ times a rotation: φ_k = λᵏ φ₀.
        @Test(arguments: [0.6, 0.9]) func normsFallByTheMatrix(lambda: Double) throws {
            let trial = try trial(.full, .adding, cell: .linear, weights: .orthogonal(scale: lambda))
            let profile = try profile(trial, LagEstimate(length: 24, window: 20, source: 23))
            #expect(profile.norms.count == 21 && profile.norms[0] > 0)
            for (lag, norm) in profile.norms.enumerated() {
                #expect(abs(norm / (profile.norms[0] * pow(lambda, Double(lag))) - 1) < 1e-11, "lag \(lag)")
            }
            #expect(abs(profile.decay / lambda - 1) < 1e-11)
        }

        /// By finite differences: the mean norm over streams, of all layers, where the state is moved one lag before the loss.
        @Test(arguments: [Cell.elman, .gru, .lstm]) func normsAreOfEachStream(cell: Cell) throws {
            // A window's profile does not depend on what is kept further back.
            let trial = try trial(.full, .copy(delay: 2), cell: cell, layers: 2)
            let long = try profile(trial, LagEstimate(length: 24, window: 24, source: 17))
            let short = try profile(trial, LagEstimate(length: 24, window: 5, source: 17))
            #expect(long.norms.count == 19 && short.norms.count == 6)
            for lag in 0..<6 {
                #expect(abs(long.norms[lag] - short.norms[lag]) <= 1e-14 * long.norms[0])
                #expect(long.cumulativeNorms[lag] <= long.norms[0...lag].reduce(0, +) * (1 + 1e-12))
            }
            #expect(abs(long.cumulativeNorms[0] - short.cumulativeNorms[0]) <= 1e-14 * long.norms[0])
        }

        /// With a tolerance that nothing meets it is truncation at the largest window, to the last bit: estimates change neither
        /// parameters nor the state with which the next update begins.
        @Test(arguments: [TrainingTask.adding, .copy(delay: 3), TaskTests.text]) func estimatesChangeNothing(
            task: TrainingTask
        ) throws {
            func outcome(_ strategy: Strategy) throws -> (losses: [Double], parameters: [[Double]]) {
                let trial = try trial(strategy, task, updates: 5)
                let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
                try session.prepare(warmup: 0)
                let trainer = try Trainer(session)
                for _ in 0..<5 { _ = try trainer.update() }
                let figures = trainer.figures
                #expect(figures[.forwardSteps] == figures[.predictedForwardSteps])
                return (trainer.curve.losses, session.network.parameters.map { $0.exported($0.values) })
            }
            let never = Adaptation(tolerance: 1e-9, most: 4, every: 2)
            let (found, expected) = (try outcome(.adaptive(never)), try outcome(.truncated(window: 8, stride: 4)))
            #expect(found.losses == expected.losses && found.parameters == expected.parameters)
        }

        /// What is measured is the window that the estimate asked for, and the peak that of the largest.
        @Test func measuresTheChosenWindow() throws {
            let trial = try trial(.adaptive(Adaptation(tolerance: 0.5, most: 10)), .copy(delay: 3))
            let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
            try session.prepare(warmup: 0)
            let found = try session.measure()
            guard case .integer(let window)? = found[.chosenWindow] else { return #expect(Bool(false), "no window") }
            #expect((2..<10).contains(window), "\(window)")
            let other = try self.trial(.truncated(window: 2 * window, stride: window), .copy(delay: 3))
            let fixed = try Session<Double>(other, heaps: TrainingTests.heaps)
            try fixed.prepare(warmup: 0)
            let expected = try fixed.measure()
            for figure in [Figure.gradientRelativeError, .gradientCosine, .backwardSteps, .loss] {
                #expect(found[figure] == expected[figure], "\(figure)")
            }
            #expect(found[.gradientExact] == .flag(false))
            let largest = try self.trial(.truncated(window: 20, stride: 10), .copy(delay: 3))
            #expect(
                found[.peakBytes] == .integer(largest.demand.peakBytes) && found[.predictionGapBytes] == .integer(0))
            #expect(found[.estimatedRelativeBias] != nil && found[.gradientDecay] != nil)
        }

        /// A training that is resumed between two estimates goes on with the window it had.
        @Test func resumesWithItsWindow() throws {
            let path = FileManager.default.temporaryDirectory.path + "/unroll-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: path) }
            let trial = try trial(
                .adaptive(Adaptation(tolerance: 0.5, most: 10, every: 4)), .copy(delay: 3), updates: 7)
            func trainer() throws -> Trainer<Double> {
                let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
                try session.prepare(warmup: 0)
                return try Trainer(session)
            }
            let whole = try trainer()
            var windows: [Int?] = []
            for update in 0..<7 {
                if update == 6 { try whole.save(to: path) }
                windows.append(try whole.update().window)
            }
            #expect(windows.allSatisfy { $0 != nil } && Set(windows[0..<4]).count == 1 && Set(windows[4...]).count == 1)
            let rest = try trainer()
            try rest.resume(from: path)
            #expect(try rest.update().window == windows[6])
            #expect(rest.curve.losses == whole.curve.losses)
        }

        /// A loss of whole sequences is of no step.
        @Test func sequencesAreRefused() throws {
            let error = #expect(throws: TrialError.self) {
                try trial(.adaptive(Adaptation(tolerance: 0.5)), .labelling)
            }
            #expect(error?.description.hasPrefix("strategy 'adaptive:tolerance=0.5' reads how far back") == true)
        }
    }
}
