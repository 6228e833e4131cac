import CaseLists
import Glibc
import Kernels
import Memory
import Networks
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials

/// Schedules and bytes of two directions.
extension TrainingTests.BidirectionalTests {
    /// T = 37 divides by nothing and spans blocks of 8, 64 and 85 steps.
    @Test(arguments: Cases.cells, Cases.every(3, of: [2, 1, 3]))
    func checkpointedGradientsAreIdentical(cell: Cell, layers: Int) throws {
        for (input, hidden, batch) in [(48, 16, 32), (10, 33, 1), (5, 7, 3)] {
            let trial = try Trial(
                cell: cell, layers: layers, input: input, hidden: hidden, batch: batch, length: 37,
                bidirectional: true)
            try check(Float.self, trial)
            var double = trial
            double.precision = .double
            try check(Double.self, double)
        }
    }

    func check<S: Scalar>(_: S.Type, _ trial: Trial) throws {
        var reference: (gradient: GradientSnapshot<S>, loss: Double)?
        for (threads, inputs, projection) in [
            (1, InputStorage.streamed, InputProjection.batched), (2, .resident, .perStep),
        ] {
            var trial = trial
            (trial.threads, trial.inputs, trial.inputProjection) = (threads, inputs, projection)
            let directory = TrainingTests.directory("directions-\(trial.cell)")
            let session = try Session<S>(
                trial, heaps: TrainingTests.heaps, files: StateFiles(directory: directory))
            for schedule in Self.schedules(trial.length, trial.footprint) {
                let pass = try session.executor.run(schedule)
                let counts = Simulator(schedule, footprint: trial.footprint).counts
                #expect(pass.forwardSteps == counts.forward && pass.backwardSteps == trial.length)
                #expect(pass.recomputedSteps == counts.recomputed)
                if let reference {
                    #expect(reference.gradient.isIdentical(to: session.network), "\(schedule), \(threads) threads")
                    #expect(pass.loss == reference.loss, "\(schedule)")
                } else {
                    #expect(pass.forwardSteps == trial.length)
                    #expect(pass.loss > 0)
                    #expect(session.network.parameters.allSatisfy { $0.hasGradient })
                    reference = (GradientSnapshot(of: session.network), pass.loss)
                }
            }
        }
    }

    /// Wide layers, where products are shared among threads.
    @Test(arguments: Cases.cells) func wideLayersOnTwoThreads(cell: Cell) throws {
        var gradient: GradientSnapshot<Float>?
        for threads in [1, 2] {
            let session = try Session<Float>(
                Trial(
                    cell: cell, layers: 2, input: 64, hidden: 200, batch: 32, length: 20, bidirectional: true,
                    threads: threads), heaps: TrainingTests.heaps)
            for schedule in [Full(length: 20), Binomial(length: 20, slots: 3)] as [any Schedule] {
                _ = try session.executor.run(schedule)
                if let gradient { #expect(gradient.isIdentical(to: session.network), "\(schedule)") }
                gradient = gradient ?? GradientSnapshot(of: session.network)
            }
        }
    }

    // MARK: Bytes

    /// Predicted from shapes and schedules alone, found by jemalloc after every action of every lane.
    @Test(arguments: Cases.cells, Cases.every(3, of: [2, 1, 3])) func predictionsAreExact(cell: Cell, layers: Int)
        throws
    {
        for length in [1, 2, 17] {
            for (hidden, batch, inputs, precision, task) in [
                (100, 3, InputStorage.streamed, Precision.float, TrainingTask.noise),
                (100, 3, .resident, .double, .adding), (7, 300, .streamed, .double, .noise),
            ] {
                let trial = try Trial(
                    cell: cell, layers: layers, input: 7, hidden: hidden, batch: batch, length: length, task: task,
                    inputs: inputs, bidirectional: true, precision: precision)
                try audit(precision.scalar, trial)
            }
        }
    }

    func audit<S: Scalar>(_: S.Type, _ trial: Trial) throws {
        let footprint = trial.footprint
        #expect(footprint.constant[.inputs] > 0)
        let files = try StateFiles(directory: TrainingTests.directory("bytes-\(trial.cell)"))
        let session = try Session<S>(trial, heaps: TrainingTests.heaps, files: files)
        for schedule in Self.schedules(trial.length, footprint) {
            var audit = Audit(
                session.network.heaps, footprint: footprint, statistics: try Statistics(), keepsEntries: true)
            _ = try session.executor.run(schedule) { audit.observe($0) }
            #expect(audit.gap == 0, "\(schedule)")
            #expect(audit.entries.allSatisfy { $0.live == $0.predicted })
            #expect(audit.entries.count == 2 * trial.layers * schedule.reduce(0) { count, _ in count + 1 })
            #expect(audit.peakBytes == audit.simulator.peakBytes)
            #expect(audit.peakBytes == Simulator(schedule, footprint: footprint).peakBytes)
        }
    }

    /// States of all directions lie next to each other on disk.
    @Test func bytesOnDisk() throws {
        let trial = try Trial(
            cell: .lstm, layers: 2, input: 3, hidden: 100, batch: 3, length: 20,
            strategy: .multistage(memory: 1, disk: 3), bidirectional: true, precision: .double)
        let files = try StateFiles(directory: TrainingTests.directory("directions-on-disk"))
        let session = try Session<Double>(trial, heaps: TrainingTests.heaps, files: files)
        try session.prepare(warmup: 0)
        let row = try session.measure()
        // 32 bytes of header, h and c, 3 × 100 each; of four directions.
        #expect(row[.predictedDiskBytes] == .integer(4 * 3 * (32 + 2 * 300 * 8)))
        #expect(row[.diskBytes] == row[.predictedDiskBytes])
        #expect(row[.predictionGapBytes] == .integer(0))
        #expect(row[.gradientRelativeError] == .real(0))
        #expect(row[.gradientExact] == .flag(true))
    }

    /// Nothing but the sequences between layers, one more than layers, grows with the length under checkpoints.
    @Test func whatGrowsWithTheLength() throws {
        func peak(_ length: Int) throws -> Int {
            let trial = try Trial(
                cell: .gru, layers: 2, input: 3, hidden: 16, batch: 4, length: length,
                strategy: .binomial(slots: 4), bidirectional: true)
            return Simulator(trial.schedule, footprint: trial.footprint).peakBytes
        }
        // T · 4 · 32 floats at powers of two.
        #expect(try peak(4096) - peak(2048) == 3 * 2048 * 4 * 32 * 4)
    }
}
