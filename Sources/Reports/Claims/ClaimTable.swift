/// A claim with what the measurements say of it.
package struct Judgement: Sendable {
    package let claim: Claim
    package let verdict: Verdict

    package init(claim: Claim, verdict: Verdict) {
        self.claim = claim
        self.verdict = verdict
    }
}

extension Table {
    /// The table of claims. `measured` is text, its figure first: what was measured is not always one number.
    package init(_ judgements: [Judgement]) {
        self.init(columns: [
            Column("claim", .text),
            Column("verdict", .text),
            Column("published", .text),
            Column("measured", .text),
            Column("interval_low", title: "low", .decimal),
            Column("interval_high", title: "high", .decimal),
            Column("tolerance", .text),
            Column("trust", .text),
            Column("convention", .text, isDetail: true),
            Column("experiment", .text, isDetail: true),
        ])
        for judgement in judgements {
            let claim = judgement.claim
            let verdict = judgement.verdict
            append([
                .text(claim.id), .text(verdict.outcome.rawValue), .text(claim.published), .text(verdict.measured),
                (verdict.interval?.low).map(Entry.real), (verdict.interval?.high).map(Entry.real),
                .text(claim.tolerance), .text(claim.trust),
                .text(claim.convention), .text(claim.experiments.joined(separator: " ")),
            ])
        }
    }
}
