package import Trials

/// What the evidence says of a claim.
package struct Verdict: Hashable, Sendable {
    package enum Outcome: String, CaseIterable, Hashable, Sendable {
        case reproduced
        case notReproduced = "not reproduced"
        /// Evidence is missing, or too noisy to tell.
        case inconclusive
    }

    package let outcome: Outcome
    /// What was measured, figure first; where nothing was, why.
    package let measured: String
    /// The figure of `measured` that the tolerance speaks of.
    package let value: Double?
    /// Where the figure lies, when it was timed.
    package let interval: Interval?
    /// Whether every experiment of the claim has rows that count.
    package let hasEvidence: Bool

    package init(
        _ outcome: Outcome, _ measured: String, value: Double? = nil, interval: Interval? = nil,
        hasEvidence: Bool = true
    ) {
        self.outcome = outcome
        self.measured = measured
        self.value = value
        self.interval = interval
        self.hasEvidence = hasEvidence
    }

    /// Whether an interval lies within what is tolerated, outside, or across the boundary, which tells nothing.
    static func outcome(of interval: Interval, within tolerated: ClosedRange<Double>) -> Outcome {
        if tolerated.contains(interval.low) && tolerated.contains(interval.high) { return .reproduced }
        let isOutside = interval.high < tolerated.lowerBound || interval.low > tolerated.upperBound
        return isOutside ? .notReproduced : .inconclusive
    }

    /// The verdict over several networks, all of which must pass: one counterexample refutes, one gap leaves it open.
    /// Of those that decide, the one whose figure is farthest from `target`.
    static func deciding(_ verdicts: [Verdict], farthestFrom target: Double) -> Verdict {
        let order: [Outcome] = [.notReproduced, .inconclusive, .reproduced]
        for outcome in order {
            let farthest = verdicts.filter { $0.outcome == outcome }
                .max { abs(($0.value ?? target) - target) < abs(($1.value ?? target) - target) }
            guard let farthest else { continue }
            guard verdicts.count > 1 else { return farthest }
            return farthest.noting("\(farthest.value == nil ? "one" : "the farthest") of \(verdicts.count) networks")
        }
        return Verdict(.inconclusive, "no network to judge")
    }

    /// The verdict over two findings that must both hold. Both are told; the figure and its interval are of the one
    /// that decides, the second when they agree.
    static func both(_ first: Verdict, _ second: Verdict) -> Verdict {
        let decides =
            [Outcome.notReproduced, .inconclusive].first { [first.outcome, second.outcome].contains($0) }
            .map { second.outcome == $0 ? second : first } ?? second
        return Verdict(
            decides.outcome, first.measured + "; " + second.measured, value: decides.value, interval: decides.interval)
    }

    /// The same verdict with a further remark.
    func noting(_ remark: String) -> Verdict { Verdict(copying: self, outcome: outcome, remark: remark) }

    /// Left open by what is missing, unless it is already refuted.
    func leftOpen(by remark: String) -> Verdict {
        Verdict(copying: self, outcome: outcome == .reproduced ? .inconclusive : outcome, remark: remark)
    }

    private init(copying verdict: Verdict, outcome: Outcome, remark: String) {
        self.outcome = outcome
        measured = verdict.measured + "; " + remark
        value = verdict.value
        interval = verdict.interval
        hasEvidence = verdict.hasEvidence
    }
}
