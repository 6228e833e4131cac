import Glibc
import Kernels
import Networks
import Noise
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials

/// How predictions are scored, and what a data set does over updates.
extension TrainingTests.TaskTests {
    /// Outputs that are the targets are right, everywhere and only where the task looks; others are not.
    @Test(arguments: tasks + [characters]) func judgesPredictions(task: TrainingTask) throws {
        let trial = try trial(task, length: 17, batch: 5)
        let (_, targets, source) = try data(Float.self, trial)
        func score(_ output: (_ target: Float, _ place: Int) -> Float) -> Score {
            var sum = Score()
            for (step, target) in targets.enumerated() {
                guard var target else { continue }
                var outputs = (0..<trial.batch * trial.outputs).map { place in
                    task.criterion == .squaredError
                        ? output(target[place], 0) : output(target[place / trial.outputs], place % trial.outputs)
                }
                sum += outputs.withUnsafeMutableBufferPointer { outputs in
                    target.withUnsafeMutableBufferPointer {
                        source.score(
                            Matrix(outputs.baseAddress!, rows: trial.batch, columns: trial.outputs),
                            against: $0.baseAddress!, at: step)
                    }
                }
            }
            return sum
        }
        // The task looks at each sequence once, or at every step that counts.
        let looks = (task.definition as? CopyTask).map { 17 - $0.delay } ?? 1
        let all = task.quality == .accuracy ? trial.batch * looks : 0
        let isSum = task == .adding
        #expect(score { isSum ? $0 + 0.039 : Int($0) == $1 ? -1 : -2 } == Score(right: all, all: all))
        #expect(score { isSum ? $0 - 0.041 : Int($0) == $1 ? -2 : -1 } == Score(right: 0, all: all))
        #expect(score { _, _ in .nan } == Score(right: 0, all: all))
        #expect(
            source.quality(Score(right: 1, all: 4), loss: log(8))
                == (task == .noise ? nil : task.quality == .bitsPerCharacter ? log(8) / log(2) : 0.25))
    }

    /// Another update's data on the same executor, inputs kept or not: what a new executor makes of it.
    @Test(arguments: InputStorage.allCases) func updates(inputs: InputStorage) throws {
        for task in Self.tasks + [Self.characters] + Self.labellings {
            let trial = try Trial(
                cell: .gru, input: Self.channels(task), hidden: 5, batch: 2, length: 17, task: task,
                inputs: inputs)
            let session = try Session<Float>(trial, heaps: TrainingTests.heaps)
            let network = session.network
            let first = try session.executor.run(session.schedule)
            session.executor.advance(to: 3)
            let third = try session.executor.run(session.schedule)
            let gradient = GradientSnapshot(of: network)
            let own = Executor(network, source: try Source(trial, update: 3), length: 17)
            let expected = try own.run(session.schedule)
            #expect(gradient.isIdentical(to: network) && third.loss == expected.loss && third.loss != first.loss)
            #expect(third.quality == expected.quality && (third.quality == nil) == (task == .noise))
            session.executor.advance(to: 0)
            #expect(try session.executor.run(session.schedule).loss == first.loss)
        }
    }
}
