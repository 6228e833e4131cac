import CaseLists
import Kernels
import Networks
import Noise
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    /// The gradient's bits depend on the network and its data alone: not on the strategy, nor on threads, nor on where the
    /// inputs come from. Sizes around those of vectors, panels, blocks and chunks, drawn by a seed.
    @Suite struct SampledExactnessTests {
        /// One of some values, by a seed and the place of the choice.
        private struct Draw {
            let seed: UInt64
            var place: UInt64 = 0

            mutating func of<Value>(_ values: [Value]) -> Value {
                place += 1
                return values[Int(noiseKey(seed, place) % UInt64(values.count))]
            }
        }

        @Test(arguments: Cases.cells, 1...6) func bitsDependOnNothingElse(cell: Cell, seed: Int) throws {
            var draw = Draw(seed: UInt64(seed))
            // Drawn again until a training step is less than 0.2 GFLOP.
            var trial: Trial
            repeat {
                let task = draw.of(TaskTests.tasks.filter { $0 != TaskTests.text } + TaskTests.labellings)
                trial = try Trial(
                    cell: cell, layers: draw.of([1, 2, 3]), input: max(draw.of([2, 5, 16, 67]), task.leastInput),
                    hidden: draw.of([1, 7, 16, 17, 64, 100, 130]), batch: draw.of([1, 2, 3, 7, 32, 65]),
                    length: max(draw.of([1, 2, 17, 64, 65, 130]), task.leastLength), task: task,
                    inputs: draw.of(InputStorage.allCases), precision: draw.of([.float, .double]),
                    threads: draw.of([1, 2]))
            } while (trial.shape.forwardFlops + trial.shape.backwardFlops) * trial.length > 200_000_000
            try check(trial.precision.scalar, trial, slots: draw.of([2, 3, 8]))
        }

        private func check<S: Scalar>(_: S.Type, _ trial: Trial, slots: Int) throws {
            let length = trial.length
            var plain = trial
            plain.threads = 1
            plain.inputs = .streamed
            let reference = try Session<S>(plain, heaps: TrainingTests.heaps)
            let full = try reference.executor.run(Full(length: length))
            let gradient = GradientSnapshot(of: reference.network)

            let directory = TrainingTests.directory("sample-\(trial.cell)")
            let session = try Session<S>(trial, heaps: TrainingTests.heaps, files: StateFiles(directory: directory))
            let schedules =
                trial.exactSchedules(slots: slots) + [Truncated(length: length, window: length, stride: length)]
            for schedule in schedules {
                let pass = try session.executor.run(schedule)
                #expect(gradient.isIdentical(to: session.network), "\(schedule)")
                #expect(pass.loss == full.loss, "\(schedule)")
            }
        }
    }
}
