import Schedules
import Shapes

/// A column that tells trials apart. The same words name it in experiment files, flags, CSV and `--only`.
package enum Factor: String, CaseIterable, Hashable, Sendable {
    case cell, layers, input, hidden, batch, length
    /// The strategy in full; `window`, `stride`, `slots` and `segment` repeat its parameters as columns.
    case strategy, window, stride, slots, segment
    case task, inputs
    case inputProjection = "input_projection"
    case variant
    case recurrentWeights = "recurrent_weights"
    case scalar, threads, seed

    /// Follows from the strategy: written, and checked when read, but never given on its own.
    package var isDerived: Bool { [.window, .stride, .slots, .segment].contains(self) }

    /// Came after results had been published: where it is not given it has its default, and the names of trials that have the
    /// default are what they were.
    package var isLater: Bool { absent != nil }

    /// What a factor that came later is where it is not given; nil for those that were there from the start.
    package var absent: String? {
        switch self {
        case .inputProjection: InputProjection.batched.rawValue
        case .variant: Variant.plain.rawValue
        case .recurrentWeights: RecurrentWeights.uniform.rawValue
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
        case .task: TrainingTask.allCases.map(\.rawValue).joined(separator: ", ")
        case .inputs: InputStorage.allCases.map(\.rawValue).joined(separator: ", ")
        case .inputProjection: InputProjection.allCases.map(\.rawValue).joined(separator: ", ")
        case .variant: Variant.allCases.map(\.rawValue).joined(separator: ", ")
        case .recurrentWeights: RecurrentWeights.allowed
        case .scalar: Precision.allCases.map(\.rawValue).joined(separator: ", ")
        case .threads: "a whole number from 1 to \(Trial.largestThreads)"
        case .seed: "a whole number from 0 to \(Int.max)"
        }
    }
}
