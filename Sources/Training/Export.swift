import Kernels
import Memory
import Networks
import Quantities
import Schedules
import Shapes
import Trials

extension Session {
    /// Writes parameters, data, outputs, loss and gradients as one safetensors file
    /// (https://github.com/huggingface/safetensors#format): the length of a JSON header in 8 bytes, the header, the
    /// tensors. Names, shapes and gate order are PyTorch's; classes are I64, and −1 does not count.
    /// CTC's sequences are `sequences`, [N, 4]: row of the batch, first frame, one past the last, number of labels; and `targets`,
    /// [N, most labels], where 0, the blank, fills up. Where sequences end before T, `lengths`, [B], says how many steps each has.
    ///
    /// Runs one more training step, whose gradients these are; where none are made, there is no loss either.
    ///
    /// - Throws: ``ExportError``, ``StateFileError``.
    package func export(to path: String) throws {
        let shape = trial.shape
        let source = try Source<S>(trial)
        // After a training the executor has the data of its last update, or held-out ones.
        executor.advance(to: source)
        let pass = try executor.run(schedule)
        let (steps, batch) = (trial.length, trial.batch)

        var file = Safetensors()
        func add(_ name: String, _ shape: [Int], _ values: [S]) {
            file.tensors.append((name, Safetensors.Tensor(values, shape: shape)))
        }
        func add(_ name: String, _ shape: [Int], integers: [Int]) {
            file.tensors.append((name, Safetensors.Tensor(integers: integers, shape: shape)))
        }
        for parameter in network.parameters {
            add(parameter.name, parameter.shape, parameter.exported(parameter.values))
            guard schedule.hasGradient else { continue }
            add("grad." + parameter.name, parameter.shape, parameter.exported(parameter.gradient))
        }
        let states = shape.directions * shape.layers
        func zeros(_ count: Int) -> [S] { Array(repeating: 0, count: states * count) }
        add("initial_state", [states, batch, shape.stateWidth], zeros(shape.hiddenElements))
        for part in shape.cell.kind.memory { add(part.exported, [states, batch, shape.hidden], zeros(shape.cells)) }

        // Forward once more for the outputs, which training never keeps.
        if shape.isBidirectional { executor.runForward() } else { network.begin() }
        var (inputs, targets, outputs): ([S], [S], [S]) = ([], [], [])
        let target = UnsafeMutableBufferPointer(start: network.head.targets.start, count: network.head.targets.count)
        // What does not count: a class of −1, and of a number that is not asked for, 0.
        let absent: S = shape.criterion == .crossEntropy ? -1 : 0
        for step in 0..<steps {
            let input = network.inputs(ahead: step..<step + 1)
            source.input(at: step, into: input)
            inputs += UnsafeBufferPointer(start: input.start, count: batch * shape.input)
            if shape.isBidirectional {
                outputs += network.predict(at: step)
            } else {
                network.forward(input, from: step, records: nil)
                outputs += network.predict()
            }
            if source.counted(of: step..<step + 1).isEmpty {
                target.update(repeating: absent)
            } else {
                source.target(at: step, into: target.baseAddress!)
            }
            // Rows that do not count, after a sequence's end, have numbers in the file too.
            targets += target.map { $0.isNaN ? 0 : $0 }
        }
        add("inputs", [steps, batch, shape.input], inputs)
        if let ends = source.ends { add("lengths", [batch], integers: ends) }
        switch shape.criterion {
        case .squaredError: add("targets", [steps, batch, shape.outputs], targets)
        case .crossEntropy: add("targets", [steps, batch], integers: targets.map { Int($0) })
        case .ctc:
            let labels = labels(of: source.utterances ?? [])
            add("sequences", [labels.count, 4], integers: labels.sequences)
            add("targets", [labels.count, labels.most], integers: labels.targets)
        }
        add("outputs", [steps, batch, shape.outputs], outputs)
        if schedule.hasGradient { add("loss", [], [S(pass.loss)]) }

        file.facts = Factor.allCases.map { ($0.rawValue, trial[$0]) }
        try file.write(to: path)
    }
}

/// Sequences, four numbers each, and their labels, filled up with blanks to as many as the longest has.
private func labels(
    of rows: [[Utterance]]
) -> (count: Int, most: Int, sequences: [Int], targets: [Int]) {
    let all = rows.enumerated().flatMap { row, utterances in utterances.map { (row, $0) } }
    let most = all.map(\.1.labels.count).max() ?? 0
    let sequences = all.flatMap { row, utterance in
        [row, utterance.frames.lowerBound, utterance.frames.upperBound, utterance.labels.count]
    }
    return (all.count, most, sequences, all.flatMap { $1.labels + Array(repeating: 0, count: most - $1.labels.count) })
}
