import Noise
package import Quantities
package import Shapes

extension TrainingTask {
    /// See ``AddingTask``.
    package static let adding = TrainingTask(AddingTask())
}

/// The adding problem (Hochreiter & Schmidhuber 1997, doi 10.1162/neco.1997.9.8.1735): a number and a marker at every step;
/// after the last step, the sum of the two numbers marked. Channels beyond the two are 0.
///
/// A sum within 0.04 is right, as Hochreiter & Schmidhuber have it.
package struct AddingTask: TaskDefinition {
    package static let signature = Signature("adding", about: "the sum of two marked numbers")

    package init() {}
    package init(_ arguments: Arguments) {}

    package func outputs(input: Int) -> Int { 1 }
    package var leastInput: Int { 2 }
    package var criterion: Criterion { .squaredError }
    package var quality: Quality? { .accuracy }
    /// The variance of the sum of two numbers that are uniform in [0, 1]; a sequence of one step has one number.
    package var baselineLoss: Double? { 1 / 6 }

    package func data(_ request: DataRequest) -> any TaskData { AddingData(self, request) }
}

private struct AddingData: GeneratedData {
    let task: AddingTask
    let request: DataRequest
    private let key: UInt64
    /// The two marked steps of each sequence.
    private let marks: [(Int, Int)]

    init(_ task: AddingTask, _ request: DataRequest) {
        self.task = task
        self.request = request
        let key = request.key
        self.key = key
        // One mark in each half; a sequence of one step has both in the same place and counts its number twice.
        let steps = request.length
        let half = max(1, steps / 2)
        marks = (0..<request.batch).map { sequence in
            let first = Int(noiseKey(key, 0x6d61_726b, UInt64(sequence)) % UInt64(half))
            let second = half + Int(noiseKey(key, 0x4d41_524b, UInt64(sequence)) % UInt64(max(1, steps - half)))
            return (first, min(second, steps - 1))
        }
    }

    func counted(of steps: Range<Int>) -> Range<Int> { steps.clamped(to: request.length - 1..<request.length) }

    @specialized(where S == Float)
    @specialized(where S == Double)
    func input<S: NoiseElement>(at step: Int, rows: Range<Int>, into input: UnsafeMutablePointer<S>) {
        let width = request.input
        input.update(repeating: 0, count: rows.count * width)
        let key = numberKey(step)
        for (row, sequence) in rows.enumerated() {
            input[row * width] = number(sequence, key: key)
            input[row * width + 1] = step == marks[sequence].0 || step == marks[sequence].1 ? 1 : 0
        }
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    func target<S: NoiseElement>(at step: Int, into targets: UnsafeMutablePointer<S>) {
        for (sequence, marks) in marks.enumerated() {
            let numbers: (S, S) = (
                number(sequence, key: numberKey(marks.0)), number(sequence, key: numberKey(marks.1))
            )
            targets[sequence] = numbers.0 + numbers.1
        }
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    func isRight<S: NoiseElement>(_ outputs: UnsafeBufferPointer<S>, target: S, row: Int, at step: Int) -> Bool? {
        abs(outputs[0] - target) < 0.04
    }

    private func numberKey(_ step: Int) -> UInt64 { noiseKey(key, 0x7269_6768, UInt64(step)) }

    /// In [0, 1].
    private func number<S: NoiseElement>(_ sequence: Int, key: UInt64) -> S {
        (S.noise(at: sequence, key: key) + 1) / 2
    }
}
