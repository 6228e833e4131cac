import Quantities
package import Schedules

/// A column that was measured or counted. One list for the trial's output, CSV, JSON and tables.
package enum Figure: String, CaseIterable, Hashable, Sendable {
    // Memory
    case predictedPeakBytes = "predicted_peak_bytes"
    case peakBytes = "peak_bytes"
    case threadPeakBytes = "thread_peak_bytes"
    case peakRSSBytes = "peak_rss_bytes"
    case weightsBytes = "weights_bytes"
    case gradientsBytes = "gradients_bytes"
    case inputsBytes = "inputs_bytes"
    case statesBytes = "states_bytes"
    case recordsBytes = "records_bytes"
    case workspaceBytes = "workspace_bytes"
    case optimizerBytes = "optimizer_bytes"
    case alignmentBytes = "alignment_bytes"
    case jemallocAllocatedBytes = "jemalloc_allocated_bytes"
    case jemallocActiveBytes = "jemalloc_active_bytes"
    case jemallocResidentBytes = "jemalloc_resident_bytes"
    case jemallocMappedBytes = "jemalloc_mapped_bytes"
    case predictionGapBytes = "prediction_gap_bytes"
    /// Files of saved states at their peak; only of strategies that have some.
    case predictedDiskBytes = "predicted_disk_bytes"
    case diskBytes = "disk_bytes"
    // Work
    case forwardSteps = "forward_steps"
    case recomputedSteps = "recomputed_steps"
    case backwardSteps = "backward_steps"
    case predictedForwardSteps = "predicted_forward_steps"
    case flops
    /// Threads that ran, which are fewer than the trial asks for where there are fewer processors.
    case workers
    // Time
    case wallSeconds = "wall_seconds"
    case forwardSeconds = "forward_seconds"
    case recomputeSeconds = "recompute_seconds"
    case backwardSeconds = "backward_seconds"
    case ioSeconds = "io_seconds"
    /// Changing parameters by their gradients, clipping included; only of trainings.
    case optimizerSeconds = "optimizer_seconds"
    // Gradient
    /// Of one training step; of a training, the mean of the last tenth of its updates.
    case loss
    /// As the task counts it, of the same updates; only of trainings.
    case quality
    /// As the task counts it, of sequences that no update saw, the same ones whatever the batch; only of trainings by CTC.
    case heldOutQuality = "held_out_quality"
    case gradientExact = "gradient_exact"
    case gradientRelativeError = "gradient_relative_error"
    case gradientCosine = "gradient_cosine"
    /// Of the mean gradient over draws, relative to full unrolling's; only of strategies that draw.
    case gradientStandardError = "gradient_standard_error"
    // Sequences, of tasks that have labels for them
    /// Frames that belong to a sequence: without those that fill up a batch.
    case sequenceFrames = "sequence_frames"
    /// Sequences that ended, and their frames.
    case endedSequences = "ended_sequences"
    case endedFrames = "ended_frames"
    /// Frames whose error came by CTC-TR, with their sequence's end at hand, and by CTC-EM, without.
    case trFrames = "tr_frames"
    case emFrames = "em_frames"

    /// What kind of number it is.
    package enum Unit: Sendable { case bytes, steps, operations, seconds, ratio, flag }

    package var unit: Unit {
        switch self {
        case .wallSeconds, .forwardSeconds, .recomputeSeconds, .backwardSeconds, .ioSeconds, .optimizerSeconds:
            .seconds
        case .loss, .quality, .heldOutQuality, .gradientRelativeError, .gradientCosine, .gradientStandardError: .ratio
        case .gradientExact: .flag
        case .flops: .operations
        case .sequenceFrames, .endedSequences, .endedFrames, .trFrames, .emFrames: .steps
        case .forwardSteps, .recomputedSteps, .backwardSteps, .predictedForwardSteps, .workers: .steps
        default: .bytes
        }
    }
}

extension Figure {
    /// Where it stands in ``allCases``: cases without payloads are stored as numbers, in the order in which they are declared
    /// (docs/ABI/TypeLayout.rst of the Swift project, "C-Like Enums").
    package var index: Int { Int(unsafeBitCast(self, to: UInt8.self)) }

    /// The bytes of a role at its own peak.
    package init(_ role: Role) {
        self =
            switch role {
            case .weights: .weightsBytes
            case .gradients: .gradientsBytes
            case .inputs: .inputsBytes
            case .states: .statesBytes
            case .records: .recordsBytes
            case .workspace: .workspaceBytes
            case .optimizer: .optimizerBytes
            case .alignment: .alignmentBytes
            }
    }

    /// Came after results had been published: where a role's bytes are not given, it had none.
    package var isLater: Bool { self == .optimizerBytes || self == .alignmentBytes }
}

/// A figure's value. Bytes and counts stay integers.
package enum Value: Hashable, Sendable {
    case integer(Int)
    case real(Double)
    case flag(Bool)

    /// As a number; a flag is 0 or 1.
    package var number: Double {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .flag(let value): value ? 1 : 0
        }
    }

    /// What integers are read: a number from outside may be added to others, scaled and rounded, and none of it overflows. Of
    /// bytes at most what a trial may be predicted to need.
    package static func integers(_ unit: Figure.Unit) -> ClosedRange<Int> {
        unit == .bytes ? -(1 << 57)...1 << 57 : -(1 << 60)...1 << 60
    }
    /// The longest time read, some 30,000 years.
    package static let mostSeconds = 1e12

    /// Reads a value of this unit; nil when the text is none. Integers are whole and not hidden in reals, numbers finite.
    package init?(_ text: String, unit: Figure.Unit) { self.init(Array(text.utf8)[...], unit: unit) }

    /// The same of a text's bytes.
    package init?(_ text: ArraySlice<UInt8>, unit: Figure.Unit) {
        switch unit {
        case .bytes, .steps, .operations:
            guard let value = Int(decimal: text), Value.integers(unit).contains(value) else { return nil }
            self = .integer(value)
        case .seconds, .ratio:
            guard let value = Double(decimal: text), unit != .seconds || value.magnitude <= Value.mostSeconds else {
                return nil
            }
            self = .real(value)
        case .flag:
            guard let value = Bool(String(decoding: text, as: UTF8.self)) else { return nil }
            self = .flag(value)
        }
    }
}

extension Value: CustomStringConvertible {
    /// Shortest text that reads back as the same value.
    package var description: String {
        switch self {
        case .integer(let value): String(value)
        case .real(let value): String(value)
        case .flag(let value): String(value)
        }
    }
}

extension Duration {
    /// As a figure has it.
    package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
