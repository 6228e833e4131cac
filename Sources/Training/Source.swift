import Glibc
package import Kernels
import Noise
package import Shapes
package import Trials

/// What a task shows the network: inputs and targets of any step, made from the seed, the update and the step alone.
///
/// Not a struct: it holds on to strings, arrays and files, and is asked at every step.
package final class Source<S: Scalar>: Sendable {
    private let task: TrainingTask
    private let seed: UInt64
    private let update: Int
    private let length: Int
    private let batch: Int
    private let width: Int
    /// The two marked steps of each sequence in the adding problem.
    private let marks: [(Int, Int)]
    /// Each sequence's string and the number of its symbols.
    private let strings: [(string: ReberString, count: Int)]
    private let text: Text?
    private let labelling: Labelling?
    /// Where each sequence of the batch ends, one past its last step; nil where all have T.
    package let ends: [Int]?
    private let trial: Trial
    /// The weight of one element in the loss: see ``elements``.
    package let weight: S

    /// - Parameter update: which one of a training run; each has other data, and 0 is what a single training step is of.
    /// - Throws: ``TextError`` when the task's file is missing, too short, or not as the task or the trial says.
    package convenience init(_ trial: Trial, update: Int = 0) throws(TextError) {
        guard case .text(let file, let encoding) = trial.task else {
            self.init(trial, update: update, text: nil)
            return
        }
        let text = try Text(file, encoding: encoding, classes: trial.outputs)
        let content = text.bytes.content
        if let asked = trial.content, asked != content { throw .other(path: file, there: content, asked: asked) }
        guard text.count / trial.batch > trial.length else {
            throw .short(
                path: file, encoding: encoding, symbols: text.count, batch: trial.batch, length: trial.length)
        }
        self.init(trial, update: update, text: text)
    }

    /// What the task's file holds; nil where it has none.
    package var content: Content? { text?.bytes.content }

    /// - Throws: ``TextError`` when the task's file was written to since it was opened.
    func expectUnchanged() throws(TextError) { try text?.bytes.expectUnchanged() }

    /// The same task at another update.
    package func at(update: Int) -> Source { Source(trial, update: update, text: text) }

    /// Data that no update has, of a task with labels: B of ``Trial/heldOut`` sequences, which are the same whatever the batch.
    ///
    /// - Parameter first: their first; behind the last there are none, and rows are empty.
    package convenience init(_ trial: Trial, heldOutFrom first: Int) {
        self.init(trial, update: 0, text: nil, heldOutFrom: first)
    }

    private init(_ trial: Trial, update: Int, text: Text?, heldOutFrom first: Int? = nil) {
        self.trial = trial
        self.update = update
        self.text = text
        task = trial.task
        length = trial.length
        batch = trial.batch
        width = trial.input
        let key =
            first != nil
            ? noiseKey(UInt64(trial.seed), 0x6865_6c64)
            : update == 0 ? UInt64(trial.seed) : noiseKey(UInt64(trial.seed), 0x7570_6461, UInt64(update))
        seed = key
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
        func make(mean: Int?) -> Labelling {
            let rows = first == nil ? trial.batch : Trial.heldOut
            let all = Labelling(key: key, seed: UInt64(trial.seed), batch: rows, length: steps, mean: mean)
            return first.map { all.rows(from: $0, count: trial.batch) } ?? all
        }
        labelling =
            switch trial.task {
            case .labelling: make(mean: nil)
            case .stream(let mean, _): make(mean: mean)
            default: nil
            }
        strings =
            trial.task == .reber
            ? (0..<trial.batch).map { sequence in
                let string = ReberString(key: noiseKey(key, 0x7265_6265, UInt64(sequence)), longest: steps + 1)
                return (string, string.reduce(0) { count, _ in count + 1 })
            } : []
        let ends: [Int]? =
            switch trial.task {
            case .labelling: labelling?.utterances.map { $0.first?.frames.upperBound ?? 0 }
            case .reber: strings.map { $0.count - 1 }
            case .adding, .noise, .copy, .text, .stream: nil
            }
        self.ends = ends?.allSatisfy { $0 == steps } == true ? nil : ends
        weight =
            switch trial.task {
            case .adding: 1 / S(batch)
            case .noise: 1 / (S(batch * trial.outputs) * S(length))
            case .copy(let delay): 1 / S(batch * (length - delay))
            case .reber: 1 / S(strings.reduce(0) { $0 + $1.count - 1 })
            case .text: 1 / S(batch * length)
            // Its criterion weighs whole sequences, and does so itself.
            case .labelling, .stream: 1
            }
    }

    /// Elements that count in the loss, which is a mean over them: known before anything has run.
    package var elements: Int { elements(of: 0..<length) }

    /// Elements that count in the loss on some of the steps: numbers that are asked for, or classes; with CTC frames, each a step
    /// of one row of the batch, of the sequences whose loss counts.
    package func elements(of steps: Range<Int>) -> Int {
        switch task {
        case .adding, .copy, .text: counted(of: steps).count * batch
        case .noise: steps.count * batch * trial.outputs
        case .reber: strings.reduce(0) { $0 + steps.clamped(to: 0..<$1.count - 1).count }
        case .labelling, .stream:
            labelling!.utterances.joined().reduce(0) {
                $1.counts(in: length, usesExpectation: usesExpectation)
                    ? $0 + $1.frames.clamped(to: steps).count : $0
            }
        }
    }

    /// For each row of the batch its sequences with their labels; nil where the task has no such.
    package var utterances: [[Utterance]]? { labelling?.utterances }

    /// Whether CTC-EM learns from sequences whose end a window has not reached.
    package var usesExpectation: Bool { if case .stream(_, false) = task { false } else { true } }

    /// Those of the steps on which the loss enters, of any sequence.
    package func counted(of steps: Range<Int>) -> Range<Int> {
        switch task {
        case .adding: steps.clamped(to: length - 1..<length)
        case .noise, .text, .labelling, .stream: steps
        case .copy(let delay): steps.clamped(to: delay..<length)
        case .reber: steps.clamped(to: 0..<(strings.map(\.count).max() ?? 1) - 1)
        }
    }

    /// x of a step, [B, D].
    package func input(at step: Int, into input: Matrix<S>) { self.input(at: step, rows: 0..<batch, into: input) }

    /// x of a step of some sequences, [rows, D].
    package func input(at step: Int, rows: Range<Int>, into input: Matrix<S>) {
        if case .noise = task {
            S.fillNoise(input, rows: rows, key: noiseKey(seed, 0x7269_6768, UInt64(step)))
            return
        }
        if let labelling {
            labelling.fill(input, at: step, rows: rows)
            return
        }
        memset(input.start, 0, rows.count * width * MemoryLayout<S>.stride)
        switch task {
        case .noise, .labelling, .stream: break
        case .adding:
            let key = noiseKey(seed, 0x7269_6768, UInt64(step))
            for (row, sequence) in rows.enumerated() {
                input.row(row)[0] = number(sequence, key: key)
                input.row(row)[1] = step == marks[sequence].0 || step == marks[sequence].1 ? 1 : 0
            }
        case .copy:
            let key = symbolKey(step)
            for (row, sequence) in rows.enumerated() { input.row(row)[symbol(sequence, key: key)] = 1 }
        case .reber:
            for (row, sequence) in rows.enumerated() where step < strings[sequence].count - 1 {
                input.row(row)[reber(sequence, step).rawValue] = 1
            }
        case .text:
            for (row, sequence) in rows.enumerated() { input.row(row)[character(sequence, step)] = 1 }
        }
    }

    /// The targets of a step that counts, as the task's criterion has them: [B, O], or classes, [B].
    package func target(at step: Int, into targets: UnsafeMutablePointer<S>) {
        switch task {
        case .noise:
            S.fillNoise(targets, count: batch * trial.outputs, key: noiseKey(seed, 0x676f_616c, UInt64(step)))
        case .adding:
            for sequence in 0..<batch {
                let keys = [marks[sequence].0, marks[sequence].1].map { noiseKey(seed, 0x7269_6768, UInt64($0)) }
                targets[sequence] = number(sequence, key: keys[0]) + number(sequence, key: keys[1])
            }
        case .copy(let delay):
            let key = symbolKey(step - delay)
            for sequence in 0..<batch { targets[sequence] = S(symbol(sequence, key: key)) }
        case .reber:
            for sequence in 0..<batch {
                let isIn = step < strings[sequence].count - 1
                targets[sequence] = isIn ? S(reber(sequence, step + 1).rawValue) : -1
            }
        case .text:
            for sequence in 0..<batch { targets[sequence] = S(character(sequence, step + 1)) }
        case .labelling, .stream: break
        }
    }

    /// The adding problem's number, in [0, 1].
    private func number(_ sequence: Int, key: UInt64) -> S { (S.noise(at: sequence, key: key) + 1) / 2 }

    private func symbolKey(_ step: Int) -> UInt64 { noiseKey(seed, 0x636f_7079, UInt64(step)) }

    /// The copy task's symbol. By way of Double, whose noise is below 1 and has the same leading bits in every type.
    private func symbol(_ sequence: Int, key: UInt64) -> Int {
        Int((Double.noise(at: sequence, key: key) + 1) / 2 * Double(TrainingTask.copySymbols))
    }

    private func reber(_ sequence: Int, _ place: Int) -> ReberString.Symbol {
        var symbols = strings[sequence].string.makeIterator()
        for _ in 0..<place { _ = symbols.next() }
        return symbols.next()!
    }

    /// Whether the update's streams go on where those of the update before ended.
    package var continuesStream: Bool { text != nil && window > 0 }

    /// Which T symbols of its part of the text each stream has.
    private var window: Int { update % ((text!.count / batch - 1) / length) }

    /// The byte or character that a stream has at some step. Every sequence has its part of the text, of which update after
    /// update takes T symbols, from the beginning again when there are no more.
    private func character(_ sequence: Int, _ step: Int) -> Int {
        let part = text!.count / batch
        return text![sequence * part + window * length + step]
    }
}

