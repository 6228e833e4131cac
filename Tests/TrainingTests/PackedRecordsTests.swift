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
    /// Records in fewer bits.
    @Suite struct PackedRecordsTests {
        private static let formats = RecordFormat.allCases.filter { $0 != .native }
        private static let strategies: [Strategy] = [
            .full, .segmented(length: 4), .truncated(window: 6, stride: 2), .bisection, .binomial(slots: 3),
            .truncated(window: 5, stride: 5), .online(slots: 3),
        ]

        private func session<S: Scalar>(_ trial: Trial) throws -> Session<S> {
            let session = try Session<S>(trial, heaps: TrainingTests.heaps)
            try session.prepare(warmup: 0)
            return session
        }

        /// Every byte predicted, and the loss of native records to the last bit, whatever the cell, the strategy, the rounding and the
        /// shape; the gradient is off by what so many bits are.
        @Test(arguments: Cell.allCases, [false, true])
        func bytesAndLoss(cell: Cell, isBidirectional: Bool) throws {
            let shapes: [(hidden: Int, batch: Int, length: Int)] = [(100, 3, 17), (33, 13, 1), (16, 1, 17)]
            for (number, strategy) in Cases.every(3, of: PackedRecordsTests.strategies).enumerated()
            where !isBidirectional || !strategy.cutsAdjoint {
                let shape = shapes[number % shapes.count]
                func row(_ records: RecordFormat, _ rounding: Rounding) throws -> Measurement {
                    let trial = try Trial(
                        cell: cell, layers: 2, input: 5, hidden: shape.hidden, batch: shape.batch,
                        length: shape.length, strategy: strategy, bidirectional: isBidirectional,
                        threads: 1 + number % 2,
                        records: records, rounding: RecordRounding(rounding))
                    let session: Session<Float> = try session(trial)
                    return try session.measure()
                }
                let native = try row(.native, .nearest)
                let formats = PackedRecordsTests.formats
                let format = formats[(number + Cell.allCases.firstIndex(of: cell)!) % formats.count]
                for (format, rounding) in [(format, Rounding.nearest), (.int8, .stochastic)]
                    + (cell.kind.squared == nil ? [] : [(.int4, .independent)])
                {
                    let packed = try row(format, rounding)
                    let place = Comment("\(cell) \(strategy) \(shape) \(format) \(rounding)")
                    #expect(packed[.predictionGapBytes] == .integer(0), place)
                    #expect(packed[.loss] == native[.loss], place)
                    #expect(packed[.gradientExact] == .flag(false), place)
                    // Of the smallest class of sizes there is nothing less.
                    let saved = try native.number(.recordsBytes) - packed.number(.recordsBytes)
                    #expect(saved > 0 || shape.batch != 3, place)
                    let off = try packed.number(.gradientRelativeError)
                    if !strategy.cutsAdjoint { #expect(off < ([.int4, .int2].contains(format) ? 0.7 : 0.1), place) }
                }
            }
        }

        /// Half the bits, half the error, of Float and of Double.
        @Test func errorsFollowTheBits() throws {
            for cell in [Cell.elman, .lstm, .gru] {
                func errors<S: Scalar>(_: S.Type, _ precision: Precision) throws -> [Double] {
                    try PackedRecordsTests.formats.map { format in
                        let trial = try Trial(
                            cell: cell, input: 5, hidden: 40, batch: 4, length: 20, precision: precision,
                            records: format)
                        let session: Session<S> = try session(trial)
                        return try session.measure().number(.gradientRelativeError)
                    }
                }
                let (single, double) = try (errors(Float.self, .float), errors(Double.self, .double))
                for errors in [single, double] {
                    let (brain, half, eight, four, two) = (errors[0], errors[1], errors[2], errors[3], errors[4])
                    // Of bfloat16 the roundoff is 2⁻⁹; float16 has three bits more, int8 four more than int4, int4 two more than int2.
                    #expect((0.05 * 0x1p-9...4 * 0x1p-9).contains(brain))
                    #expect((4.0...16).contains(brain / half), "\(cell)")
                    #expect((8.0...34).contains(four / eight), "\(cell)")
                    #expect((2.5...10).contains(two / four), "\(cell)")
                }
            }
        }

        /// Two, three and one thread round alike, by rows and by units, and recording a step again rounds it as before.
        @Test(arguments: [RecordRounding(.stochastic), RecordRounding(.nearest)])
        func sameOnEveryNumberOfThreads(rounding: RecordRounding) throws {
            try TrainingTests.expectSameBits { cell, batch, isBidirectional, threads in
                try Trial(
                    cell: cell, layers: 2, input: 6, hidden: 70, batch: batch, length: 12,
                    strategy: .segmented(length: 5), bidirectional: isBidirectional, threads: threads, records: .int8,
                    rounding: rounding)
            }
        }

        /// Another draw is another gradient, and the same draw the same.
        @Test func drawsDiffer() throws {
            let trial = try Trial(
                cell: .lstm, input: 5, hidden: 20, batch: 2, length: 9, records: .int4,
                rounding: RecordRounding(.stochastic))
            let session = try Session<Float>(trial, heaps: TrainingTests.heaps)
            func gradient(_ draw: Int) throws -> GradientSnapshot<Float> {
                session.network.noise.draw = draw
                _ = try session.executor.run(session.schedule)
                return GradientSnapshot(of: session.network)
            }
            let first = try gradient(0)
            _ = try gradient(1)
            #expect(!first.isIdentical(to: session.network))
            _ = try gradient(0)
            #expect(first.isIdentical(to: session.network))
        }

        /// 1 − h² of a rounded h is off by its variance; with two roundings it is not. A linear cell's gradient is right either way.
        @Test func meansOverDraws() throws {
            func deviations(_ cell: Cell, _ rounding: Rounding) throws -> Double {
                let trial = try Trial(
                    cell: cell, input: 4, hidden: 16, batch: 2, length: 24, recurrentWeights: .orthogonal(scale: 1.2),
                    precision: .double, records: .int4, rounding: RecordRounding(rounding, draws: 2000))
                let session: Session<Double> = try session(trial)
                let row = try session.measure()
                return try row.number(.gradientRelativeError) / row.number(.gradientStandardError)
            }
            #expect(try deviations(.linear, .stochastic) < 2)
            #expect(try deviations(.elman, .stochastic) > 4)
            #expect(try deviations(.elman, .independent) < 2)
        }

        /// A network learns with it, each update by its own rounding.
        @Test func training() throws {
            func losses(_ records: RecordFormat, _ rounding: Rounding) throws -> [Double] {
                let session: Session<Double> = try session(
                    Trial(
                        cell: .lstm, input: 3, hidden: 9, batch: 2, length: 12, precision: .double, updates: 30,
                        learningRate: 0.1, records: records, rounding: RecordRounding(rounding)))
                let trainer = try Trainer(session)
                return try (0..<30).map { _ in try trainer.update().loss }
            }
            let (native, packed) = try (losses(.native, .nearest), losses(.int8, .stochastic))
            #expect(packed[0] == native[0] && packed[29] != native[29])
            #expect(abs(packed[29] - native[29]) < 0.01 * native[29])
        }
    }
}
