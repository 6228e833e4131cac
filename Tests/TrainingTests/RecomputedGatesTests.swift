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
    /// Gates that see x alone, made again from it.
    @Suite struct RecomputedGatesTests {
        private static let cells = Cell.allCases.filter(\.canRecomputeGates)
        private static let strategies: [Strategy] = [
            .full, .truncated(window: 5, stride: 5), .segmented(length: 4), .bisection, .binomial(slots: 3),
            .mixed(memory: Bytes(1 << 20)),
        ]

        @Test func cellsThatCan() {
            #expect(RecomputedGatesTests.cells.map(\.rawValue) == ["elstm", "mingru", "minlstm"])
            #expect(throws: TrialError.self) { try Trial(cell: .lstm, variant: .recomputeGates) }
        }

        /// The same bits of loss and gradient, every byte predicted, and records of h alone.
        @Test(arguments: Cases.every(3, of: cells), [(1, false), (2, false), (2, true)])
        func sameBitsInFewerBytes(cell: Cell, layers: (count: Int, bidirectional: Bool)) throws {
            let sizes = [(1, 3, 20), (2, 1, 70), (2, 30, 33)]
            for (index, strategy) in Cases.every(2, of: RecomputedGatesTests.strategies).enumerated()
            where !layers.bidirectional || !strategy.cutsAdjoint {
                for (threads, batch, hidden) in [sizes[index % 3], sizes[(index + 1) % 3]] {
                    // One after the other: the heaps are shared.
                    func outcome(
                        _ variant: Variant
                    ) throws -> (gradients: [[Float]], row: Measurement, elements: Int) {
                        let session = try Session<Float>(
                            Trial(
                                cell: cell, layers: layers.count, input: 6, hidden: hidden, batch: batch, length: 70,
                                strategy: strategy, bidirectional: layers.bidirectional, variant: variant,
                                threads: threads), heaps: TrainingTests.heaps)
                        try session.prepare(warmup: 0)
                        let row = try session.measure()
                        let gradients = session.network.parameters.map { $0.exported($0.gradient) }
                        return (gradients, row, session.trial.shape.recordElements)
                    }
                    let place = Comment("\(strategy) \(threads) \(batch) \(hidden)")
                    let (plain, again) = try (outcome(.plain), outcome(.recomputeGates))
                    let isSame = plain.gradients == again.gradients
                    #expect(isSame && again.row[.loss] == plain.row[.loss], place)
                    for row in [plain.row, again.row] { #expect(row[.predictionGapBytes] == .integer(0), place) }
                    #expect(again.elements * cell.recordParts == plain.elements, place)
                    // A budget of bytes is used up either way.
                    let isBudget = strategy.traits.contains(.keepsToBytes)
                    #expect(try isBudget || again.row.number(.recordsBytes) < plain.row.number(.recordsBytes), place)
                    #expect(try again.row.number(.flops) > plain.row.number(.flops), place)
                }
            }
        }

        /// A network learns with it, and learns the same.
        @Test(arguments: cells) func training(cell: Cell) throws {
            func parameters(_ variant: Variant) throws -> [[Double]] {
                let session = try Session<Double>(
                    Trial(
                        cell: cell, input: 3, hidden: 9, batch: 2, length: 12, variant: variant,
                        precision: .double, updates: 5), heaps: TrainingTests.heaps)
                try session.prepare(warmup: 0)
                let trainer = try Trainer(session)
                for _ in 0..<5 { _ = try trainer.update() }
                return session.network.parameters.map { $0.exported($0.values) }
            }
            let (plain, again) = try (parameters(.plain), parameters(.recomputeGates))
            #expect(plain == again)
        }
    }
}
