import Schedules
import Shapes

/// A column that tells trials apart. The same words name it in experiment files, flags, CSV and `--only`.
package enum Factor: String, CaseIterable, Hashable, Sendable {
    case cell, layers, input, hidden, batch, length
    /// The strategy in full; `window`, `stride`, `slots` and `segment` repeat its parameters as columns.
    case strategy, window, stride, slots, segment
    case task, inputs
    case inputProjection = "input_projection"
    case bidirectional
    case variant
    case recurrentWeights = "recurrent_weights"
    case scalar, threads, seed
    /// How often the parameters are updated, and how; 0 updates are one training step that changes no parameter.
    case updates
    case updateInterval = "update_each"
    case optimizer
    case learningRate = "learning_rate"
    case clip
    /// Which bytes the task's file holds; empty of a task without one.
    case content = "task_content"

    /// Follows from the strategy: written, and checked when read, but never given on its own.
    package var isDerived: Bool { [.window, .stride, .slots, .segment].contains(self) }

    /// Whether a user may choose it: the strategy's columns and a file's content follow from something else.
    package var isChosen: Bool { !isDerived && self != .content }

    /// Came after results had been published: where it is not given it has its default, and the names of trials that have the
    /// default are what they were.
    package var isLater: Bool { absent != nil }

    /// A later factor's default as text; nil for all others.
    package var absent: String? {
        switch self {
        case .inputProjection: InputProjection.batched.rawValue
        case .bidirectional: "false"
        case .variant: Variant.plain.rawValue
        case .recurrentWeights: RecurrentWeights.uniform.rawValue
        case .updates: "0"
        case .updateInterval: UpdateInterval.sequence.rawValue
        case .optimizer: UpdateRule.sgd.rawValue
        case .learningRate: Trial.text(Trial.usualRate)
        case .clip: "0"
        case .content: ""
        default: nil
        }
    }

    /// What the factor may be, for error messages.
    package var allowed: String {
        switch self {
        case .cell: Cell.allCases.map(\.rawValue).joined(separator: ", ")
        case .layers: "a whole number from 1 to \(Trial.largestLayers)"
        case .input, .hidden, .batch: "a whole number from 1 to \(Trial.largestWidth)"
        case .length: "a whole number from 1 to \(Trial.largestLength)"
        case .strategy: Strategy.catalogue.map(\.name).joined(separator: ", ")
        case .window, .stride, .slots, .segment: "the strategy's parameter"
        case .task: TrainingTask.spellings.joined(separator: ", ")
        case .inputs: InputStorage.allCases.map(\.rawValue).joined(separator: ", ")
        case .inputProjection: InputProjection.allCases.map(\.rawValue).joined(separator: ", ")
        case .bidirectional: "false, true"
        case .variant: Variant.allCases.map(\.rawValue).joined(separator: ", ")
        case .recurrentWeights: RecurrentWeights.allowed
        case .scalar: Precision.allCases.map(\.rawValue).joined(separator: ", ")
        case .threads: "a whole number from 1 to \(Trial.largestThreads)"
        case .seed: "a whole number from 0 to \(Int.max)"
        case .updates: "a whole number from 0 to \(Trial.largestUpdates)"
        case .updateInterval: UpdateInterval.allCases.map(\.rawValue).joined(separator: ", ")
        case .optimizer: UpdateRule.allCases.map(\.rawValue).joined(separator: ", ")
        case .learningRate: "a number above 0, at most \(Trial.largestRate)"
        case .clip: "a number above 0, at most \(Trial.largestClip), or 0 for no limit"
        case .content: Content.allowed
        }
    }
}
