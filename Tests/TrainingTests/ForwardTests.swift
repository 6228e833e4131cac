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
    /// Real-time recurrent learning: full unrolling's gradient, in memory that does not depend on the length.
    @Suite struct ForwardTests {
        /// D, H, B, T: odd sizes, and more units than a panel's columns have.
        private static let shapes = [(3, 5, 2, 17), (7, 19, 1, 9), (1, 9, 3, 13)]

        private func trial(
            _ cell: Cell, _ layers: Int, _ shape: (Int, Int, Int, Int), _ precision: Precision = .double,
            strategy: Strategy = .full, task: TrainingTask = .usual, inputs: InputStorage = .streamed, threads: Int = 1
        ) throws -> Trial {
            try Trial(
                cell: cell, layers: layers, input: shape.0, hidden: shape.1, batch: shape.2, length: shape.3,
                strategy: strategy, task: task, inputs: inputs, precision: precision, threads: threads)
        }

        /// Step by step and in blocks: the same gradient of every parameter and of the initial state. Errors are of rounding: Double's
        /// unit is 1.1e-16 and Float's 6e-8, and sums have some thousand terms.
        @Test(arguments: Cases.cells.filter(\.isCarried), [1, 2]) func isFullUnrolling(cell: Cell, layers: Int)
            throws
        {
            for shape in ForwardTests.shapes {
                try check(Double.self, trial(cell, layers, shape, .double), most: 1e-12)
                try check(Float.self, trial(cell, layers, shape, .float), most: 1e-5)
            }
        }

        private func check<S: Scalar>(_: S.Type, _ trial: Trial, most: Double) throws {
            let session = try Session<S>(trial, heaps: TrainingTests.heaps)
            let (network, length) = (session.network, trial.length)
            let full = try session.executor.run(Full(length: length))
            let exact = GradientSnapshot(of: network)
            let initial = network.layers.map { $0.stateAdjoint }
            for block in [nil, 1, 7, trial.hidden] as [Int?] {
                let pass = try session.executor.run(Forward(length: length, block: block))
                let place = "\(trial), block \(block ?? 0)"
                for (name, distance) in zip(network.parameters.map(\.name), exact.byParameter(comparedTo: network)) {
                    #expect(distance.relativeError! < most, "\(place): \(name)")
                }
                #expect(abs(pass.loss - full.loss) <= most * full.loss, "\(place)")
                for (layer, expected) in zip(network.layers, initial) {
                    let size = expected.map(abs).max()!
                    #expect(
                        zip(layer.stateAdjoint, expected).allSatisfy { abs($0 - $1) <= S(most) * size }, "\(place)")
                }
            }
        }

        /// No bit depends on how many threads share the panels, nor on where the inputs are.
        @Test(arguments: Cases.cells.filter(\.isCarried), [nil, 4] as [Int?]) func bitsDependOnNothingElse(
            cell: Cell, block: Int?
        ) throws {
            let schedule = Forward(length: 11, block: block)
            let alone = try Session<Float>(trial(cell, 2, (5, 33, 2, 11), .float), heaps: TrainingTests.heaps)
            _ = try alone.executor.run(schedule)
            let gradient = GradientSnapshot(of: alone.network)
            for (inputs, threads) in [(InputStorage.resident, 1), (.streamed, 2), (.resident, 3)] {
                let trial = try trial(cell, 2, (5, 33, 2, 11), .float, inputs: inputs, threads: threads)
                let session = try Session<Float>(trial, heaps: TrainingTests.heaps)
                _ = try session.executor.run(schedule)
                #expect(gradient.isIdentical(to: session.network), "\(inputs), \(threads) threads")
            }
        }

        /// Every task with a loss of each step: at all of them, or at some alone.
        @Test(arguments: TaskTests.tasks) func everyLoss(task: TrainingTask) throws {
            let length = max(task.leastLength, 12)
            for strategy in [Strategy.forward(block: nil), .forward(block: 5)] {
                let trial = try trial(
                    .gru, 2, (max(task.leastInput, 3), 6, 3, length), strategy: strategy, task: task)
                let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
                try session.prepare(warmup: 0)
                let measured = try session.measure()
                #expect(try measured.number(.gradientRelativeError) < 1e-12, "\(strategy)")
                #expect(measured[.predictionGapBytes] == .integer(0), "\(strategy)")
                #expect(measured[.gradientExact] == .flag(true), "\(strategy)")
            }
        }

        /// What is held does not depend on the length, to the byte; of one step there is all of it too.
        @Test(arguments: [Strategy.forward(block: nil), .forward(block: 7)]) func memoryIsFlat(strategy: Strategy)
            throws
        {
            var peaks: [Int: Int] = [:]
            for length in [1, 17, 50, 5000] {
                let trial = try trial(.lstm, 1, (2, 3, 1, length), strategy: strategy)
                let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
                try session.prepare(warmup: 0, reference: Bytes(1 << 20))
                let measured = try session.measure()
                #expect(measured[.predictionGapBytes] == .integer(0), "T \(length)")
                if let error = measured[.gradientRelativeError] { #expect(error.number < 1e-12, "T \(length)") }
                peaks[length] = try Int(measured.number(.peakBytes))
                let isCarried = length > 7 || strategy == .forward(block: nil)
                #expect(try (measured.number(.sensitivitiesBytes) > 0) == isCarried)
            }
            #expect(peaks[50] == peaks[5000] && peaks[17] == peaks[50])
            if strategy == .forward(block: nil) { #expect(peaks[1] == peaks[5000]) }
        }

        /// What cannot be carried is refused in a sentence.
        @Test func refusals() throws {
            func error(_ body: () throws -> Trial) -> String? {
                do {
                    _ = try body()
                    return nil
                } catch { return "\(error)" }
            }
            let forward = Strategy.forward(block: nil)
            #expect(
                error { try Trial(cell: .lstm, length: 20, strategy: forward, bidirectional: true) }
                    == "strategy 'forward': sensitivities are carried from the first step on, and one of two directions begins at the "
                    + "last; allowed: one direction")
            #expect(
                error { try Trial(cell: .lstm, length: 40, strategy: forward, task: TaskTests.labellings[0]) }
                    == "strategy 'forward': each step's loss enters at once, and CTC's is known when the sequence has ended; allowed: "
                    + "tasks with a loss of each step")
            #expect(
                error { try Trial(cell: .lstm, length: 20, strategy: .forward(block: 4), variant: .untied) }
                    == "strategy 'forward:block=4': sensitivities are those of the plain network; allowed: variant plain"
            )
        }
    }
}
