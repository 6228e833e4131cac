import Trials

extension Table {
    /// The table of claims for programs, with all that is said of each. `measured` is text, its figure first: what was
    /// measured is not always one number.
    package init(_ judgements: [Judgement]) {
        self.init(columns: [
            Column("claim", .text), Column("verdict", .text), Column("published", .text), Column("measured", .text),
            Column("interval_low", title: "low", .decimal), Column("interval_high", title: "high", .decimal),
            Column("tolerance", .text), Column("trust", .text), Column("convention", .text),
            Column("experiment", .text),
            Column("source", .text), Column("statement", .text),
        ])
        for judgement in judgements {
            let claim = judgement.claim
            let verdict = judgement.verdict
            append([
                .text(claim.id), .text(verdict.outcome.rawValue), .text(claim.published), .text(verdict.measured),
                (verdict.interval?.low).map(Entry.real), (verdict.interval?.high).map(Entry.real),
                .text(claim.tolerance), .text(claim.trust),
                .text(claim.convention), .text(claim.experiments.joined(separator: " ")),
                .text(claim.source), .text(claim.statement),
            ])
        }
    }

    /// The same for people: what fits in 120 columns of a terminal.
    package init(verdicts judgements: [Judgement]) {
        self.init(columns: [
            Column("claim", .text), Column("source", .text, width: 11, rank: 4),
            Column("says", .text, width: 17, rank: 1),
            Column("published", .text, width: 22, rank: 2), Column("measured", .text, width: 30, rank: 1),
            Column("tolerance", .text, width: 13, rank: 3), Column("verdict", .text, width: 12, rank: 0),
        ])
        for judgement in judgements {
            let claim = judgement.claim
            append(
                [
                    claim.id, claim.cited, claim.short, claim.published, judgement.verdict.measuredWithInterval,
                    claim.tolerance, judgement.verdict.outcome.rawValue,
                ].map(Entry.text))
        }
    }
}

extension Verdict {
    /// What was measured, and between what it lies where it was timed.
    var measuredWithInterval: String {
        guard let interval else { return measured }
        return measured + "; \(Table.fixed(interval.low, 2))–\(Table.fixed(interval.high, 2))"
    }
}

extension Claim {
    /// What stands behind a line of the table, each fact with its name.
    package var details: [(name: String, text: String)] {
        [
            ("statement", statement), ("source", source), ("trust", trust), ("convention", convention),
            ("experiment", experiments.joined(separator: " ")), ("on record", known.description),
        ]
    }
}
