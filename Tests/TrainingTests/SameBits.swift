import Kernels
import Networks
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    /// Trials in Float come to the same gradient on one, two and three threads, by rows and by units, and so does running again.
    static func expectSameBits(
        _ trial: (_ cell: Cell, _ batch: Int, _ isBidirectional: Bool, _ threads: Int) throws -> Trial
    ) throws {
        for (cell, batch, isBidirectional) in [
            (Cell.lstm, 3, false), (.gru, 40, true), (.mingru, 5, false), (.elman, 30, false),
        ] {
            var alone: GradientSnapshot<Float>?
            for threads in 1...3 {
                let session = try Session<Float>(
                    trial(cell, batch, isBidirectional, threads), heaps: TrainingTests.heaps)
                for _ in 0..<2 {
                    _ = try session.executor.run(session.schedule)
                    if let alone { #expect(alone.isIdentical(to: session.network), "\(cell) \(threads)") }
                    alone = alone ?? GradientSnapshot(of: session.network)
                }
            }
        }
    }
}
