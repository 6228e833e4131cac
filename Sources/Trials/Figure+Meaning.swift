import Schedules

extension Figure {
    /// What was measured or counted, in a sentence.
    package var meaning: String {
        switch self {
        case .predictedPeakBytes: "The peak that the schedule and the shapes predict, before anything runs."
        case .peakBytes:
            "The peak of live tensor bytes, all roles together, read after every action of the audited step."
        case .threadPeakBytes: "The peak by jemalloc's own per-thread counter: an independent second opinion."
        case .peakRSSBytes: "The peak resident set of the process, by the kernel: code, libraries and free pages too."
        case .weightsBytes, .gradientsBytes, .inputsBytes, .statesBytes, .recordsBytes, .workspaceBytes,
            .optimizerBytes,
            .alignmentBytes, .sensitivitiesBytes, .bufferBytes:
            "Live bytes of this role at the role's own peak: \(definition.role!.meaning)."
        case .jemallocAllocatedBytes: "jemalloc's stats.allocated at the peak: all live bytes of the process."
        case .jemallocActiveBytes: "jemalloc's stats.active at the peak: pages with live bytes."
        case .jemallocResidentBytes: "jemalloc's stats.resident at the peak: pages that it holds in physical memory."
        case .jemallocMappedBytes: "jemalloc's stats.mapped at the peak: address space that it has."
        case .predictionGapBytes:
            "Measured less predicted bytes where a role was furthest from its prediction after any action."
        case .predictedDiskBytes: "Files of saved states at their peak, as predicted; of strategies that use the disk."
        case .diskBytes: "The same, measured."
        case .stepBytes:
            "The most live bytes of a step above weights, gradients and inputs; of other engines by the gauge of programs."
        case .forgottenBits:
            "Bits of the buffer that are used, a number of a state that is updated and step; of strategies that undo steps."
        case .forwardSteps: "Forward steps executed, recorded and repeated ones included."
        case .recomputedSteps: "Those of them that had been executed before."
        case .backwardSteps: "Backward steps executed."
        case .predictedForwardSteps: "Forward steps that the schedule predicts."
        case .flops: "Floating-point operations of all products, counted from the shapes."
        case .workers: "Threads that ran: fewer than 'threads' where there are fewer processors."
        case .wallSeconds: "Time of the step or the training, without the audit."
        case .forwardSeconds: "Of that, forward for the first time."
        case .recomputeSeconds: "Of that, forward again."
        case .backwardSeconds: "Of that, backward and weight gradients."
        case .ioSeconds: "Of that, saving to disk and reading from it."
        case .optimizerSeconds: "Of that, changing parameters; of trainings."
        case .loss: "The loss of the step; of a training, its mean over the last tenth of the updates."
        case .quality: "How well the task is done, as the task counts it, over the same updates."
        case .heldOutQuality: "The same on sequences that no update saw; of CTC and of 'validation'."
        case .gradientExact: "Whether the schedule gives the whole gradient: nothing cut off, nothing left to chance."
        case .gradientRelativeError: "Norm of the difference from full unrolling's gradient, over the norm of that."
        case .gradientCosine: "Cosine of the angle to full unrolling's gradient."
        case .gradientStandardError:
            "Standard error of the mean gradient over draws, relative to full unrolling's norm."
        case .heldOutLoss: "The loss on sequences that no update saw; of 'validation'."
        case .chosenWindow:
            "Steps over which every loss is felt at least, as the last estimate asks; of strategies that choose a window."
        case .estimatedRelativeBias: "The bound of the gradient's relative bias at that window."
        case .gradientDecay: "The factor a lag by which gradients fall in that estimate."
        case .relativeSensitivity:
            "Variance over sequences of a unit's derivative by the weight through which it sees itself, over the variance of its state."
        case .sequenceFrames: "Frames that belong to a sequence, without padding."
        case .endedSequences: "Sequences that ended."
        case .endedFrames: "Their frames."
        case .trFrames: "Frames whose error came by CTC-TR, their sequence's end within the window."
        case .emFrames: "Frames whose error came by CTC-EM, without it."
        }
    }

    /// How much of it two runs must agree in, in a word.
    package var agreement: String {
        switch reproducibility {
        case .exact: "exact"
        case .rounded: "up to rounding"
        case .ofRun: "of the run"
        }
    }
}

extension Role {
    /// What the bytes are there for, in words.
    package var meaning: String {
        switch self {
        case .weights: "parameters"
        case .gradients: "their gradients"
        case .inputs: "inputs kept resident, and what layers of two directions hand on"
        case .states: "saved states, where forward can start again"
        case .records: "what backward needs of a step"
        case .workspace: "everything of constant size"
        case .optimizer: "what the optimiser keeps between updates"
        case .alignment: "CTC's forward and backward variables"
        case .sensitivities: "what is carried forward in place of records, and what carries it"
        case .buffer: "what inversion of a reversible cell cannot recover"
        }
    }
}
