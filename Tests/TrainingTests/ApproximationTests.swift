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
    /// Less than the influence matrix: exact where what is left out is nothing, right in the mean where it is drawn.
    @Suite struct ApproximationTests {
        private func session(
            _ cell: Cell, _ strategy: Strategy, layers: Int = 1, hidden: Int = 7, length: Int = 12, batch: Int = 2,
            threads: Int = 1
        ) throws -> Session<Double> {
            try Session(
                Trial(
                    cell: cell, layers: layers, input: 3, hidden: hidden, batch: batch, length: length,
                    strategy: strategy, precision: .double, threads: threads), heaps: TrainingTests.heaps)
        }

        /// How far the gradient of a strategy is from full unrolling's, with weights as they are.
        private func error(_ session: Session<Double>) throws -> Double {
            _ = try session.executor.run(session.schedule)
            let snapshot = GradientSnapshot(of: session.network)
            _ = try session.executor.run(Full(length: session.trial.length))
            return snapshot.comparedTo(session.network).relativeError!
        }

        /// Changes U of every gate.
        private func change(_ session: Session<Double>, _ body: (_ out: Int, _ in: Int, _ value: Double) -> Double) {
            for parameter in session.network.parameters where parameter.name.hasPrefix("weight_hh") {
                let hidden = parameter.shape[1]
                var values = parameter.exported(parameter.values)
                for index in values.indices {
                    values[index] = body(index / hidden % hidden, index % hidden, values[index])
                }
                parameter.place(values, in: parameter.values)
            }
        }

        /// SnAp-1 leaves out what units do to one another: nothing, where U is diagonal or there is none.
        @Test(arguments: Cell.allCases.filter(\.isCarried)) func snapIsExactOfADiagonal(cell: Cell) throws {
            let session = try session(cell, .snap(order: 1))
            #expect(try error(session) > 1e-6 || !cell.hasHiddenMatrix)
            change(session) { out, column, value in out == column ? value : 0 }
            #expect(try error(session) < 1e-12)
        }

        /// In one layer whose gates see no other unit's state nothing is left out: what is measured says so, and so does the trial.
        @Test(arguments: Cell.allCases.filter(\.isCarried)) func diagonalsAreExactByKind(cell: Cell) throws {
            for (strategy, layers) in [(Strategy.snap(order: 1), 1), (.snap(order: 1), 2), (.eprop, 1)] {
                guard let session = try? session(cell, strategy, layers: layers) else {
                    #expect(strategy == .eprop && cell.memoryParts == 0 || cell.kind.isReversible)
                    continue
                }
                try session.prepare(warmup: 0)
                let row = try session.measure()
                let isExact = layers == 1 && !cell.hasHiddenMatrix
                #expect(row[.gradientExact] == .flag(isExact), "\(strategy), layers \(layers)")
                #expect(try (row.number(.gradientRelativeError) < 1e-12) == isExact, "\(strategy), layers \(layers)")
                #expect(session.trial.hasExactSensitivities == isExact)
            }
        }

        /// Of a dense U two steps reach all: real-time recurrent learning.
        @Test(arguments: Cell.allCases.filter(\.isCarried)) func snapOfTwoStepsIsExact(cell: Cell) throws {
            #expect(try error(session(cell, .snap(order: 2), layers: 2)) < 1e-12)
        }

        /// e-prop leaves out what goes through U: nothing, where that is 0.
        @Test(arguments: [Cell.lstm, .peephole]) func epropIsExactWithoutU(cell: Cell) throws {
            let session = try session(cell, .eprop)
            #expect(try error(session) > 1e-6)
            change(session) { _, _, _ in 0 }
            #expect(try error(session) < 1e-12)
        }

        /// A leak is right where U is that number times the identity and nothing bends.
        @Test func leakIsExactOfItself() throws {
            let session = try session(.linear, .rflo(leak: 0.75))
            #expect(try error(session) > 1e-6)
            change(session) { out, column, _ in out == column ? 0.75 : 0 }
            #expect(try error(session) < 1e-12)
        }

        /// Of one step there is nothing to leave out, through any number of layers.
        @Test(arguments: [Strategy.snap(order: 1), .eprop]) func oneStepIsExact(strategy: Strategy) throws {
            #expect(try error(session(.lstm, strategy, layers: 3, length: 1)) < 1e-12)
            #expect(try error(session(.lstm, strategy, layers: 3, length: 2)) > 1e-6)
        }

        /// What is drawn is right in the mean: within three standard errors of it, in `make exhaustive` of 20,000 draws.
        @Test(arguments: [
            (Cell.elman, 1, Strategy.kf(draws: 1)), (.linear, 1, .kf(draws: 1)), (.elman, 1, .uoro(draws: 1)),
            (.lstm, 1, .uoro(draws: 1)), (.gru, 2, .uoro(draws: 1)), (.peephole, 2, .uoro(draws: 1)),
        ])
        func drawsAreUnbiased(cell: Cell, layers: Int, strategy: Strategy) throws {
            let draws = Cases.areExhaustive ? 20_000 : 1_500
            let strategy = strategy.name == "kf" ? Strategy.kf(draws: draws) : .uoro(draws: draws)
            let session = try session(cell, strategy, layers: layers, hidden: 3, length: 5, batch: 1)
            try session.prepare(warmup: 0)
            let rows = try [session.measure(), session.measure()]
            for row in rows {
                #expect(try row.number(.gradientRelativeError) < 3 * row.number(.gradientStandardError))
                #expect(row[.gradientExact] == .flag(false))
                #expect(row[.predictionGapBytes] == .integer(0))
            }
            #expect(rows[0][.gradientRelativeError] != rows[1][.gradientRelativeError])
        }

        /// A Kronecker product is less noisy than a product of vectors.
        @Test func factorsAreLessNoisyThanVectors() throws {
            let errors = try [Strategy.kf(draws: 400), .uoro(draws: 400)].map { strategy in
                let session = try session(.elman, strategy, hidden: 3, length: 5, batch: 1)
                try session.prepare(warmup: 0)
                return try session.measure().number(.gradientStandardError)
            }
            #expect(errors[0] < errors[1])
        }

        /// Bytes are predicted, flat in T, and no bit depends on threads.
        @Test(arguments: [
            (Cell.lstm, Strategy.snap(order: 1)), (.gru, .rflo(leak: 0.5)), (.peephole, .eprop),
            (.gru, .uoro(draws: 1)),
            (.elman, .kf(draws: 1)),
        ])
        func bytesAndBits(cell: Cell, strategy: Strategy) throws {
            let layers = strategy.name == "kf" ? 1 : 2
            var peaks: Set<Int> = []
            var gradient: GradientSnapshot<Double>?
            for (length, threads) in [(9, 1), (9, 2), (40, 2)] {
                let session = try session(
                    cell, strategy, layers: layers, hidden: 33, length: length, threads: threads)
                try session.prepare(warmup: 0)
                let row = try session.measure()
                #expect(row[.predictionGapBytes] == .integer(0))
                #expect(try row.number(.sensitivitiesBytes) > 0)
                if threads == 2 { try peaks.insert(Int(row.number(.peakBytes))) }
                guard length == 9 else { continue }
                _ = try session.executor.run(session.schedule)
                if let gradient {
                    #expect(gradient.isIdentical(to: session.network))
                } else {
                    gradient = GradientSnapshot(of: session.network)
                }
            }
            #expect(peaks.count == 1)
        }

        /// What a network cannot carry is refused in a sentence.
        @Test func refusals() {
            func error(_ strategy: Strategy, _ cell: Cell, layers: Int = 1) -> String? {
                do {
                    _ = try Trial(cell: cell, layers: layers, strategy: strategy)
                    return nil
                } catch { return "\(error)" }
            }
            #expect(
                error(.rflo(leak: 0.5), .lstm)
                    == "strategy 'rflo': its leak is of a state that is h alone; allowed: cell elman, gru, linear, elstm, mingru, minlstm"
            )
            #expect(
                error(.eprop, .gru)
                    == "strategy 'eprop': it carries what a cell's memory keeps; allowed: cell lstm, peephole, lru, slstm"
            )
            #expect(
                error(.snap(order: 1), .layernorm)
                    == "strategy 'snap:order=1': its units see each other's sums; allowed: cell elman, lstm, gru, linear, peephole, elstm, "
                    + "mingru, minlstm, lru, slstm, leapgru:bits=3")
            for (cell, layers) in [(Cell.gru, 1), (.lstm, 1), (.elman, 2)] {
                #expect(
                    error(.kf(draws: 1), cell, layers: layers)
                        == "strategy 'kf': a step's part is a Kronecker product for one layer of one gate; allowed: layers 1, "
                        + "cell elman, linear")
            }
        }

        /// Parameters may change at every step, or after every block; the first change is by the exact gradient of the steps so far.
        @Test(arguments: [Strategy.forward(block: nil), .forward(block: 4), .snap(order: 1), .uoro(draws: 1)])
        func parametersChangeOnTheWay(strategy: Strategy) throws {
            let trial = try Trial(
                cell: .elman, input: 3, hidden: 5, batch: 2, length: 12, strategy: strategy, precision: .double,
                updates: 3, updateInterval: .stride)
            let trainer = try Trainer(Session<Double>(trial, heaps: TrainingTests.heaps))
            for _ in 0..<3 { #expect(try trainer.update().loss.isFinite) }
            var changes: [Int] = []
            let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
            _ = try session.executor.run(
                session.schedule,
                change: { _ in
                    changes.append(1)
                    return true
                })
            #expect(changes.count == (strategy == .forward(block: 4) ? 2 : 11))
        }
    }
}
