import Networks
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    @Suite struct SharingTests {
        /// Threads share the rows of a batch that has twelve for each, else the hidden units: gradients and loss are one
        /// thread's, to the last bit, whichever it is, and where neither divides evenly.
        @Test(arguments: Cell.allCases, [false, true])
        func gradientsDoNotDependOnWhoMakesThem(cell: Cell, isBidirectional: Bool) throws {
            for batch in [11, 23, 24, 29, 41] {
                var alone: (gradient: Evidence<Float>, loss: Double)?
                for threads in [1, 2, 3] {
                    let session = try Session<Float>(
                        Trial(
                            cell: cell, layers: 2, input: 33, hidden: 83, batch: batch, length: 21,
                            bidirectional: isBidirectional, threads: threads), heaps: TrainingTests.heaps)
                    let pass = try session.executor.run(Segmented(length: 21, segment: 6))
                    if let alone {
                        #expect(alone.gradient.isIdentical(to: session.network), "B \(batch), \(threads) threads")
                        #expect(alone.loss == pass.loss)
                    }
                    alone = alone ?? (Evidence(of: session.network), pass.loss)
                }
            }
        }
    }
}
