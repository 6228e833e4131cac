import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    /// How strongly states depend on their own recurrence.
    @Suite struct SensitivityTests {
        private func measured(_ strategy: Strategy, cell: Cell = .linear, hidden: Int = 1, batch: Int = 2048) throws
            -> Double?
        {
            let trial = try Trial(
                cell: cell, input: 3, hidden: hidden, batch: batch, length: 40, strategy: strategy,
                recurrentWeights: cell.hasHiddenMatrix ? .orthogonal(scale: 0.5) : .uniform, precision: .double)
            let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
            try session.prepare(warmup: 0)
            return try session.measure()[.relativeSensitivity]?.number
        }

        /// Of one unit it is (1 + λ²)/(1 − λ²)², within what so many sequences leave to chance, whatever carries it.
        @Test func closedForm() throws {
            let exact = 1.25 / (0.75 * 0.75)
            let all = try #require(try measured(.forward(block: nil)))
            // Two variances of B normal numbers, each √(2/B) off.
            #expect(abs(all / exact - 1) < 3 * (4.0 / 2048).squareRoot())
            let own = try #require(try measured(.snap(order: 1)))
            #expect(abs(own / all - 1) < 1e-12)
        }

        /// What has no influence of single parameters, or has it elsewhere than after the last step, has no such figure.
        @Test func whereThereIsNone() throws {
            for strategy in [Strategy.full, .forward(block: 8), .uoro(draws: 1)] {
                #expect(try measured(strategy, hidden: 3, batch: 2) == nil, "\(strategy)")
            }
            #expect(try measured(.snap(order: 1), cell: .elstm, hidden: 3, batch: 2) == nil)
            // Several gates and panels.
            #expect(try #require(try measured(.forward(block: nil), cell: .gru, hidden: 9, batch: 4)) > 0)
        }
    }
}
