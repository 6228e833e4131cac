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
    /// Saved states in fewer bits.
    @Suite struct PackedStatesTests {
        private static let strategies: [Strategy] = [
            .segmented(length: 4), .bisection, .binomial(slots: 3), .multistage(memory: 1, disk: 4), .online(slots: 3),
            .mixed(memory: Bytes(80 << 10)),
        ]

        private func session<S: Scalar>(_ trial: Trial) throws -> Session<S> {
            let files =
                trial.strategy.usesDisk
                ? try StateFiles(directory: TrainingTests.directory("packed-\(trial.identifier)")) : nil
            let session = try Session<S>(trial, heaps: TrainingTests.heaps, files: files)
            try session.prepare(warmup: 0)
            return session
        }

        /// Every byte predicted, those on disk too, whatever the cell, the strategy, the precision and the shape. The gradient is off
        /// by what states are rounded by, 2⁻⁹, at each of some four saved states of each layer. States in fixed point stay there: what
        /// is rounded to fewer bits is a whole number still, and as far from the limits, which are powers of two.
        @Test(arguments: Cell.allCases, [false, true])
        func bytesAndErrors(cell: Cell, isBidirectional: Bool) throws {
            for (number, strategy) in Cases.every(3, of: PackedStatesTests.strategies).enumerated() {
                func row<S: Scalar>(_: S.Type, _ precision: Precision, _ states: StateFormat) throws -> Measurement {
                    let trial = try Trial(
                        cell: cell, layers: 2, input: 5, hidden: [100, 33][number % 2], batch: 3, length: 17,
                        strategy: strategy, bidirectional: isBidirectional, precision: precision,
                        threads: 1 + number % 2, states: states)
                    let session: Session<S> = try session(trial)
                    return try session.measure()
                }
                func check<S: Scalar>(_: S.Type, _ precision: Precision) throws {
                    let native = try row(S.self, precision, .native)
                    let packed = try row(S.self, precision, .bfloat16)
                    let place = Comment("\(cell) \(strategy) \(precision)")
                    #expect(packed[.predictionGapBytes] == .integer(0), place)
                    #expect(packed[.diskBytes] == packed[.predictedDiskBytes], place)
                    #expect(packed[.gradientExact] == .flag(false), place)
                    if strategy.usesDisk {
                        #expect(try packed.number(.diskBytes) < native.number(.diskBytes), place)
                    } else if !strategy.choosesBySize {
                        #expect(try packed.number(.statesBytes) < native.number(.statesBytes), place)
                    }
                    let off = try packed.number(.gradientRelativeError)
                    // Of states and records under one budget nothing may need to be run again.
                    #expect((off > 0 || strategy.choosesBySize) && off < 8 * 0x1p-9, "\(place) \(off)")
                    // The head of two directions reads what the layers handed on when they first went forward.
                    if isBidirectional { #expect(packed[.loss] == native[.loss], place) }
                }
                if number % 2 == 0 { try check(Float.self, .float) } else { try check(Double.self, .double) }
            }
        }

        /// No step is run for the first time from a rounded state: where the network stands at the end of the sequence it is native's,
        /// bit for bit.
        @Test(arguments: [Cell.lstm, .revgru(bits: 3)], PackedStatesTests.strategies)
        func firstForwardPass(cell: Cell, strategy: Strategy) throws {
            func end(_ states: StateFormat) throws -> [Float] {
                let trial = try Trial(
                    cell: cell, layers: 2, input: 5, hidden: 20, batch: 3, length: 17, strategy: strategy,
                    states: states)
                let session: Session<Float> = try session(trial)
                var end: [Float] = []
                _ = try session.executor.run(session.schedule) { scheduled in
                    guard end.isEmpty, case .advance(let steps, _) = scheduled.action, steps.upperBound == 17 else {
                        return
                    }
                    let output = session.network.output
                    end = (0..<output.rows).flatMap {
                        Array(UnsafeBufferPointer(start: output.row($0), count: output.columns))
                    }
                }
                return end
            }
            let native = try end(.native)
            #expect(!native.isEmpty)
            #expect(try end(.bfloat16) == native)
        }

        /// With as many slots as segments have steps nothing is run again but from the beginning, which is 0 and loses nothing.
        @Test func nothingToRound() throws {
            let trial = try Trial(
                cell: .lstm, input: 5, hidden: 20, batch: 3, length: 17, strategy: .segmented(length: 17),
                states: .bfloat16)
            let session: Session<Float> = try session(trial)
            #expect(try session.measure()[.gradientRelativeError] == .real(0))
        }

        /// Both at once, and a network learns with them.
        @Test func recordsToo() throws {
            func losses(_ records: RecordFormat, _ states: StateFormat) throws -> [Double] {
                let session: Session<Float> = try session(
                    Trial(
                        cell: .lstm, input: 3, hidden: 9, batch: 2, length: 12, strategy: .binomial(slots: 2),
                        updates: 30, learningRate: 0.1, records: records, states: states))
                let trainer = try Trainer(session)
                return try (0..<30).map { _ in try trainer.update().loss }
            }
            let (native, packed) = try (losses(.native, .native), losses(.int8, .bfloat16))
            #expect(packed[29] != native[29])
            #expect(abs(packed[29] - native[29]) < 0.01 * native[29])
        }
    }
}
