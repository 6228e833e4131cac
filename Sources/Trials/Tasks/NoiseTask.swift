import Noise
package import Quantities
package import Shapes

extension TrainingTask {
    /// See ``NoiseTask``.
    package static let noise = TrainingTask(NoiseTask())
}

/// Uniform noise in and uniform noise as targets at every step: the loss enters everywhere.
package struct NoiseTask: TaskDefinition {
    package static let signature = Signature(
        "noise", [TextParameter("outputs", .whole(1...Trial.largestWidth), isRequired: false, example: "10")],
        about: "noise in, noise out")

    /// O.
    private let outputs: Int
    private static let usualOutputs = 8

    package init(outputs: Int? = nil) { self.outputs = outputs ?? NoiseTask.usualOutputs }
    package init(_ arguments: Arguments) { self.init(outputs: arguments.whole("outputs")) }

    package var parameters: [(name: String, text: String)] {
        outputs == NoiseTask.usualOutputs ? [] : [("outputs", String(outputs))]
    }
    package func outputs(input: Int) -> Int { outputs }
    package func with(outputs: Int) -> NoiseTask? { NoiseTask(outputs: outputs) }
    package var criterion: Criterion { .squaredError }
    /// The variance of numbers that are uniform in [−1, 1].
    package var baselineLoss: Double? { 1 / 3 }

    package func data(_ request: DataRequest) -> any TaskData { NoiseData(self, request) }
}

private struct NoiseData: GeneratedData {
    let task: NoiseTask
    let request: DataRequest
    private let key: UInt64

    init(_ task: NoiseTask, _ request: DataRequest) {
        self.task = task
        self.request = request
        key = request.key
    }

    func elements(of steps: Range<Int>) -> Int { steps.count * request.batch * request.outputs }

    func input<S: NoiseElement>(at step: Int, rows: Range<Int>, into input: UnsafeMutablePointer<S>) {
        fillNoise(input, rows: rows, width: request.input, key: noiseKey(key, 0x7269_6768, UInt64(step)))
    }

    func target<S: NoiseElement>(at step: Int, into targets: UnsafeMutablePointer<S>) {
        S.fillNoise(targets, count: request.batch * request.outputs, key: noiseKey(key, 0x676f_616c, UInt64(step)))
    }
}
