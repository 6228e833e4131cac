import Kernels
import Memory
import Networks
import Schedules
import Shapes
import Trials

extension Session {
    /// Writes parameters, data, outputs, loss and gradients as one safetensors file
    /// (https://github.com/huggingface/safetensors#format): the length of a JSON header in 8 bytes, the header, the
    /// tensors. Names, shapes and gate order are PyTorch's; classes are I64, and −1 does not count.
    /// CTC's sequences are `sequences`, [N, 4]: row of the batch, first frame, one past the last, number of labels; and `targets`,
    /// [N, most labels], where 0, the blank, fills up.
    ///
    /// Runs one more training step, whose gradients these are; where none are made, there is no loss either.
    ///
    /// - Throws: ``ExportError``, ``StateFileError``.
    package func export(to path: String) throws {
        let pass = try executor.run(schedule)
        let shape = trial.shape
        let source = try Source<S>(trial)
        let (steps, batch) = (trial.length, trial.batch)

        var tensors: [Tensor] = []
        for parameter in network.parameters {
            tensors.append(Tensor(parameter.name, parameter.shape, parameter.exported(parameter.values)))
            guard schedule.hasGradient else { continue }
            tensors.append(Tensor("grad." + parameter.name, parameter.shape, parameter.exported(parameter.gradient)))
        }
        let states = shape.directions * shape.layers
        let initial = Array(repeating: S(0), count: states * shape.cells)
        tensors.append(Tensor("initial_state", [states, batch, shape.hidden], initial))
        if shape.cell.stateParts == 2 {
            tensors.append(Tensor("initial_cell", [states, batch, shape.hidden], initial))
        }

        // Forward once more for the outputs, which training never keeps.
        if shape.isBidirectional { executor.runForward() } else { network.begin() }
        var (inputs, targets, outputs): ([S], [S], [S]) = ([], [], [])
        let target = UnsafeMutableBufferPointer(start: network.head.targets.start, count: network.head.targets.count)
        // What does not count: a class of −1, and of a number nobody is asked for, 0.
        let absent: S = shape.criterion == .crossEntropy ? -1 : 0
        for step in 0..<steps {
            let input = network.inputs(ahead: step..<step + 1)
            source.input(at: step, into: input)
            inputs += UnsafeBufferPointer(start: input.start, count: batch * shape.input)
            if shape.isBidirectional {
                outputs += network.predict(at: step)
            } else {
                network.forward(input, records: nil)
                outputs += network.predict()
            }
            if source.counted(of: step..<step + 1).isEmpty {
                target.update(repeating: absent)
            } else {
                source.target(at: step, into: target.baseAddress!)
            }
            targets += target
        }
        tensors.append(Tensor("inputs", [steps, batch, shape.input], inputs))
        switch shape.criterion {
        case .squaredError: tensors.append(Tensor("targets", [steps, batch, shape.outputs], targets))
        case .crossEntropy: tensors.append(Tensor("targets", [steps, batch], classes: targets))
        case .ctc: tensors += labels(of: source.utterances ?? [])
        }
        tensors.append(Tensor("outputs", [steps, batch, shape.outputs], outputs))
        if schedule.hasGradient { tensors.append(Tensor("loss", [], [S(pass.loss)])) }

        let facts = Factor.allCases.map { "\"\($0.rawValue)\":\"\(escaped(trial[$0]))\"" }.joined(separator: ",")
        var header = "{\"__metadata__\":{\(facts)}"
        var offset = 0
        for tensor in tensors {
            let dimensions = tensor.shape.map(String.init).joined(separator: ",")
            header += ",\"\(tensor.name)\":{\"dtype\":\"\(tensor.type)\",\"shape\":[\(dimensions)],"
            header += "\"data_offsets\":[\(offset),\(offset + tensor.bytes.count)]}"
            offset += tensor.bytes.count
        }
        header += "}"
        header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)

        try writeFile(path) { put in
            let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { put($0) }
            guard length, header.withUTF8({ put(UnsafeRawBufferPointer($0)) }) else { return false }
            return tensors.allSatisfy { tensor in tensor.bytes.withUnsafeBytes { put($0) } }
        }
    }
}

/// Sequences and their labels.
private func labels(of rows: [[Utterance]]) -> [Tensor] {
    let all = rows.enumerated().flatMap { row, utterances in utterances.map { (row, $0) } }
    let most = all.map(\.1.labels.count).max() ?? 0
    let sequences = all.flatMap { row, utterance in
        [row, utterance.frames.lowerBound, utterance.frames.upperBound, utterance.labels.count]
    }
    let targets = all.flatMap { $1.labels + Array(repeating: 0, count: most - $1.labels.count) }
    return [
        Tensor("sequences", [all.count, 4], integers: sequences),
        Tensor("targets", [all.count, most], integers: targets),
    ]
}

/// A tensor as it goes to the file.
private struct Tensor {
    let name: String
    /// safetensors' name of the elements' type.
    let type: String
    let shape: [Int]
    let bytes: [UInt8]

    init<S: Scalar>(_ name: String, _ shape: [Int], _ values: [S]) {
        self.init(name, S.self == Float.self ? "F32" : "F64", shape, values)
    }

    /// Classes, in the type that PyTorch wants them in.
    init<S: Scalar>(_ name: String, _ shape: [Int], classes: [S]) {
        self.init(name, "I64", shape, classes.map { Int64($0) })
    }

    init(_ name: String, _ shape: [Int], integers: [Int]) {
        self.init(name, "I64", shape, integers.map { Int64($0) })
    }

    private init<Element: BitwiseCopyable>(_ name: String, _ type: String, _ shape: [Int], _ values: [Element]) {
        self.name = name
        self.type = type
        self.shape = shape
        bytes = values.withUnsafeBytes(Array.init)
    }
}

/// A text between quotes in JSON. No factor has control characters.
private func escaped(_ text: String) -> String {
    text.reduce(into: "") { $0 += $1 == "\"" || $1 == "\\" ? "\\\($1)" : String($1) }
}
