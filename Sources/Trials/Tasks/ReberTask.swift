import Noise
package import Quantities
package import Shapes

extension TrainingTask {
    /// See ``ReberTask``.
    package static let reber = TrainingTask(ReberTask())
}

/// The embedded Reber grammar (Fahlman 1991; Hochreiter & Schmidhuber 1997, experiment 1): the next symbol of a string whose last
/// but one repeats its second.
///
/// Each sequence is one string, of at most T + 1 symbols; after its end its inputs are 0 and nothing counts. A string is right
/// where its last but one symbol, which its second decides, is the likeliest there.
package struct ReberTask: TaskDefinition {
    package static let signature = Signature(
        "reber", about: "the next symbol of a string of the embedded Reber grammar")
    private static let symbols = ReberString.Symbol.allCases.count

    package init() {}
    package init(_ arguments: Arguments) {}

    package func outputs(input: Int) -> Int { ReberTask.symbols }
    package var leastInput: Int { ReberTask.symbols }
    /// All symbols but the last of the shortest string.
    package var leastLength: Int { ReberString.shortest - 1 }
    package var criterion: Criterion { .crossEntropy }
    package var quality: Quality? { .accuracy }

    package func data(_ request: DataRequest) -> any TaskData { ReberData(self, request) }
}

private struct ReberData: GeneratedData {
    let task: ReberTask
    let request: DataRequest
    /// Each sequence's string and the number of its symbols.
    private let strings: [(string: ReberString, count: Int)]

    init(_ task: ReberTask, _ request: DataRequest) {
        self.task = task
        self.request = request
        let key = request.key
        strings = (0..<request.batch).map { sequence in
            let string = ReberString(key: noiseKey(key, 0x7265_6265, UInt64(sequence)), longest: request.length + 1)
            return (string, string.reduce(0) { count, _ in count + 1 })
        }
    }

    var ends: [Int]? { strings.map { $0.count - 1 } }

    func counted(of steps: Range<Int>) -> Range<Int> {
        steps.clamped(to: 0..<(strings.map(\.count).max() ?? 1) - 1)
    }

    func elements(of steps: Range<Int>) -> Int {
        strings.reduce(0) { $0 + steps.clamped(to: 0..<$1.count - 1).count }
    }

    func input<S: NoiseElement>(at step: Int, rows: Range<Int>, into input: UnsafeMutablePointer<S>) {
        fillOneHot(input, rows: rows, width: request.input) { hasStep($0, step) ? symbol($0, step) : nil }
    }

    func target<S: NoiseElement>(at step: Int, into targets: UnsafeMutablePointer<S>) {
        fillClasses(targets, batch: request.batch) { hasStep($0, step) ? symbol($0, step + 1) : nil }
    }

    func isRight<S: NoiseElement>(_ outputs: UnsafeBufferPointer<S>, target: S, row: Int, at step: Int) -> Bool? {
        step == strings[row].count - 3 ? isLikeliest(target, of: outputs) : nil
    }

    private func hasStep(_ sequence: Int, _ step: Int) -> Bool { step < strings[sequence].count - 1 }

    private func symbol(_ sequence: Int, _ index: Int) -> Int {
        var symbols = strings[sequence].string.makeIterator()
        for _ in 0..<index { _ = symbols.next() }
        return symbols.next()!.rawValue
    }
}
