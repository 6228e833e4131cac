import Trials

extension Table {
    /// The table of claims for programs, with all that is said of each. `measured` is text, its figure first: what was
    /// measured is not always one number.
    package init(_ judgements: [JudgedClaim]) {
        self.init(
            judgements,
            columns: [
                ColumnDefinition("claim", .text) { $0.claim.id },
                ColumnDefinition("verdict", .text) { $0.verdict.outcome.rawValue },
                ColumnDefinition("published", .text) { $0.claim.published },
                ColumnDefinition("measured", .text) { $0.verdict.measured },
                ColumnDefinition("interval_low", title: "low", .decimal) { $0.verdict.interval?.low },
                ColumnDefinition("interval_high", title: "high", .decimal) { $0.verdict.interval?.high },
                ColumnDefinition("tolerance", .text) { $0.claim.tolerance },
                ColumnDefinition("trust", .text) { $0.claim.trust },
                ColumnDefinition("convention", .text) { $0.claim.convention },
                ColumnDefinition("experiment", .text) { $0.claim.experiments.joined(separator: " ") },
                ColumnDefinition("source", .text) { $0.claim.source },
                ColumnDefinition("statement", .text) { $0.claim.statement },
            ])
    }

    /// The same for people: what fits in 120 columns of a terminal.
    package init(verdicts judgements: [JudgedClaim]) {
        self.init(
            judgements,
            columns: [
                ColumnDefinition("claim", .text) { $0.claim.id },
                ColumnDefinition("source", .text, width: 11, rank: 4) { $0.claim.cited },
                ColumnDefinition("says", .text, width: 17, rank: 1) { $0.claim.short },
                ColumnDefinition("published", .text, width: 22, rank: 2) { $0.claim.published },
                ColumnDefinition("measured", .text, width: 30, rank: 1) { $0.verdict.measuredWithInterval },
                ColumnDefinition("tolerance", .text, width: 13, rank: 3) { $0.claim.tolerance },
                ColumnDefinition("verdict", .text, width: 12, rank: 0) { $0.verdict.outcome.rawValue },
            ])
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
