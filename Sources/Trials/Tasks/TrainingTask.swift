package import Quantities
package import Shapes

// Tasks: what a network is trained on. One file a task, and its place in the list here.

/// What a network is trained on, as users write it: `copy:delay=10`. Any step of any sequence can be generated at any time
/// from the seed, or read from a file.
package struct TrainingTask: Sendable {
    /// Every task there is: its word, help, parser, sizes, criterion and data are in its own file.
    package static let definitions: [any TaskDefinition.Type] = [
        AddingTask.self, NoiseTask.self, CopyTask.self, ReberTask.self, TextTask.self, LabellingTask.self,
        StreamTask.self, FileTask.self,
    ]

    /// What a trial is of where it says nothing.
    package static let usual = TrainingTask.noise

    package let definition: any TaskDefinition

    package init(_ definition: any TaskDefinition) { self.definition = definition }

    /// The task's word.
    package var name: String { type(of: definition).signature.word }

    /// See ``TaskDefinition``.
    package func outputs(input: Int) -> Int { definition.outputs(input: input) }
    package var leastInput: Int { definition.leastInput }
    package var leastLength: Int { definition.leastLength }
    package func mostLabels(length: Int) -> Int? { definition.mostLabels(length: length) }
    package var criterion: Criterion { definition.criterion }
    package var quality: Quality? { definition.quality }
    package var file: String? { definition.file }
    package var carriesState: Bool { definition.carriesState }
    package var usesExpectation: Bool? { definition.usesExpectation }
    package var lacking: String? { definition.lacking }
    package var hasValidation: Bool { type(of: definition).hasValidation }

    /// The words of tasks that can hold a part of their sequences back.
    static var validating: String {
        definitions.filter { $0.hasValidation }.map { "'\($0.signature.word)'" }.joined(separator: ", ")
    }

    /// See ``TaskDefinition/completed(outputs:)``.
    package func completed(outputs: Int?) throws(TaskDataError) -> (task: TrainingTask, dimensions: DataDimensions)? {
        func completed<Definition: TaskDefinition>(
            _ definition: Definition
        ) throws(TaskDataError) -> (task: TrainingTask, dimensions: DataDimensions)? {
            try definition.completed(outputs: outputs).map { (TrainingTask($0.task), $0.dimensions) }
        }
        return try completed(definition)
    }

    /// See ``TaskDefinition/with(outputs:)``.
    package func with(outputs: Int) -> TrainingTask? { definition.with(outputs: outputs).map { TrainingTask($0) } }

    /// The same task with its file at another path; unchanged where it has none.
    package func movedTo(_ file: String?) -> TrainingTask {
        guard let file else { return self }
        return TrainingTask(definition.movedTo(file))
    }
}

extension TrainingTask: Hashable {
    package static func == (one: TrainingTask, other: TrainingTask) -> Bool {
        one.definition.isEqual(to: other.definition)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(type(of: definition)))
        definition.hash(into: &hasher)
    }
}

extension TrainingTask: CustomStringConvertible {
    /// The words of all tasks, and how they are read.
    package static let vocabulary = Vocabulary("task", definitions.map { $0.signature })

    /// Reads `name` or `name:parameter=value,…`.
    package init(_ text: String) throws(ParameterError) {
        let (index, arguments) = try TrainingTask.vocabulary.read(text)
        definition = TrainingTask.definitions[index].init(arguments)
    }

    package var description: String { type(of: definition).signature.text(of: definition.parameters) }
}
