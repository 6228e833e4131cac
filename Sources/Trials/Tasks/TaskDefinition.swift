package import Quantities
package import Shapes

/// One kind of task: a file that says everything about it, and a place in ``TrainingTask/definitions``.
///
/// What most tasks have not has a default.
package protocol TaskDefinition: Hashable, Sendable {
    /// Its word, its parameters and a line for help.
    static var signature: Signature { get }

    /// - Parameter arguments: of its signature, those that are required among them.
    init(_ arguments: Arguments)

    /// Its parameters as they are written after its word, without those that have their default.
    var parameters: [(name: String, text: String)] { get }

    /// O, the width of the head.
    ///
    /// - Parameter input: D.
    func outputs(input: Int) -> Int

    /// The least D. Symbols are one-hot; channels beyond what the task needs are 0.
    var leastInput: Int { get }

    /// The least T: something counts.
    var leastLength: Int { get }

    /// The most labels that a sequence may have; nil where the task has no such.
    func mostLabels(length: Int) -> Int?

    var criterion: Criterion { get }

    /// How well a network does, in the task's own terms; nil where there is nothing to do well.
    var quality: Quality? { get }

    /// The least mean loss of outputs that are the same whatever comes in: what a network that has learned nothing comes to. Nil
    /// where it depends on a file, or has no closed form.
    var baselineLoss: Double? { get }

    /// The path of the file it reads; nil where it reads none.
    var file: String? { get }

    /// The same task with its file at another path.
    func movedTo(_ file: String) -> Self

    /// Whether an update's data continue where those of the update before ended, so that a training carries the state.
    var carriesState: Bool { get }

    /// Of streams of sequences whether CTC-EM learns from those whose end a window has not reached; nil of all else.
    var usesExpectation: Bool? { get }

    /// A parameter that its file is to say and that nothing has read there yet; nil where all are known.
    var lacking: String? { get }

    /// The same with what its file says of it, and what that says of the trial; nil where a trial can be made without reading.
    ///
    /// - Parameter outputs: of a head that is to be trained on it; nil where none is known.
    /// - Throws: ``TaskDataError``.
    func completed(outputs: Int?) throws(TaskDataError) -> (task: Self, dimensions: DataDimensions)?

    /// The same with a head of other outputs; nil where their number follows from the task.
    func with(outputs: Int) -> Self?

    /// Whether a part of its sequences can be held back from training: see ``Trial/validation``.
    static var hasValidation: Bool { get }

    /// - Throws: ``TaskDataError`` when its file is missing, or not as the task or the request says.
    func data(_ request: DataRequest) throws(TaskDataError) -> any TaskData
}

extension TaskDefinition {
    package var parameters: [(name: String, text: String)] { [] }
    package var leastInput: Int { 1 }
    package var leastLength: Int { 1 }
    package func mostLabels(length: Int) -> Int? { nil }
    package var quality: Quality? { nil }
    package var baselineLoss: Double? { nil }
    package var file: String? { nil }
    package func movedTo(_ file: String) -> Self { self }
    package var carriesState: Bool { false }
    package var usesExpectation: Bool? { nil }
    package var lacking: String? { nil }
    package func completed(outputs: Int?) throws(TaskDataError) -> (task: Self, dimensions: DataDimensions)? { nil }
    package func with(outputs: Int) -> Self? { nil }
    package static var hasValidation: Bool { false }
}

/// What a file of sequences says of the trials on it.
package struct DataDimensions: Hashable, Sendable {
    /// D.
    package let input: Int
    /// Steps of the longest sequence, and how many sequences there are.
    package let steps, sequences: Int
}

/// What people judge a network by.
package enum Quality: String, CaseIterable, Hashable, Sendable {
    /// A share of what the task asks for.
    case accuracy
    /// The cross-entropy in bits: loss / ln 2, of bytes or of characters.
    case bitsPerCharacter = "bits_per_character"
    /// Labels to insert, remove or replace in what best-path decoding makes of the sequences that have ended, over their labels.
    case labelErrorRate = "label_error_rate"
}