extension Scalar {
    /// Rows of what ``fillNoise(_:count:key:)`` puts into a whole batch, [rows, width].
    static func fillNoise(_ values: Matrix<Self>, rows: Range<Int>, key: UInt64) {
        guard rows.lowerBound > 0 else {
            return fillNoise(values.start, count: rows.count * values.columns, key: key)
        }
        let first = rows.lowerBound * values.columns
        for place in 0..<rows.count * values.columns { values.start[place] = noise(at: first + place, key: key) }
    }
}

/// How many predictions were looked at, and how many of them were right.
package struct Judgement: Hashable, Sendable {
    package var right = 0
    package var all = 0

    package init(right: Int = 0, all: Int = 0) { (self.right, self.all) = (right, all) }

    package static func += (sum: inout Judgement, other: Judgement) {
        sum.right += other.right
        sum.all += other.all
    }
}

// Quality, in passing: what backward makes of the outputs anyway is looked at.
extension Source {
    /// - Parameters:
    ///   - outputs: of a step that counts, [B, O].
    ///   - targets: of that step.
    package func judge(_ outputs: Matrix<S>, against targets: UnsafePointer<S>, at step: Int) -> Judgement {
        var judgement = Judgement()
        switch task {
        case .noise, .text, .labelling, .stream: break
        case .adding:
            for sequence in 0..<batch {
                let isRight = abs(outputs.row(sequence)[0] - targets[sequence]) < 0.04
                judgement += Judgement(right: isRight ? 1 : 0, all: 1)
            }
        case .copy:
            for sequence in 0..<batch { judgement += likeliest(outputs, sequence, targets) }
        case .reber:
            for sequence in 0..<batch where step == strings[sequence].count - 3 {
                judgement += likeliest(outputs, sequence, targets)
            }
        }
        return judgement
    }

    private func likeliest(_ outputs: Matrix<S>, _ sequence: Int, _ targets: UnsafePointer<S>) -> Judgement {
        let row = outputs.row(sequence)
        let target = row[Int(targets[sequence])]
        // An output that is not a number is not the likeliest.
        var isRight = true
        for place in 0..<outputs.columns where !(row[place] <= target) { isRight = false }
        return Judgement(right: isRight ? 1 : 0, all: 1)
    }

    /// The quality of a whole pass, as ``Quality`` has it; nil when the task has none.
    ///
    /// - Parameter loss: its mean.
    package func quality(_ judgement: Judgement, loss: Double) -> Double? {
        switch task.quality {
        case .accuracy: judgement.all > 0 ? Double(judgement.right) / Double(judgement.all) : nil
        case .bitsPerCharacter: loss / log(2)
        // Best paths are decoded where they are passed.
        case .labelErrorRate, nil: nil
        }
    }
}
