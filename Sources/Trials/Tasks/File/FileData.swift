import Noise
import Shapes

/// T steps of B sequences of a file, those of one update.
struct FileData: TaskData {
    let file: FileSequences
    let order: FileOrder
    var request: DataRequest
    /// The sequence of each row; the last rows may have none.
    private let sequences: [Int]
    /// How many times T steps came before.
    private let window: Int
    /// One past the last step of each row within these T.
    private let rowEnds: [Int]

    init(_ file: FileSequences, _ order: FileOrder, _ request: DataRequest) {
        self.init(file, order, request, order.training, update: request.update)
    }

    private init(_ file: FileSequences, _ order: FileOrder, _ request: DataRequest, _ rows: FileOrder.Rows, update: Int)
    {
        self.file = file
        self.order = order
        self.request = request
        let (sequences, window) = rows.at(update: update, batch: request.batch)
        (self.sequences, self.window) = (Array(sequences), window)
        let ends = sequences.map { min(max(0, file.length($0) - window * request.length), request.length) }
        rowEnds = ends + Array(repeating: 0, count: request.batch - ends.count)
    }

    func at(update: Int) -> FileData {
        var request = request
        request.update = update
        return FileData(file, order, request)
    }

    var heldOutCount: Int { (order.heldOut?.count ?? 0) * request.batch }

    func heldOut(from first: Int) -> FileData? {
        order.heldOut.map { FileData(file, order, request, $0, update: first / request.batch) }
    }

    var ends: [Int]? { rowEnds }
    var continuesStream: Bool { window > 0 }
    var pass: Int? { order.training.count }
    var content: Content? { file.bytes.content }
    func expectUnchanged() throws(TaskDataError) { try file.bytes.expectUnchanged() }

    var utterances: [[Utterance]]? {
        guard file.layout.loss == .ctc else { return nil }
        let own = sequences.map { file.utterance($0).map { [$0] } ?? [] }
        return own + Array(repeating: [], count: request.batch - own.count)
    }

    var skippedSequences: Int { file.layout.loss == .ctc ? sequences.count { file.utterance($0) == nil } : 0 }

    /// Whether a target is there for a row's step.
    private func isTarget(_ row: Int, _ step: Int) -> Bool {
        guard step < rowEnds[row] else { return false }
        return file.layout.place == .steps || window * request.length + step == file.length(sequences[row]) - 1
    }

    func counted(of steps: Range<Int>) -> Range<Int> {
        switch file.layout.place {
        case .steps: return steps.clamped(to: 0..<(rowEnds.max() ?? 0))
        case .end:
            let lasts = sequences.indices.map { rowEnds[$0] - 1 }.enumerated().filter { isTarget($0, max(0, $1)) }.map(
                \.element)
            return steps.clamped(to: (lasts.min() ?? 0)..<(lasts.max() ?? -1) + 1)
        case .sequence: return steps
        }
    }

    func elements(of steps: Range<Int>) -> Int {
        sequences.indices.reduce(0) { sum, row in
            switch file.layout.loss {
            case .ctc:
                return sum + (file.utterance(sequences[row]) == nil ? 0 : steps.clamped(to: 0..<rowEnds[row]).count)
            case .squared: return sum + counted(of: steps).count { isTarget(row, $0) } * request.outputs
            case .crossEntropy: return sum + counted(of: steps).count { classNumber(row, $0) != nil }
            }
        }
    }

    private func classNumber(_ row: Int, _ step: Int) -> Int? {
        isTarget(row, step) ? file.classNumber(sequences[row], window * request.length + step) : nil
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    func input<S: NoiseElement>(at step: Int, rows: Range<Int>, into input: UnsafeMutablePointer<S>) {
        let width = request.input
        for (index, row) in rows.enumerated() {
            let values = input + index * width
            if step < rowEnds[row] {
                file.input(sequences[row], window * request.length + step, into: values)
            } else {
                values.update(repeating: 0, count: width)
            }
        }
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    func target<S: NoiseElement>(at step: Int, into targets: UnsafeMutablePointer<S>) {
        for row in 0..<request.batch {
            switch file.layout.loss {
            case .crossEntropy:
                targets[row] = S(row < sequences.count ? classNumber(row, step) ?? -1 : -1)
            case .squared:
                let values = targets + row * request.outputs
                if row < sequences.count, isTarget(row, step) {
                    file.numbers(sequences[row], window * request.length + step, into: values)
                } else {
                    // A row that does not count.
                    values.update(repeating: .nan, count: request.outputs)
                }
            case .ctc: preconditionFailure("labels are no tensors")
            }
        }
    }

    func isRight<S: NoiseElement>(_ outputs: UnsafeBufferPointer<S>, target: S, row: Int, at step: Int) -> Bool? {
        file.layout.loss == .crossEntropy && target >= 0 ? isLikeliest(target, of: outputs) : nil
    }
}
