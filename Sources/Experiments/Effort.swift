/// Where the time of a run went, in seconds.
package struct Effort: Hashable, Sendable, Codable {
    /// The timed training steps.
    package var training: Double
    /// Until processes were ready: starting them, self-tests, and what follows.
    package var preparation: Double
    /// All of it.
    package var wall: Double
    /// Of the preparation, as the processes say, several of which may prepare at once: audited steps, the evidence on gradients, and
    /// other steps before the first timed one. Older versions did not note it.
    package var audit: Double?
    package var reference: Double?
    package var warmup: Double?
    /// From asking for a repetition to its figures: timed steps, and what is made untimed before short ones. Older versions did not
    /// note it.
    package var repetitions: Double?

    package init(
        training: Double = 0, preparation: Double = 0, wall: Double = 0, audit: Double? = nil, reference: Double? = nil,
        warmup: Double? = nil, repetitions: Double? = nil
    ) {
        self.training = training
        self.preparation = preparation
        self.wall = wall
        self.audit = audit
        self.reference = reference
        self.warmup = warmup
        self.repetitions = repetitions
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case training = "training_seconds"
        case preparation = "preparation_seconds"
        case audit = "audit_seconds"
        case reference = "reference_seconds"
        case warmup = "warmup_seconds"
        case repetitions = "repetition_seconds"
        case wall = "wall_seconds"
    }

    /// By the names that files have; nil where it was not noted.
    package subscript(key: CodingKeys) -> Double? {
        switch key {
        case .training: training
        case .preparation: preparation
        case .audit: audit
        case .reference: reference
        case .warmup: warmup
        case .repetitions: repetitions
        case .wall: wall
        }
    }

    /// The timed part of it; nil when there is nothing.
    package var share: Double? { wall > 0 && training > 0 ? training / wall : nil }

    /// Of two runs together.
    package static func + (first: Effort, second: Effort) -> Effort {
        func sum(_ part: KeyPath<Effort, Double?>) -> Double? {
            first[keyPath: part].flatMap { one in second[keyPath: part].map { one + $0 } }
        }
        return Effort(
            training: first.training + second.training, preparation: first.preparation + second.preparation,
            wall: first.wall + second.wall, audit: sum(\.audit), reference: sum(\.reference),
            warmup: sum(\.warmup), repetitions: sum(\.repetitions))
    }

    /// In a sentence; nil where not all of it was noted.
    package var sentence: String? {
        guard let share, let audit, let reference, let warmup, let repetitions else { return nil }
        func percent(_ part: Double) -> String { "\(Int((100 * part).rounded())) %" }
        func seconds(_ part: Double) -> String { "\((part * 10).rounded() / 10) s" }
        let untimed = (repetitions - training) / wall
        return
            "\(percent(share)) of \(seconds(wall)) were timed steps, \(percent(untimed)) steps before them and their gauges, "
            + "\(percent(preparation / wall)) preparing (audited steps \(seconds(audit)), references \(seconds(reference)), "
            + "warm-up \(seconds(warmup)))"
    }
}
