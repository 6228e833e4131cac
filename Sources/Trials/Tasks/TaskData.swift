package import Noise
package import Shapes

/// Which data a task is asked for.
package struct DataRequest: Hashable, Sendable {
    package let seed: Int
    /// Which update of a training: each has other data, and 0 is what a single training step is of.
    package var update: Int
    /// T, B, D and O.
    package let length, batch, input, outputs: Int
    /// What the task's file holds; nil for whatever it does.
    package let content: Content?
    /// The part of the file's sequences that no update sees.
    package let validation: Double
    /// Whether each layer has two directions, so that no sequence continues in the next update.
    package let isBidirectional: Bool

    package init(_ trial: Trial, update: Int) {
        seed = trial.seed
        self.update = update
        length = trial.length
        batch = trial.batch
        input = trial.input
        outputs = trial.outputs
        content = trial.content
        validation = trial.validation
        isBidirectional = trial.bidirectional
    }

    /// What the update's data are drawn from.
    var key: UInt64 { update == 0 ? UInt64(seed) : noiseKey(UInt64(seed), 0x7570_6461, UInt64(update)) }
}

/// What a task shows a network in one update: inputs and targets of any step of any sequence at any time, made from the seed,
/// the update and the step alone, or read from a file.
package protocol TaskData: Sendable {
    var request: DataRequest { get }

    /// The data of another update.
    func at(update: Int) -> Self

    /// How many sequences no update has, whatever the batch.
    var heldOutCount: Int { get }

    /// Data that no update has: B of these sequences, the same whatever the batch. Nil where the task has none.
    ///
    /// - Parameter first: their first; after the last there are none, and rows are empty.
    func heldOut(from first: Int) -> Self?

    /// Where each sequence of the batch ends, one past its last step; nil where all have T.
    var ends: [Int]? { get }

    /// For each row of the batch its sequences with their labels; nil where the task has no such.
    var utterances: [[Utterance]]? { get }

    /// Sequences of the batch that are not among these, for their labels do not fit in their frames, and that the mean loss is over
    /// all the same, each with 0.
    var skippedSequences: Int { get }

    /// Whether the update's streams continue where those of the update before ended.
    var continuesStream: Bool { get }

    /// Updates that show all of the task's sequences once, after which these come again; nil where none comes twice.
    var pass: Int? { get }

    /// What the task's file holds; nil where it has none.
    var content: Content? { get }

    /// - Throws: ``TaskDataError`` when the task's file was written to since it was opened.
    func expectUnchanged() throws(TaskDataError)

    /// Those of the steps on which the loss enters, of any sequence.
    func counted(of steps: Range<Int>) -> Range<Int>

    /// Elements that count in the loss on some of the steps: numbers that are asked for, or classes; with CTC frames, each a step
    /// of one row of the batch, of the sequences whose loss counts.
    func elements(of steps: Range<Int>) -> Int

    /// x of a step of some sequences, [rows, D].
    func input<S: NoiseElement>(at step: Int, rows: Range<Int>, into input: UnsafeMutablePointer<S>)

    /// The targets of a step that counts, as the task's criterion has them: [B, O], or classes, [B]. Labels are no tensors.
    func target<S: NoiseElement>(at step: Int, into targets: UnsafeMutablePointer<S>)

    /// Whether a row's outputs at a step that counts, [O], are right; nil where the task does not look.
    func isRight<S: NoiseElement>(_ outputs: UnsafeBufferPointer<S>, target: S, row: Int, at step: Int) -> Bool?
}

extension TaskData {
    package var heldOutCount: Int { Trial.heldOut }
    package var skippedSequences: Int { 0 }
    package func heldOut(from first: Int) -> Self? { nil }
    package var ends: [Int]? { nil }
    package var utterances: [[Utterance]]? { nil }
    package var continuesStream: Bool { false }
    package var pass: Int? { nil }
    package var content: Content? { nil }
    package func expectUnchanged() throws(TaskDataError) {}
    package func counted(of steps: Range<Int>) -> Range<Int> { steps }
    package func elements(of steps: Range<Int>) -> Int { counted(of: steps).count * request.batch }
    package func target<S: NoiseElement>(at step: Int, into targets: UnsafeMutablePointer<S>) {}
    package func isRight<S: NoiseElement>(
        _ outputs: UnsafeBufferPointer<S>, target: S, row: Int, at step: Int
    ) -> Bool? { nil }
}

/// Data that follow from the task and the request alone.
protocol GeneratedData: TaskData {
    associatedtype Task: TaskDefinition
    var task: Task { get }
    init(_ task: Task, _ request: DataRequest)
}

extension GeneratedData {
    package func at(update: Int) -> Self {
        var request = request
        request.update = update
        return Self(task, request)
    }
}
