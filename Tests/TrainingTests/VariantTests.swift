import CaseLists
import Kernels
import Networks
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    /// Networks that depart from the plain one, and schedules that make no gradient or a random one.
    @Suite struct VariantTests {
        private func session<S: Scalar>(
            _: S.Type, _ cell: Cell, layers: Int = 1, input: Int = 6, hidden: Int = 20, batch: Int = 3, length: Int = 9,
            strategy: Strategy = .full, task: TrainingTask = .noise, variant: Variant = .plain,
            weights: RecurrentWeights = .uniform, threads: Int = 1
        ) throws -> Session<S> {
            try Session(
                Trial(
                    cell: cell, layers: layers, input: input, hidden: hidden, batch: batch, length: length,
                    strategy: strategy, task: task, variant: variant, recurrentWeights: weights,
                    precision: S.self == Float.self ? .float : .double, threads: threads), heaps: TrainingTests.heaps)
        }

        /// Every byte of a variant is predicted, whatever the strategy.
        @Test(arguments: Cases.cells, [Variant.untied, .inputAdjoint, .noStateAdjoint])
        func predictionsAreExact(cell: Cell, variant: Variant) throws {
            let strategies: [Strategy] = [.full, .truncated(window: 4, stride: 2), .segmented(length: 3)]
            for (layers, strategy) in zip([1, 2, 3], strategies) {
                let session = try session(Float.self, cell, layers: layers, strategy: strategy, variant: variant)
                try session.prepare(warmup: 0)
                let row = try session.measure()
                #expect(row[.predictionGapBytes] == .integer(0))
                #expect(row[.peakBytes] == row[.predictedPeakBytes])
            }
        }

        /// Untied, the gradient of each copy is its step's part: their sum is that of the weights that are one. In another
        /// order of summation, hence 1e-14 and not 0.
        @Test(arguments: Cases.cells, [TrainingTask.adding, .noise]) func untiedWeights(
            cell: Cell, task: TrainingTask
        ) throws {
            for layers in [1, 2] {
                for strategy in [Strategy.full, .segmented(length: 4), .binomial(slots: 2)] {
                    for threads in [1, 2] {
                        let session = try session(
                            Double.self, cell, layers: layers, strategy: strategy, task: task, variant: .untied,
                            threads: threads)
                        try session.prepare(warmup: 0)
                        let row = try session.measure()
                        #expect(try row.number(.gradientRelativeError) < 1e-14)
                        #expect(row[.gradientExact] == .flag(true))
                        let tied = try self.session(Double.self, cell, layers: layers, task: task)
                        try tied.prepare(warmup: 0)
                        #expect(try tied.measure()[.loss] == row[.loss])
                    }
                }
            }
        }

        /// A window does to untied weights what it does to tied ones: the copies are no way around it.
        @Test func untiedWeightsAreTruncatedAlike() throws {
            func error(_ variant: Variant) throws -> Double {
                let session = try session(
                    Double.self, .lstm, strategy: .truncated(window: 3, stride: 3), variant: variant)
                try session.prepare(warmup: 0)
                return try session.measure().number(.gradientRelativeError)
            }
            let (tied, untied) = try (error(.plain), error(.untied))
            #expect(tied > 1e-4 && abs(tied - untied) < 1e-13)
        }

        /// The gradient to the inputs is made and changes no bit of any other.
        @Test(arguments: Cases.cells, [1, 2]) func inputAdjoint(cell: Cell, layers: Int) throws {
            for threads in [1, 2] {
                let plain = try session(Float.self, cell, layers: layers, input: 40, hidden: 40, threads: threads)
                _ = try plain.executor.run(plain.schedule)
                let snapshot = GradientSnapshot(of: plain.network)
                let session = try session(
                    Float.self, cell, layers: layers, input: 40, hidden: 40, variant: .inputAdjoint, threads: threads)
                try session.prepare(warmup: 0)
                let (more, less) = try (session.measure(), plain.measure())
                let isSame = snapshot.isIdentical(to: session.network)
                #expect(isSame)
                #expect(try more.number(.flops) - less.number(.flops) == Double(9 * 2 * 3 * 40 * cell.gates * 40))
            }
        }

        /// Without the gradient from a state to the one before, what is left is a window of one step.
        @Test(arguments: Cases.cells, [1, 2, 3]) func noStateAdjoint(cell: Cell, layers: Int) throws {
            let without = try session(Double.self, cell, layers: layers, variant: .noStateAdjoint)
            _ = try without.executor.run(without.schedule)
            let snapshot = GradientSnapshot(of: without.network)
            let plain = try session(Double.self, cell, layers: layers)
            _ = try plain.executor.run(Truncated(length: 9, window: 1, stride: 1))
            // The steps add up in another order.
            #expect(snapshot.comparedTo(plain.network).relativeError! < 1e-14)
            _ = try plain.executor.run(plain.schedule)
            #expect(snapshot.comparedTo(plain.network).relativeError! > 1e-3)
            try without.prepare(warmup: 0)
            #expect(try without.measure()[.gradientExact] == .flag(false))
        }

        /// Two steps add up the same either way round, and a batch of 256 adds up each step's products on its own: then even
        /// the matrices' bits are those of a window of one step. (Vectors add up row by row.)
        @Test(arguments: Cases.cells) func noStateAdjointOfTwoSteps(cell: Cell) throws {
            func gradients(_ variant: Variant, _ schedule: any Schedule) throws -> [[Float]] {
                let session = try session(Float.self, cell, batch: 256, length: 2, variant: variant)
                _ = try session.executor.run(schedule)
                return session.network.parameters.filter { $0.shape.count == 2 }.map { $0.exported($0.gradient) }
            }
            let full = Full(length: 2)
            let without = try gradients(.noStateAdjoint, full)
            let isSame = try without == gradients(.plain, Truncated(length: 2, window: 1, stride: 1))
            let isFull = try without == gradients(.plain, full)
            #expect(isSame && !isFull)
        }

        /// One product for all gates is the same panels in the same order: the same bits.
        @Test(arguments: [64, 128, 192]) func fusedGates(hidden: Int) throws {
            func gradients(_ layers: Int, _ variant: Variant) throws -> [[Float]] {
                let session = try session(Float.self, .lstm, layers: layers, hidden: hidden, variant: variant)
                try session.prepare(warmup: 0)
                #expect(try session.measure()[.predictionGapBytes] == .integer(0))
                return session.network.parameters.map { $0.exported($0.gradient) }
            }
            for layers in [1, 2] {
                let isSame = try gradients(layers, .plain) == gradients(layers, .fusedGates)
                #expect(isSame)
            }
        }

        /// Forward alone there is no gradient, no loss, and nothing is invented in their place.
        @Test(arguments: Cases.cells) func inference(cell: Cell) throws {
            // One after the other: the heaps are shared.
            func measured(_ length: Int) throws -> Measurement {
                let session = try session(Float.self, cell, length: length, strategy: .inference)
                try session.prepare(warmup: 1)
                return try session.measure()
            }
            let row = try measured(9)
            for figure in [Figure.gradientExact, .gradientRelativeError, .gradientCosine, .loss] {
                #expect(row[figure] == nil)
            }
            #expect(row[.forwardSteps] == .integer(9) && row[.backwardSteps] == .integer(0))
            #expect(row[.recordsBytes] == .integer(0) && row[.statesBytes] == .integer(0))
            let state = cell.stateWidth(hidden: 20) / cell.phases
            let products = cell.gates * 20 * (6 + (cell.hasHiddenMatrix ? state : 0))
            #expect(row[.flops] == .integer(9 * 2 * 3 * (products + (cell.kind.projects ? 20 * state : 0))))
            #expect(row[.predictionGapBytes] == .integer(0))
            #expect(try measured(90)[.peakBytes] == row[.peakBytes])
        }

        /// The mean of random draws is the gradient; each repetition has its own draws, and a fixed window is not right
        /// on average or ever.
        @Test(arguments: Cases.cells) func randomTruncation(cell: Cell) throws {
            let random = try session(
                Double.self, cell, input: 3, hidden: 5, length: 12, strategy: .randomized(window: 3, draws: 2000))
            try random.prepare(warmup: 0)
            let rows = try [random.measure(), random.measure()]
            let fixed = try session(
                Double.self, cell, input: 3, hidden: 5, length: 12, strategy: .truncated(window: 3, stride: 3))
            try fixed.prepare(warmup: 0)
            let bias = try fixed.measure().number(.gradientRelativeError)
            for row in rows {
                let deviation = try row.number(.gradientStandardError)
                #expect(try row.number(.gradientRelativeError) < 3 * deviation)
                #expect(bias > 3 * deviation)
                #expect(row[.gradientExact] == .flag(false))
                #expect(row[.forwardSteps] == .integer(12) && row[.backwardSteps] == .integer(12))
                #expect(row[.predictionGapBytes] == .integer(0))
            }
            #expect(rows[0][.gradientRelativeError] != rows[1][.gradientRelativeError])
        }

        /// The standard error in two passes over the draws' gradients; where all draws are one gradient it is 0, and not rounding.
        @Test func standardErrorOfDraws() throws {
            for (window, draws) in [(3, 20), (1_000_000, 50)] {
                let session = try session(
                    Float.self, .lstm, input: 3, hidden: 5, length: 12,
                    strategy: .randomized(window: window, draws: draws))
                try session.prepare(warmup: 0)
                let found = try session.measure().number(.gradientStandardError)
                func gradient(_ schedule: any Schedule) throws -> [Double] {
                    _ = try session.executor.run(schedule)
                    return session.network.parameters.flatMap { $0.exported($0.gradient).map { Double($0) } }
                }
                let exact = try gradient(Full(length: 12))
                let all = try (0..<draws).map { try gradient(Randomized(length: 12, window: window, draw: $0)) }
                let means = exact.indices.map { index in all.reduce(0) { $0 + $1[index] } / Double(draws) }
                let squares = all.joined().enumerated().reduce(0) { sum, value in
                    let distance = value.element - means[value.offset % means.count]
                    return sum + distance * distance
                }
                let norm = exact.reduce(0) { $0 + $1 * $1 }
                let expected = (squares / Double(draws - 1) / Double(draws) / norm).squareRoot()
                if Set(all).count == 1 {
                    #expect(found == 0 && window == 1_000_000)
                } else {
                    #expect(abs(found - expected) < 1e-12 * expected && window == 3)
                }
            }
        }

        /// U Uᵀ = λ² for each gate, to rounding.
        @Test(arguments: Cell.allCases.filter { $0.hasHiddenMatrix && !$0.kind.projects }, [0.5, 1])
        func orthogonalWeights(
            cell: Cell, scale: Double
        ) throws {
            let hidden = 20
            let session = try session(
                Double.self, cell, layers: 2, hidden: hidden, weights: .orthogonal(scale: scale))
            for parameter in session.network.parameters where parameter.name.hasPrefix("weight_hh") {
                let u = parameter.exported(parameter.values)
                for gate in 0..<cell.gates {
                    for one in 0..<hidden {
                        for other in 0..<hidden {
                            let rows = (gate * hidden + one, gate * hidden + other)
                            let product = (0..<hidden).reduce(0.0) {
                                $0 + u[rows.0 * hidden + $1] * u[rows.1 * hidden + $1]
                            }
                            #expect(abs(product - (one == other ? scale * scale : 0)) < 1e-14)
                        }
                    }
                }
            }
        }
    }
}
