import Schedules

extension Figure {
    /// All there is to know of each figure.
    ///
    /// Rows are read and held against each other by the hundred thousand: a definition is a few bytes, made where it is asked for.
    var definition: Definition {
        switch self {
        // Memory
        case .predictedPeakBytes, .peakBytes, .predictionGapBytes, .predictedDiskBytes, .diskBytes: .exact(.bytes)
        case .weightsBytes: .peak(of: .weights)
        case .gradientsBytes: .peak(of: .gradients)
        case .inputsBytes: .peak(of: .inputs)
        case .statesBytes: .peak(of: .states)
        case .recordsBytes: .peak(of: .records)
        case .workspaceBytes: .peak(of: .workspace)
        case .optimizerBytes: .peak(of: .optimizer, isLater: true)
        case .alignmentBytes: .peak(of: .alignment, isLater: true)
        case .sensitivitiesBytes: .peak(of: .sensitivities, isLater: true)
        case .bufferBytes: .peak(of: .buffer, isLater: true)
        // The process's own: code, libraries, what the allocator holds back, such as the caches of threads.
        case .threadPeakBytes, .peakRSSBytes, .jemallocAllocatedBytes, .jemallocActiveBytes, .jemallocResidentBytes,
            .jemallocMappedBytes:
            .ofRun(.bytes)
        // Of other engines the gauge of programs says it, whose bound is not 0.
        case .stepBytes: .ofRun(.bytes)
        // Work
        case .forwardSteps, .recomputedSteps, .backwardSteps, .predictedForwardSteps: .exact(.steps)
        case .flops: .exact(.operations)
        // As many as the machine has room for; no bit depends on it.
        case .workers: .ofRun(.steps)
        // Time
        case .wallSeconds, .forwardSeconds, .recomputeSeconds, .backwardSeconds, .ioSeconds, .optimizerSeconds:
            .ofRun(.seconds)
        // Losses, what follows from them, rates and distances of gradients: all that is made of activations.
        case .loss, .quality, .heldOutQuality, .gradientRelativeError, .gradientCosine, .gradientStandardError,
            .heldOutLoss, .estimatedRelativeBias, .gradientDecay, .relativeSensitivity, .forgottenBits:
            .rounded(.ratio)
        // It follows from rounded numbers.
        case .chosenWindow: .ofRun(.steps)
        case .gradientExact: .exact(.flag)
        // Sequences
        case .sequenceFrames, .endedSequences, .endedFrames, .trFrames, .emFrames: .exact(.steps)
        }
    }
}

extension Figure {
    /// What is known of a figure. How its values are read and printed follows from the unit.
    struct Definition {
        let unit: Unit
        let reproducibility: Reproducibility
        /// The role whose peak it is.
        var role: Role?
        var isLater = false

        static func exact(_ unit: Unit) -> Self { Self(unit: unit, reproducibility: .exact) }
        static func rounded(_ unit: Unit) -> Self { Self(unit: unit, reproducibility: .rounded) }
        static func ofRun(_ unit: Unit) -> Self { Self(unit: unit, reproducibility: .ofRun) }
        static func peak(of role: Role, isLater: Bool = false) -> Self {
            Self(unit: .bytes, reproducibility: .exact, role: role, isLater: isLater)
        }
    }

    /// What kind of number it is.
    package enum Unit: Sendable { case bytes, steps, operations, seconds, ratio, flag }
}

extension Figure.Unit {
    /// What texts of this unit may be, for messages.
    package var allowed: String {
        switch self {
        case .bytes, .steps, .operations:
            "a whole number, at most \(Value.integers(self).upperBound), or nothing when not measured"
        case .seconds: "a number of seconds, at most \(Int(Value.mostSeconds)), or nothing when not measured"
        case .ratio: "a number, or nothing when not measured"
        case .flag: "true, false, or nothing when not measured"
        }
    }
}
