package import Quantities
package import Shapes

/// Sequences of the user's in a safetensors file: `inputs`, [T, B, D], `targets`, and `lengths`, [B], where they are not all of T steps.
/// With `batch_first`, PyTorch's word, the first two dimensions are the other way round.
///
/// Targets are numbers of every step, [T, B, O], or of each sequence's last one, [B, O], for `squared`; classes, [T, B] or [B], for
/// `cross-entropy`, where −1 and −100 do not count; labels, [B, most], for `ctc`, filled up with 0, the blank.
///
/// Sequences come B at a time, in the file's order. Longer ones than T continue in the next update, with the state that they have
/// come to; with `ctc`, and in two directions, there may be none.
package struct FileTask: TaskDefinition {
    package static let signature = Signature(
        "file",
        [
            TextParameter("path", .path, example: "data.safetensors"),
            TextParameter("loss", .words(Loss.allCases.map(\.rawValue)), isRequired: false, example: "squared"),
            TextParameter("outputs", .whole(1...Trial.largestWidth), isRequired: false),
            TextParameter("labels", .whole(0...Trial.largestLength), isRequired: false),
            TextParameter("batch_first", .flag, isRequired: false, example: "true"),
            TextParameter("zero_infinity", .flag, isRequired: false, example: "true"),
        ], about: "sequences of a safetensors file: inputs, targets, lengths")

    /// How outputs are held against targets.
    package enum Loss: String, CaseIterable, Hashable, Sendable {
        case squared
        case crossEntropy = "cross-entropy"
        case ctc
    }

    let path: String
    /// Nil, as O, until the file has been read.
    let loss: Loss?
    private let outputs: Int?
    /// The most that a sequence of the file may have, with CTC.
    private let labels: Int?
    let isBatchFirst: Bool
    /// Whether sequences whose labels do not fit in their frames are skipped, as torch.nn.CTCLoss(zero_infinity=True) does.
    let skipsInfeasible: Bool

    init(
        path: String, loss: Loss? = nil, outputs: Int? = nil, labels: Int? = nil, isBatchFirst: Bool = false,
        skipsInfeasible: Bool = false
    ) {
        self.path = path
        self.loss = loss
        self.outputs = outputs
        self.labels = labels
        self.isBatchFirst = isBatchFirst
        self.skipsInfeasible = skipsInfeasible
    }

    package init(_ arguments: Arguments) {
        self.init(
            path: arguments.text("path")!, loss: arguments.text("loss").flatMap(Loss.init),
            outputs: arguments.whole("outputs"), labels: arguments.whole("labels"),
            isBatchFirst: arguments.flag("batch_first") ?? false,
            skipsInfeasible: arguments.flag("zero_infinity") ?? false)
    }

    package var parameters: [(name: String, text: String)] {
        // Where the path itself seems to say them, flags are said too.
        let isClear = FileTask.signature.pairs(of: "path=\(path)").count == 1
        var all = [(name: "path", text: path)]
        if let loss { all.append(("loss", loss.rawValue)) }
        if let outputs { all.append(("outputs", String(outputs))) }
        if let labels { all.append(("labels", String(labels))) }
        for (name, value) in [("batch_first", isBatchFirst), ("zero_infinity", skipsInfeasible)] where value || !isClear
        {
            all.append((name, String(value)))
        }
        return all
    }

    package var lacking: String? {
        loss == nil ? "loss" : outputs == nil ? "outputs" : loss == .ctc && labels == nil ? "labels" : nil
    }

    package func outputs(input: Int) -> Int { outputs ?? 1 }
    package func mostLabels(length: Int) -> Int? { loss == .ctc ? labels : nil }
    package var criterion: Criterion {
        switch loss {
        case .squared, nil: .squaredError
        case .crossEntropy: .crossEntropy
        case .ctc: .ctc
        }
    }
    package var quality: Quality? {
        switch loss {
        case .squared, nil: nil
        case .crossEntropy: .accuracy
        case .ctc: .labelErrorRate
        }
    }
    package var file: String? { path }
    package func movedTo(_ file: String) -> FileTask {
        FileTask(
            path: file, loss: loss, outputs: outputs, labels: labels, isBatchFirst: isBatchFirst,
            skipsInfeasible: skipsInfeasible)
    }
    package var carriesState: Bool { loss != .ctc }
    package static var hasValidation: Bool { true }

    package func completed(outputs head: Int?) throws(TaskDataError) -> (task: FileTask, dimensions: DataDimensions)? {
        let layout = try FileLayout(self)
        let found = if let outputs { outputs } else { try layout.outputs(atLeast: head) }
        let task = FileTask(
            path: path, loss: layout.loss, outputs: found, labels: layout.labels,
            isBatchFirst: isBatchFirst, skipsInfeasible: skipsInfeasible)
        return (task, DataDimensions(input: layout.width, steps: layout.steps, sequences: layout.sequences))
    }

    package func data(_ request: DataRequest) throws(TaskDataError) -> any TaskData {
        let sequences = try FileSequences(self, outputs: request.outputs)
        try sequences.bytes.expect(request.content)
        let layout = sequences.layout
        for (what, there, asked) in [
            ("inputs of \(layout.width) channels", layout.width == request.input, "'input' is \(request.input)"),
            ("\(layout.sequences) sequences", layout.sequences >= request.batch, "'batch' is \(request.batch)"),
            ("\(layout.steps) steps", layout.steps >= request.length, "'length' is \(request.length)"),
        ] where !there { throw .unfit(path: path, "has \(what), and \(asked)") }
        return FileData(sequences, try FileOrder(sequences, request), request)
    }
}

extension TrainingTask {
    /// The word of a task of somebody's own sequences.
    ///
    /// - Parameter text: a path and, after commas, what else the task is told: `data.safetensors,loss=ctc`.
    package static func word(ofData text: String) -> String { "\(FileTask.signature.word):path=\(text)" }
}
