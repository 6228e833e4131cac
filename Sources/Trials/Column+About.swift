extension Column {
    /// What the column is, in a line with its unit; for help.
    package var about: String {
        switch self {
        case .experiment: "The experiment's name."
        case .trial: "The trial's name, the same wherever all factors are."
        case .repetition: "Which of the repetitions, from 1."
        case .status: "ok, or why the trial failed."
        case .message: "Why, in words."
        case .environment: "The key of the build and machine, as in environment.json."
        case .factor(let factor): factor.about
        case .figure(let figure): figure.about
        }
    }
}

extension Factor {
    /// A line on what the factor is, with its symbol.
    package var about: String {
        switch self {
        case .window, .stride, .slots, .segment: "The strategy's \(rawValue), given or chosen."
        case .content: "The digest of the task's file."
        default: definition.help
        }
    }
}

extension Figure {
    /// What the figure is, in a line with its unit.
    package var about: String {
        switch self {
        case .predictedPeakBytes: "Peak memory by shapes alone, bytes."
        case .peakBytes: "The most live bytes of all tensors at one time, as the allocator counts them."
        case .threadPeakBytes: "The allocator's own peak of the measured thread, bytes: a second opinion."
        case .peakRSSBytes: "The most resident memory of the process, bytes."
        case .weightsBytes: "Parameters at their own peak, bytes."
        case .gradientsBytes: "Gradients of the parameters at their own peak, bytes."
        case .inputsBytes: "Inputs that are kept, at their own peak, bytes."
        case .statesBytes: "Saved states at their own peak, bytes."
        case .recordsBytes: "Recorded activations at their own peak, bytes."
        case .workspaceBytes: "Scratch memory of the steps, at its own peak, bytes."
        case .optimizerBytes: "What the optimiser keeps, bytes."
        case .alignmentBytes: "What CTC keeps of its alignments, at its own peak, bytes."
        case .jemallocAllocatedBytes: "The allocator's count of live bytes, the program's own included."
        case .jemallocActiveBytes: "Bytes of its pages in use."
        case .jemallocResidentBytes: "Bytes of its pages in memory."
        case .jemallocMappedBytes: "Bytes of its address space."
        case .predictionGapBytes: "Measured less predicted peak, bytes; 0 where the prediction is exact."
        case .predictedDiskBytes: "The most bytes of states on disk, by shapes alone."
        case .diskBytes: "The most bytes of states on disk."
        case .forwardSteps: "Forward steps executed, recorded and recomputed ones included."
        case .recomputedSteps: "Those of them that were executed before."
        case .backwardSteps: "Backward steps executed."
        case .predictedForwardSteps: "Forward steps by the schedule alone."
        case .flops: "Floating-point operations by formula."
        case .workers: "Threads that ran."
        case .wallSeconds: "Time of a training step or of a whole training, s."
        case .forwardSeconds: "Of it, in forward steps executed for the first time, s."
        case .recomputeSeconds: "Of it, in forward steps executed again, s."
        case .backwardSeconds: "Of it, in backward steps, s."
        case .ioSeconds: "Of it, reading and writing states on disk, s."
        case .optimizerSeconds: "Of it, changing the parameters, s."
        case .loss: "The loss; of a training, its mean over the last tenth of the updates."
        case .quality: "Of trainings: the task's own figure over the same updates."
        case .heldOutQuality: "The same of sequences that no update saw."
        case .gradientExact: "Whether the gradient is full unrolling's to the last bit."
        case .gradientRelativeError: "‖g − g*‖/‖g*‖ to full unrolling's gradient g*."
        case .gradientCosine: "The cosine of the angle between both; in the table what it lacks of 1."
        case .gradientStandardError: "The standard error of the mean gradient over draws, over ‖g*‖."
        case .sequenceFrames: "Frames that belong to a sequence, padding left out."
        case .endedSequences: "Sequences that ended."
        case .endedFrames: "Their frames."
        case .trFrames: "Frames whose error came by CTC-TR, their sequence's end at hand."
        case .emFrames: "Frames whose error came by CTC-EM, without that end."
        }
    }
}
