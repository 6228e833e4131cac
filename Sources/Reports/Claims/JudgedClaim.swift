/// The verdict on a claim by the results on record, and why where it is another than "reproduced".
package struct KnownVerdict: Hashable, Sendable, CustomStringConvertible {
    package let outcome: Verdict.Outcome
    /// In a line; nil for a claim that is reproduced.
    package let reason: String?

    static let reproduced = KnownVerdict(outcome: .reproduced, reason: nil)
    static func notReproduced(_ reason: String) -> KnownVerdict {
        KnownVerdict(outcome: .notReproduced, reason: reason)
    }
    static func inconclusive(_ reason: String) -> KnownVerdict {
        KnownVerdict(outcome: .inconclusive, reason: reason)
    }

    package var description: String { outcome.rawValue + (reason.map { ": " + $0 } ?? "") }
}

/// A claim with what the measurements say of it.
package struct JudgedClaim: Sendable {
    package let claim: Claim
    package let verdict: Verdict

    package init(claim: Claim, verdict: Verdict) {
        self.claim = claim
        self.verdict = verdict
    }

    /// How a verdict compares with the one on record.
    package enum Standing: String, CaseIterable, Hashable, Sendable {
        case reproduced
        case knownNotReproduced = "not reproduced (known)"
        /// On record too, or because of the noise in times.
        case inconclusive
        /// Another verdict than the one on record.
        case changed
        /// An experiment of the claim has no rows: there is no verdict to compare.
        case notMeasured = "not measured"

        /// Whether all is as it is known to be.
        package var isExpected: Bool { self != .changed && self != .notMeasured }
    }

    package var standing: Standing {
        switch (verdict.outcome, claim.known.outcome) {
        case _ where !verdict.hasEvidence: .notMeasured
        // A record that leaves a claim open does not speak against it.
        case (.reproduced, .reproduced), (.reproduced, .inconclusive): .reproduced
        case (.notReproduced, .notReproduced): .knownNotReproduced
        case (.inconclusive, .inconclusive): .inconclusive
        case (.inconclusive, _): claim.isTimed ? .inconclusive : .changed
        default: .changed
        }
    }

    /// Why the claim does not count as reproduced, in a line; nil where it does.
    package var remark: String? {
        let (outcome, known) = (verdict.outcome.rawValue, claim.known)
        switch standing {
        case .reproduced: return nil
        case .notMeasured: return verdict.measured
        case .changed: return "\(outcome); on record: \(known.outcome.rawValue)"
        case .knownNotReproduced: return "\(outcome), as on record: \(known.reason ?? "")"
        case .inconclusive:
            guard known.outcome == .inconclusive else {
                return "\(outcome): these times are too noisy to tell; on record: \(known.outcome.rawValue)"
            }
            return "\(outcome), as on record: \(known.reason ?? "")"
        }
    }
}

extension Collection<JudgedClaim> {
    /// How many claims stand how: `31 reproduced, 2 not reproduced (known), 1 inconclusive, 0 changed`. Those that were not
    /// measured are counted where there are some.
    package var sums: String {
        JudgedClaim.Standing.allCases.compactMap { standing in
            let count = count { $0.standing == standing }
            return standing == .notMeasured && count == 0 ? nil : "\(count) \(standing.rawValue)"
        }.joined(separator: ", ")
    }
}
