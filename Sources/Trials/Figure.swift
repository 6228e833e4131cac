package import Schedules

/// A column that was measured or counted. One list for the trial's output, CSV, JSON and tables.
///
/// A case is the figure's word; all that is known of it is one entry of the table, see `Figure+Table.swift`.
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
    case sensitivitiesBytes = "sensitivities_bytes"
    /// What a training step takes besides weights, gradients and inputs: what engines are compared by.
    case stepBytes = "step_bytes"
    case bufferBytes = "buffer_bytes"
    /// What the buffer is used for, a number of a state and step; only of strategies that undo steps.
    case forgottenBits = "forgotten_bits"
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
    /// Of sequences that no update saw, the same ones whatever the batch; only of trainings on a file of them, by `validation`.
    case heldOutLoss = "held_out_loss"
    /// K, the bound of the relative bias at it, and the factor a lag by which gradients are taken to fall: of the last estimate; only of
    /// strategies that choose a window.
    case chosenWindow = "chosen_window"
    case estimatedRelativeBias = "estimated_relative_bias"
    case gradientDecay = "gradient_decay"
    /// Var ∂h/∂u over Var h after the last step, u the weights by which a unit sees itself; only of strategies that carry these.
    case relativeSensitivity = "relative_sensitivity"
    // Sequences, of tasks that have labels for them
    /// Frames that belong to a sequence: without those that fill up a batch.
    case sequenceFrames = "sequence_frames"
    /// Sequences that ended, and their frames.
    case endedSequences = "ended_sequences"
    case endedFrames = "ended_frames"
    /// Frames whose error came by CTC-TR, with their sequence's end available, and by CTC-EM, without.
    case trFrames = "tr_frames"
    case emFrames = "em_frames"
}

extension Figure {
    /// Its position in ``allCases``: cases without payloads are stored as numbers, in the order in which they are declared
    /// (docs/ABI/TypeLayout.rst of the Swift project, "C-Like Enums").
    package var index: Int { Int(unsafeBitCast(self, to: UInt8.self)) }

    package var unit: Unit { definition.unit }

    package var reproducibility: Reproducibility { definition.reproducibility }

    /// Came after results had been published: where a role's bytes are not given, it had none.
    package var isLater: Bool { definition.isLater }

    /// The bytes of a role at its own peak.
    package init(_ role: Role) {
        guard let figure = Figure.ofRoles[role] else { preconditionFailure("role \(role.rawValue) has no figure") }
        self = figure
    }

    private static let ofRoles = Dictionary(
        uniqueKeysWithValues: allCases.compactMap { figure in figure.definition.role.map { ($0, figure) } })
}
