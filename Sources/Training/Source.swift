import Glibc
package import Kernels
package import Shapes
package import Trials

/// What a task shows the network, as tensors: inputs and targets of any step of one update, and what the loss weighs. A class, for
/// the executor asks it at every step: a copy of what it holds, each time, took 1 % of a small network's time.
package final class Source<S: Scalar>: Sendable {
    private let task: TrainingTask
    private let length: Int
    private let data: any TaskData
    /// Where each sequence of the batch ends, one past its last step; nil where all have T.
    package let ends: [Int]?
    /// The weight of one element in the loss: see ``elements``.
    package let weight: S

    /// - Parameter update: which one of a training run; each has other data, and 0 is what a single training step is of.
    /// - Throws: ``TaskDataError`` when the task's file is missing, too short, or not as the task or the trial says.
    package convenience init(_ trial: Trial, update: Int = 0) throws(TaskDataError) {
        self.init(
            try trial.task.definition.data(DataRequest(trial, update: update)), of: trial.task, length: trial.length)
    }

    private init(_ data: any TaskData, of task: TrainingTask, length: Int) {
        self.task = task
        self.length = length
        self.data = data
        ends = data.ends.flatMap { ends in ends.allSatisfy { $0 == length } ? nil : ends }
        // CTC weighs whole sequences, and does so itself.
        // Where nothing counts, as in T steps of a sequence whose last one comes later, no loss enters.
        weight = task.criterion == .ctc ? 1 : 1 / S(max(1, data.elements(of: 0..<length)))
    }

    /// The same task at another update.
    package func at(update: Int) -> Source { Source(data.at(update: update), of: task, length: length) }

    /// Data that no update has, B of ``heldOutCount`` sequences, which are the same whatever the batch. Nil where the task has
    /// none.
    ///
    /// - Parameter first: their first; after the last there are none, and rows are empty.
    package func heldOut(from first: Int) -> Source? {
        data.heldOut(from: first).map { Source($0, of: task, length: length) }
    }

    /// How many sequences no update has, whatever the batch.
    package var heldOutCount: Int { data.heldOutCount }

    /// Sequences whose labels do not fit in their frames: see ``TaskData/skippedSequences``.
    package var skippedSequences: Int { data.skippedSequences }

    /// What the task's file holds; nil where it has none.
    package var content: Content? { data.content }

    /// - Throws: ``TaskDataError`` when the task's file was written to since it was opened.
    func expectUnchanged() throws(TaskDataError) { try data.expectUnchanged() }

    /// Elements that count in the loss, which is a mean over them: known before anything has run.
    package var elements: Int { data.elements(of: 0..<length) }

    /// Elements that count in the loss on some of the steps: see ``TaskData/elements(of:)``.
    package func elements(of steps: Range<Int>) -> Int { data.elements(of: steps) }

    /// For each row of the batch its sequences with their labels; nil where the task has no such.
    package var utterances: [[Utterance]]? { data.utterances }

    /// Whether CTC-EM learns from sequences whose end a window has not reached.
    package var usesExpectation: Bool { task.usesExpectation ?? true }

    /// Those of the steps on which the loss enters, of any sequence.
    package func counted(of steps: Range<Int>) -> Range<Int> { data.counted(of: steps) }

    /// Whether the update's streams continue where those of the update before ended.
    package var continuesStream: Bool { data.continuesStream }

    /// Updates that show all sequences once: see ``TaskData/pass``.
    var pass: Int? { data.pass }

    /// x of a step, [B, D].
    package func input(at step: Int, into input: Matrix<S>) { self.input(at: step, rows: 0..<input.rows, into: input) }

    /// x of a step of some sequences, [rows, D].
    package func input(at step: Int, rows: Range<Int>, into input: Matrix<S>) {
        data.input(at: step, rows: rows, into: input.start)
    }

    /// The targets of a step that counts, as the task's criterion has them: [B, O], or classes, [B].
    package func target(at step: Int, into targets: UnsafeMutablePointer<S>) { data.target(at: step, into: targets) }
}

/// How many predictions were looked at, and how many of them were right.
package struct Score: Hashable, Sendable {
    package var right = 0
    package var all = 0

    package init(right: Int = 0, all: Int = 0) { (self.right, self.all) = (right, all) }

    package static func += (sum: inout Score, other: Score) {
        sum.right += other.right
        sum.all += other.all
    }
}

// Quality, in passing: what backward makes of the outputs anyway is looked at.
extension Source {
    /// - Parameters:
    ///   - outputs: of a step that counts, [B, O].
    ///   - targets: of that step.
    package func score(_ outputs: Matrix<S>, against targets: UnsafePointer<S>, at step: Int) -> Score {
        var score = Score()
        guard task.quality == .accuracy else { return score }
        for row in 0..<outputs.rows {
            let values = UnsafeBufferPointer(start: outputs.row(row), count: outputs.columns)
            guard let isRight = data.isRight(values, target: targets[row], row: row, at: step) else { continue }
            score += Score(right: isRight ? 1 : 0, all: 1)
        }
        return score
    }

    /// The quality of a whole pass, as ``Quality`` has it; nil when the task has none.
    ///
    /// - Parameter loss: its mean.
    package func quality(_ score: Score, loss: Double) -> Double? {
        switch task.quality {
        case .accuracy: score.all > 0 ? Double(score.right) / Double(score.all) : nil
        case .bitsPerCharacter: loss / log(2)
        // Best paths are decoded where they are passed.
        case .labelErrorRate, nil: nil
        }
    }
}
