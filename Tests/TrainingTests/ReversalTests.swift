import Kernels
import Networks
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials

/// Forward over one step at a time, so that each state can be seen.
private struct SingleSteps: Schedule {
    let length: Int
    var slots: Int { 0 }
    var hasGradient: Bool { false }

    func makeIterator() -> IndexingIterator<[Action]> {
        (0..<length).map { Action.advance($0..<$0 + 1, recording: false) }.makeIterator()
    }
}

extension TrainingTests {
    /// Networks that are run back.
    @Suite struct ReversalTests {
        private static let cells: [@Sendable (Int) -> Cell] = [
            { .leapgru(bits: $0) }, { .revgru(bits: $0) }, { .revlstm(bits: $0) },
        ]

        private func session<S: Scalar>(
            _ cell: Cell, layers: Int = 1, hidden: Int = 19, batch: Int = 2, length: Int,
            strategy: Strategy = .reversible, _: S.Type
        ) throws -> Session<S> {
            let trial = try Trial(
                cell: cell, layers: layers, input: 3, hidden: hidden, batch: batch, length: length,
                strategy: strategy, precision: S.self == Float.self ? .float : .double)
            return try Session<S>(trial, heaps: TrainingTests.heaps)
        }

        /// The bits of the state that the network stands at.
        private func state<S: Scalar>(_ network: Network<S>) -> [UInt8] {
            network.stateBytes().flatMap { Array($0) }
        }

        /// - Parameter change: of the initial parameters: wide gates have shares from the least to the most.
        /// - Returns: the last state.
        @discardableResult
        private func comesBack<S: Scalar>(
            _ cell: Cell, layers: Int, hidden: Int, length: Int, _: S.Type, changing change: (S) -> S = { 6 * $0 }
        ) throws -> [S] {
            let session = try session(cell, layers: layers, hidden: hidden, length: length, S.self)
            let network = session.network
            for parameter in network.parameters where !parameter.name.hasPrefix("head") {
                for index in 0..<parameter.count { parameter.values[index] = change(parameter.values[index]) }
            }
            var states: [[UInt8]] = []
            _ = try session.executor.run(SingleSteps(length: length)) { _ in states.append(state(network)) }
            let start = [UInt8](repeating: 0, count: states[0].count)
            #expect(Set(states).count > length / 2)
            var undone = 0
            let pass = try session.executor.run(session.schedule) { scheduled in
                guard case .undo(let steps) = scheduled.action else { return }
                undone += 1
                let before = steps.lowerBound == 0 ? start : states[steps.lowerBound - 1]
                if state(network) != before { Issue.record("step \(steps.lowerBound) of \(length)") }
            }
            #expect(undone == length && pass.undoneSteps == length && pass.forwardSteps == length)
            let most = length * layers * session.network.shape.changedElements * cell.bits!
            #expect(pass.forgottenBits! > 0 && pass.forgottenBits! <= most)
            return states[length - 1].withUnsafeBytes { Array($0.bindMemory(to: S.self)) }
        }

        /// Every one of 10,000 steps is undone to the bit, down to the initial state.
        @Test(arguments: [1, 3, 10], ReversalTests.cells)
        func tenThousandStepsComeBack(bits: Int, cell: @Sendable (Int) -> Cell) throws {
            try comesBack(cell(bits), layers: 1, hidden: 5, length: 10_000, Float.self)
            try comesBack(cell(bits), layers: 2, hidden: 19, length: 130, Float.self)
            try comesBack(cell(bits), layers: 2, hidden: 19, length: 130, Double.self)
        }

        /// Sums of 10,000 numbers near 1 stay below 2¹⁰ and come back to the bit: what Float has room for.
        @Test func sumsComeBack() throws {
            func end<S: Scalar>(_: S.Type) throws -> [S] {
                try comesBack(.revlstm(bits: 3), layers: 1, hidden: 2, length: 10_000, S.self) { abs($0) + 8 }
            }
            for largest in [Double(try end(Float.self).max()!), try end(Double.self).max()!] {
                #expect(largest > 1000 && largest < 1025)
            }
        }

