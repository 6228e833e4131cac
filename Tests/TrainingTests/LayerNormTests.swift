import Networks
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    /// Rows are gone through whole, by one thread each, and units between them by all.
    @Suite struct LayerNormTests {
        private struct Outcome: Equatable {
            let loss: Double
            let gradients: [[Float]]
        }

        /// Batches that threads share by rows, by units, and of which a thread has no row.
        @Test(arguments: [1, 3, 30], [false, true]) func bitsDependOnNoThreads(batch: Int, bidirectional: Bool) throws {
            func outcome(threads: Int) throws -> Outcome {
                let session = try Session<Float>(
                    Trial(
                        cell: .layernorm, layers: 2, input: 5, hidden: 37, batch: batch, length: 19,
                        strategy: .segmented(length: 4), bidirectional: bidirectional, threads: threads),
                    heaps: TrainingTests.heaps)
                try session.prepare(warmup: 0)
                let row = try session.measure()
                #expect(row[.predictionGapBytes] == .integer(0))
                return Outcome(
                    loss: try row.number(.loss), gradients: session.network.parameters.map { $0.exported($0.gradient) })
            }
            let alone = try outcome(threads: 1)
            for threads in 2...3 { #expect(try outcome(threads: threads) == alone, "\(threads) threads") }
        }

        /// What is normalised does not see how large W and U are: only ε does.
        @Test func gainsAloneSetTheScale() throws {
            let session = try Session<Double>(
                Trial(cell: .layernorm, input: 3, hidden: 9, batch: 2, length: 7, precision: .double),
                heaps: TrainingTests.heaps)
            let loss = try session.executor.run(session.schedule).loss
            for parameter in session.network.parameters where parameter.name.hasPrefix("weight") {
                for index in 0..<parameter.count { parameter.values[index] *= 1e3 }
            }
            let scaled = try session.executor.run(session.schedule).loss
            #expect(abs(scaled - loss) < 1e-2 * loss)
            for parameter in session.network.parameters where parameter.name.hasPrefix("gain") {
                for index in 0..<parameter.count { parameter.values[index] *= 3 }
            }
            #expect(try abs(session.executor.run(session.schedule).loss - loss) > 1e-2 * loss)
        }
    }
}
