import CaseLists
import Networks
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    @Suite struct SharingTests {
        /// Threads share the rows of a batch that has twelve for each, else the hidden units, and go over many chunks of steps
        /// together where the inputs are in memory: gradients and loss are those of one thread that takes chunk by chunk, to the last
        /// bit, whichever thread makes them, and where nothing divides evenly.
        @Test(arguments: Cases.cells, Cases.every(2, of: [(2, true), (1, false), (2, false)]))
        func gradientsDoNotDependOnWhoMakesThem(cell: Cell, depth: (layers: Int, isBidirectional: Bool)) throws {
            for batch in Cases.every(2, of: [24, 11, 41, 23, 29]) {
                var alone: (gradient: GradientSnapshot<Float>, loss: Double)?
                for (threads, inputs) in [
                    (1, InputStorage.streamed), (1, .resident), (2, .streamed), (2, .resident), (3, .streamed),
                    (3, .resident),
                ] {
                    let session = try Session<Float>(
                        Trial(
                            cell: cell, layers: depth.layers, input: 33, hidden: 83, batch: batch, length: 21,
                            inputs: inputs, bidirectional: depth.isBidirectional, threads: threads),
                        heaps: TrainingTests.heaps)
                    let pass = try session.executor.run(Segmented(length: 21, segment: 6))
                    if let alone {
                        #expect(
                            alone.gradient.isIdentical(to: session.network), "B \(batch), \(threads) threads, \(inputs)"
                        )
                        #expect(alone.loss == pass.loss)
                    }
                    alone = alone ?? (GradientSnapshot(of: session.network), pass.loss)
                }
            }
        }
    }
}