        private func equalsFull<S: Scalar>(_ cell: Cell, _ layers: Int, _ batch: Int, _ length: Int, _: S.Type) throws {
            var gradients: [[[S]]] = []
            var losses: [Double] = []
            for strategy in [Strategy.full, .reversible, .segmented(length: 7), .bisection, .binomial(slots: 3)] {
                let session = try session(
                    cell, layers: layers, batch: batch, length: length, strategy: strategy, S.self)
                losses.append(try session.executor.run(session.schedule).loss)
                gradients.append(
                    session.network.parameters.map { Array(UnsafeBufferPointer(start: $0.gradient, count: $0.count)) })
            }
            // Nothing has come through U after one step from 0.
            #expect(length == 1 || gradients[0].allSatisfy { $0.contains { $0 != 0 } })
            for index in gradients.indices {
                #expect(gradients[index] == gradients[0] && losses[index] == losses[0], "\(index)")
            }
        }

        /// Loss and gradient are those of full unrolling, bit for bit, and so are those of other strategies.
        @Test(arguments: [(1, 1, 1, 1), (1, 2, 3, 70), (3, 1, 17, 45), (3, 2, 1, 130), (10, 1, 2, 23)])
        func gradientHasTheBitsOfFull(bits: Int, layers: Int, batch: Int, length: Int) throws {
            for cell in ReversalTests.cells {
                try equalsFull(cell(bits), layers, batch, length, Float.self)
                try equalsFull(cell(bits), layers, batch, length, Double.self)
            }
        }

        /// Live bytes are the predicted ones after every action, the buffer's own arena included.
        @Test(arguments: [1, 20, 21, 22, 100], [1, 2]) func gapIsNothing(length: Int, layers: Int) throws {
            for (cell, numbers) in zip(ReversalTests.cells, [1, 2, 4]) {
                let session = try session(cell(3), layers: layers, hidden: 17, batch: 3, length: length, Float.self)
                try session.prepare(warmup: 0)
                let measured = try session.measure()
                #expect(measured[.predictionGapBytes] == .integer(0))
                #expect(try measured[.gradientExact] == .flag(true) && measured.number(.gradientRelativeError) == 0)
                #expect(try measured.number(.peakBytes) == measured.number(.predictedPeakBytes))
                let words = layers * ((length + 20) / 21)
                #expect(try measured.number(.bufferBytes) >= Double(words * numbers * 3 * 17 * 8))
                #expect(try (0...3).contains(measured.number(.forgottenBits)))
            }
        }

        /// Every strategy makes the loss that full unrolling makes and takes what is predicted, in both directions too.
        @Test(arguments: [
            Strategy.truncated(window: 4, stride: 2), .segmented(length: nil), .binomial(slots: 3), .bisection,
            .inference,
        ])
        func otherStrategiesTakeWhatIsPredicted(strategy: Strategy) throws {
            for bidirectional in strategy.cutsAdjoint ? [false] : [false, true] {
                for cell in [Cell.revgru(bits: 3), .revlstm(bits: 3)] {
                    let trial = try Trial(
                        cell: cell, layers: 2, input: 3, hidden: 17, batch: 3, length: 31, strategy: strategy,
                        bidirectional: bidirectional)
                    let session = try Session<Float>(trial, heaps: TrainingTests.heaps)
                    try session.prepare(warmup: 0)
                    #expect(try session.measure()[.predictionGapBytes] == .integer(0))
                }
            }
        }

        /// Parameters that are not finite end in a gradient that is not, and in no crash.
        @Test func notFinite() throws {
            for cell in ReversalTests.cells {
                let session = try session(cell(3), length: 30, Float.self)
                session.network.parameters[0].values[0] = .nan
                #expect(try session.executor.run(session.schedule).loss.isNaN)
            }
        }

        @Test func refusals() throws {
            func error(_ body: () throws -> Trial) -> String? {
                do {
                    _ = try body()
                    return nil
                } catch { return "\(error)" }
            }
            let refused =
                "strategy 'reversible': it undoes steps, which takes a cell that can be inverted, in one direction; allowed: "
                + "cell leapgru:bits=b, revgru:bits=b, revlstm:bits=b, one direction"
            #expect(error { try Trial(cell: .lstm, length: 20, strategy: .reversible) } == refused)
            #expect(
                error { try Trial(cell: .leapgru(bits: 2), length: 20, strategy: .reversible, bidirectional: true) }
                    == refused)
            #expect(
                error { try Trial(words: ["cell=leapgru:bits=11"]) }?.hasSuffix("a whole number from 1 to 10") == true)
        }
    }
}
