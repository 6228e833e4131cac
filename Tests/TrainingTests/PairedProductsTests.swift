import CaseLists
import Kernels
import Networks
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials
import Vectors

extension TrainingTests {
    /// Networks whose products are of bfloat16.
    @Suite struct PairedProductsTests {
        private static let strategies: [Strategy] = [
            .full, .segmented(length: 4), .truncated(window: 6, stride: 2), .bisection, .binomial(slots: 3),
            .truncated(window: 5, stride: 5), .online(slots: 3), .inference,
        ]
        /// What no gradient may be off by, relative to that of Double.
        private static let tolerance = 0x1p-6

        private func session<S: Scalar>(_ trial: Trial, _: S.Type) throws -> Session<S> {
            let session = try Session<S>(trial, heaps: TrainingTests.heaps)
            try session.prepare(warmup: 0)
            return session
        }

        /// Every byte predicted, whatever the cell, the strategy and the shape; the gradient and the loss off by what 8 bits of precision are.
        @Test(arguments: Cell.allCases, [false, true])
        func bytesAndError(cell: Cell, isBidirectional: Bool) throws {
            let shapes: [(hidden: Int, batch: Int, length: Int, input: Int)] = [
                (100, 3, 17, 5), (33, 13, 1, 1), (16, 1, 17, 8), (64, 40, 12, 3),
            ]
            let first = Cell.allCases.firstIndex(of: cell)!
            // Each cell has its own third of the strategies.
            for (number, strategy) in Cases.every(3, of: PairedProductsTests.strategies, from: first % 3).enumerated()
            where !isBidirectional || !strategy.cutsAdjoint {
                let shape = shapes[(number + first) % shapes.count]
                func row(_ precision: Precision) throws -> Measurement {
                    let trial = try Trial(
                        cell: cell, layers: 2, input: shape.input, hidden: shape.hidden, batch: shape.batch,
                        length: shape.length, strategy: strategy, bidirectional: isBidirectional, precision: precision,
                        threads: 1 + number % 2)
                    return try session(trial, Float.self).measure()
                }
                let place = Comment("\(cell) \(strategy) \(shape)")
                let (float, paired) = try (row(.float), row(.bfloat16))
                #expect(paired[.predictionGapBytes] == .integer(0), place)
                guard strategy != .inference else { continue }
                let (one, other) = try (float.number(.loss), paired.number(.loss))
                #expect(one != other && abs(one - other) <= PairedProductsTests.tolerance * one.magnitude, place)
                let off = try paired.number(.gradientRelativeError)
                #expect(paired[.gradientExact] == .flag(false), place)
                // What a window leaves out is left out of both.
                let allowed = PairedProductsTests.tolerance + (float[.gradientRelativeError]?.number ?? 0) * 1.01
                #expect(off > 0 && (off <= allowed || PairedProductsTests.enlarges(cell)), place)
            }
        }

        /// Against full unrolling in Double. Layer normalisation divides by how far sums are spread, and enlarges every error: there a
        /// gradient is as far off as that of weights which were rounded, with all else in Double.
        @Test(arguments: Cell.allCases) func errorAgainstDouble(cell: Cell) throws {
            func gradient<S: Scalar>(_: S.Type, _ precision: Precision, roundsWeights: Bool = false) throws -> [Double]
            {
                let trial = try Trial(
                    cell: cell, input: 7, hidden: 65, batch: 5, length: 24, task: .adding, precision: precision)
                let session = try Session<S>(trial, heaps: TrainingTests.heaps)
                for parameter in session.network.parameters where roundsWeights && parameter.shape.count == 2 {
                    var packed = Array(repeating: UInt8(0), count: 2 * parameter.count)
                    S.pack(
                        parameter.values, NumberRuns(of: parameter.count), as: .bfloat16, to: &packed, key: nil,
                        place: 0)
                    S.unpack(packed, NumberRuns(of: parameter.count), as: .bfloat16, to: parameter.values)
                }
                _ = try session.executor.run(session.schedule)
                return session.network.gradient
            }
            let (double, paired) = try (gradient(Double.self, .double), gradient(Float.self, .bfloat16))
            let error = GradientDistance(of: paired, to: double).relativeError!
            guard PairedProductsTests.enlarges(cell) else {
                #expect(error <= PairedProductsTests.tolerance, "\(cell)")
                return
            }
            let moved = try gradient(Double.self, .double, roundsWeights: true)
            #expect(error <= 3 * GradientDistance(of: moved, to: double).relativeError!, "\(cell)")
        }

        private static func enlarges(_ cell: Cell) -> Bool { cell == .layernorm }

        /// Two, three and one thread come to the same bits, by rows and by units, and so does running again.
        @Test func sameOnEveryNumberOfThreads() throws {
            try TrainingTests.expectSameBits { cell, batch, isBidirectional, threads in
                try Trial(
                    cell: cell, layers: 2, input: 6, hidden: 70, batch: batch, length: 12,
                    strategy: .segmented(length: 5), bidirectional: isBidirectional, precision: .bfloat16,
                    threads: threads)
            }
        }

        /// Steps one by one have the bits of steps many at once, and all gates with one product those of one by one.
        @Test func waysToMultiplyAreAlike() throws {
            let usual = try Session<Float>(
                Trial(cell: .lstm, input: 9, hidden: 64, batch: 3, length: 11, precision: .bfloat16),
                heaps: TrainingTests.heaps)
            _ = try usual.executor.run(usual.schedule)
            let gradient = GradientSnapshot(of: usual.network)
            for (projection, variant) in [(InputProjection.perStep, Variant.plain), (.batched, .fusedGates)] {
                let trial = try Trial(
                    cell: .lstm, input: 9, hidden: 64, batch: 3, length: 11, inputProjection: projection,
                    variant: variant, precision: .bfloat16)
                let session = try Session<Float>(trial, heaps: TrainingTests.heaps)
                _ = try session.executor.run(session.schedule)
                #expect(gradient.isIdentical(to: session.network))
            }
        }

        /// Records in other formats go with it, and updates make the loss less.
        @Test(arguments: RecordFormat.allCases) func recordsOfOtherFormats(format: RecordFormat) throws {
            func row(_ updates: Int) throws -> Measurement {
                let trial = try Trial(
                    cell: .gru, input: 6, hidden: 33, batch: 4, length: 15, task: .adding, precision: .bfloat16,
                    updates: updates, optimizer: .adam, learningRate: 0.01, records: format)
                return try session(trial, Float.self).measure()
            }
            let (few, many) = try (row(2), row(100))
            #expect(few[.predictionGapBytes] == .integer(0) && many[.predictionGapBytes] == .integer(0))
            #expect(try many.number(.loss) < 0.8 * few.number(.loss))
        }

        /// What carries sensitivities, undoes steps or starts again from records is of Float or Double.
        @Test func whatIsRefused() throws {
            let cases: [(Cell, Strategy)] = [
                (.elman, .forward(block: nil)), (.elman, .rflo(leak: 0.5)), (.elman, .snap(order: 1)),
                (.elman, .internal(slots: 3)), (.elman, .mixed(memory: Bytes(4096))), (.revgru(bits: 3), .reversible),
            ]
            for (cell, strategy) in cases {
                #expect {
                    try Trial(
                        cell: cell, input: 4, hidden: 8, batch: 2, length: 9, strategy: strategy, precision: .bfloat16
                    )
                } throws: {
                    "\($0)".contains("; allowed: scalar float, double, or full")
                }
            }
        }
    }
}
