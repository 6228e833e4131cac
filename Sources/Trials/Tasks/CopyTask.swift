import Glibc
import Noise
package import Quantities
package import Shapes

extension TrainingTask {
    /// See ``CopyTask``.
    package static func copy(delay: Int) -> TrainingTask { TrainingTask(CopyTask(delay: delay)) }
}

/// Random symbols in; out, the symbol of `delay` steps before (Aicher, Foti & Fox 2019, arXiv 1905.07473, section 5.1).
///
/// The first `delay` steps do not count. Symbols are four, as many as say something there, where the other two are a blank and a
/// start; here every step has one, so that a sequence of any length is full of lags of just this length. The likeliest symbol is
/// right where it is the one asked for.
package struct CopyTask: TaskDefinition {
    package static let signature = Signature(
        "copy", [TextParameter("delay", .whole(1...Trial.largestLength - 1), example: "10")],
        about: "the symbol that came 'delay' steps before")
    package static let symbols = 4

    package let delay: Int

    package init(delay: Int) { self.delay = delay }
    package init(_ arguments: Arguments) { self.init(delay: arguments.whole("delay")!) }

    package var parameters: [(name: String, text: String)] { [("delay", String(delay))] }
    package func outputs(input: Int) -> Int { CopyTask.symbols }
    package var leastInput: Int { CopyTask.symbols }
    package var leastLength: Int { delay + 1 }
    package var criterion: Criterion { .crossEntropy }
    package var quality: Quality? { .accuracy }
    /// Symbols are equally likely.
    package var baselineLoss: Double? { log(Double(CopyTask.symbols)) }

    package func data(_ request: DataRequest) -> any TaskData { CopyData(self, request) }
}

private struct CopyData: GeneratedData {
    let task: CopyTask
    let request: DataRequest
    private let key: UInt64

    init(_ task: CopyTask, _ request: DataRequest) {
        self.task = task
        self.request = request
        key = request.key
    }

    func counted(of steps: Range<Int>) -> Range<Int> { steps.clamped(to: task.delay..<request.length) }

    func input<S: NoiseElement>(at step: Int, rows: Range<Int>, into input: UnsafeMutablePointer<S>) {
        let key = symbolKey(step)
        fillOneHot(input, rows: rows, width: request.input) { symbol($0, key: key) }
    }

    func target<S: NoiseElement>(at step: Int, into targets: UnsafeMutablePointer<S>) {
        let key = symbolKey(step - task.delay)
        fillClasses(targets, batch: request.batch) { symbol($0, key: key) }
    }

    func isRight<S: NoiseElement>(_ outputs: UnsafeBufferPointer<S>, target: S, row: Int, at step: Int) -> Bool? {
        isLikeliest(target, of: outputs)
    }

    private func symbolKey(_ step: Int) -> UInt64 { noiseKey(key, 0x636f_7079, UInt64(step)) }

    /// By way of Double, whose noise is below 1 and has the same leading bits in every type.
    private func symbol(_ sequence: Int, key: UInt64) -> Int {
        Int((Double.noise(at: sequence, key: key) + 1) / 2 * Double(CopyTask.symbols))
    }
}
