import Noise
import Shapes

/// The sequences of a file, mapped: a number is read when a step asks for it. All of them are looked at once, at the opening.
final class FileSequences: Sendable {
    let bytes: TextBytes
    let layout: FileLayout

    /// - Parameter outputs: O.
    /// - Throws: ``TaskDataError`` where the file is missing, or something in it cannot be trained on.
    init(_ task: FileTask, outputs: Int) throws(TaskDataError) {
        bytes = try TextBytes(task.path)
        layout = try FileLayout(task, bytes.header())
        try expectSound(task, outputs: outputs)
        bytes.release()
    }

    /// The bytes of an element of a tensor, and of those after it.
    @inline(__always)
    private func address(_ entry: SafetensorsHeader.Entry, _ element: Int, count: Int = 1) -> UnsafeRawPointer {
        bytes.address(entry.bytes.lowerBound + element * entry.type.size, count: count * entry.type.size)
    }

    /// The place of a step of a sequence among all of them, as inputs and targets of each step lie.
    private func place(_ sequence: Int, _ step: Int) -> Int {
        layout.isBatchFirst ? sequence * layout.steps + step : step * layout.sequences + sequence
    }

    /// Steps of a sequence.
    func length(_ sequence: Int) -> Int {
        layout.lengths.map { $0.type.whole(at: address($0, sequence)) } ?? layout.steps
    }

    /// x of a step of a sequence, [D].
    func input<S: NoiseElement>(_ sequence: Int, _ step: Int, into values: UnsafeMutablePointer<S>) {
        let start = address(layout.inputs, place(sequence, step) * layout.width, count: layout.width)
        copyReals(layout.inputs.type, start, count: layout.width, into: values)
    }

    /// The numbers that outputs are to be, [O].
    func numbers<S: NoiseElement>(_ sequence: Int, _ step: Int, into values: UnsafeMutablePointer<S>) {
        let width = layout.targets.shape.last!
        let row = layout.place == .end ? sequence : place(sequence, step)
        copyReals(layout.targets.type, address(layout.targets, row * width, count: width), count: width, into: values)
    }

    /// The class of a step; nil where it does not count.
    func classNumber(_ sequence: Int, _ step: Int) -> Int? {
        let row = layout.place == .end ? sequence : place(sequence, step)
        let value = layout.targets.type.whole(at: address(layout.targets, row))
        return value < 0 ? nil : value
    }

    /// A sequence's labels, up to the first blank.
    func labels(_ sequence: Int) -> [Int] {
        let most = layout.targets.shape[1]
        let values = (0..<most).map { layout.targets.type.whole(at: address(layout.targets, sequence * most + $0)) }
        return Array(values.prefix { $0 != 0 })
    }

    /// All of a sequence with its labels; nil where these do not fit in its frames.
    func utterance(_ sequence: Int) -> Utterance? {
        let utterance = Utterance(frames: 0..<length(sequence), labels: labels(sequence))
        return utterance.neededFrames <= utterance.frames.count ? utterance : nil
    }
}

// What is wrong with a file, found before anything is trained on it.
extension FileSequences {
    private func unfit(_ what: String) -> TaskDataError { .unfit(path: layout.path, what) }

    private func expectSound(_ task: FileTask, outputs: Int) throws(TaskDataError) {
        for sequence in 0..<layout.sequences where !(1...layout.steps).contains(length(sequence)) {
            throw unfit(
                "has \(length(sequence)) in 'lengths' at [\(sequence)]; allowed: 1 to \(layout.steps), the steps of 'inputs'"
            )
        }
        try expectFinite(layout.inputs, width: layout.width)
        switch layout.loss {
        case .squared:
            let width = layout.targets.shape.last!
            guard width == outputs else {
                throw unfit("has 'targets' of \(width) numbers, and the trial is of \(outputs) outputs")
            }
            if layout.place == .end {
                for sequence in 0..<layout.sequences { try expectFinite(layout.targets, sequence, width: width) }
            } else {
                try expectFinite(layout.targets, width: width)
            }
        case .crossEntropy, .ctc:
            let range = layout.targets.bytes
            let all = UnsafeRawBufferPointer(
                start: bytes.address(range.lowerBound, count: range.count), count: range.count)
            _ = try layout.highestClass(all, below: outputs)
        }
        if layout.loss == .ctc { try expectLabels(task) }
    }

    private func expectLabels(_ task: FileTask) throws(TaskDataError) {
        let most = layout.targets.shape[1]
        if let asked = task.mostLabels(length: layout.steps), asked < most {
            throw unfit("has 'targets' of \(most) labels, and the trial is of \(asked)")
        }
        for sequence in 0..<layout.sequences {
            let count = labels(sequence).count
            for label in count..<most
            where layout.targets.type.whole(at: address(layout.targets, sequence * most + label)) != 0 {
                throw unfit(
                    "has a label in 'targets' at [\(sequence), \(label)], after the blank, 0, at [\(sequence), \(count)]; "
                        + "allowed: labels, then blanks")
            }
            if !task.skipsInfeasible, utterance(sequence) == nil {
                let needed = Utterance(frames: 0..<length(sequence), labels: labels(sequence)).neededFrames
                throw unfit(
                    "has \(count) labels in 'targets' at [\(sequence)], which need \(needed) frames, one each and a blank "
                        + "between two that are the same, and the sequence has \(length(sequence)); with "
                        + "'zero_infinity=true' such sequences are skipped")
            }
        }
    }

    /// Of what is after a sequence's end nothing is expected.
    private func expectFinite(_ entry: SafetensorsHeader.Entry, width: Int) throws(TaskDataError) {
        for sequence in 0..<layout.sequences {
            for step in 0..<length(sequence) { try expectFinite(entry, place(sequence, step), width: width) }
        }
    }

    private func expectFinite(_ entry: SafetensorsHeader.Entry, _ row: Int, width: Int) throws(TaskDataError) {
        let start = address(entry, row * width, count: width)
        for element in 0..<width {
            let value = entry.type.real(at: start + element * entry.type.size)
            guard value.isFinite else {
                throw unfit(
                    "has \(value) in '\(entry.name)' at \(entry.index(row * width + element)); allowed: finite numbers")
            }
        }
    }
}

/// Numbers of a file as numbers of a tensor, each rounded to the nearest.
@specialized(where S == Float)
@specialized(where S == Double)
func copyReals<S: NoiseElement>(
    _ type: Safetensors.Element, _ start: UnsafeRawPointer, count: Int, into values: UnsafeMutablePointer<S>
) {
    let size = type.size
    for index in 0..<count { values[index] = S(type.real(at: start + index * size)) }
}
