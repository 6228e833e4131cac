import Glibc
package import Kernels
import Shapes
package import Trials

/// What a task shows the network: inputs and targets of any step, made from the seed and the step alone.
package struct Source<S: Scalar>: Sendable {
    private let task: TrainingTask
    private let seed: UInt64
    private let length: Int
    private let batch: Int
    private let width: Int
    /// The two marked steps of each sequence in the adding problem.
    private let marks: [(Int, Int)]

    package init(_ trial: Trial, update: Int = 0) {
        task = trial.task
        let key = update == 0 ? UInt64(trial.seed) : noiseKey(UInt64(trial.seed), 0x7570_6474, UInt64(update))
        seed = key
        length = trial.length
        batch = trial.batch
        width = trial.input
        // One mark in each half; a sequence of one step has both in the same place and counts its number twice.
        let steps = trial.length
        let half = max(1, steps / 2)
        marks =
            trial.task == .adding
            ? (0..<trial.batch).map { sequence in
                let first = Int(noiseKey(key, 0x6d61_726b, UInt64(sequence)) % UInt64(half))
                let second = half + Int(noiseKey(key, 0x4d41_524b, UInt64(sequence)) % UInt64(max(1, steps - half)))
                return (first, min(second, steps - 1))
            } : []
    }

    /// The weight of one squared error in the loss, a mean over all elements that count.
    package var weight: S {
        S(1) / (S(batch * task.outputs) * S(task == .adding ? 1 : length))
    }

    /// Those of the steps on which the loss enters.
    package func counted(of steps: Range<Int>) -> Range<Int> {
        task == .noise ? steps : steps.clamped(to: length - 1..<length)
    }

    /// x of a step, [B, D].
    package func input(at step: Int, into input: Matrix<S>) {
        let key = noiseKey(seed, 0x7269_6768, UInt64(step))
        switch task {
        case .noise:
            S.fillNoise(input.start, count: batch * width, key: key)
        case .adding:
            memset(input.start, 0, batch * width * MemoryLayout<S>.stride)
            for sequence in 0..<batch {
                let row = input.start + sequence * width
                row[0] = number(sequence, key: key)
                row[1] = step == marks[sequence].0 || step == marks[sequence].1 ? 1 : 0
            }
        }
    }

    /// The targets of a step that counts, [B, O].
    package func target(at step: Int, into targets: UnsafeMutablePointer<S>) {
        switch task {
        case .noise:
            S.fillNoise(targets, count: batch * task.outputs, key: noiseKey(seed, 0x676f_616c, UInt64(step)))
        case .adding:
            for sequence in 0..<batch {
                let keys = [marks[sequence].0, marks[sequence].1].map { noiseKey(seed, 0x7269_6768, UInt64($0)) }
                targets[sequence] = number(sequence, key: keys[0]) + number(sequence, key: keys[1])
            }
        }
    }

    /// The adding problem's number, in [0, 1].
    private func number(_ sequence: Int, key: UInt64) -> S { (S.noise(at: sequence, key: key) + 1) / 2 }
}
