import Trials

extension Table {
    /// The table of claims for programs, with all that is said of each. `measured` is text, its figure first: what was
    /// measured is not always one number.
    package init(_ judgements: [JudgedClaim]) {
        self.init(
            judgements,
            columns: [
                ColumnDefinition("claim", .text, "The claim's letter and number.") { $0.claim.id },
                ColumnDefinition("verdict", .text, "What the measurements say of it.") { $0.verdict.outcome.rawValue },
                ColumnDefinition("published", .text, "The published figure.") { $0.claim.published },
                ColumnDefinition("measured", .text, "The measured one.") { $0.verdict.measured },
                ColumnDefinition("interval_low", title: "low", .decimal, "The lower end of what was measured.") {
                    $0.verdict.interval?.low
                },
                ColumnDefinition("interval_high", title: "high", .decimal, "The upper end.") {
                    $0.verdict.interval?.high
                },
                ColumnDefinition("tolerance", .text, "How far off it may be.") { $0.claim.tolerance },
                ColumnDefinition(
                    "trust", .text,
                    "Where it was read: V the paper, V2 a secondary source, D derived here, M from memory."
                ) { $0.claim.trust },
                ColumnDefinition("convention", .text, "How things are counted.") { $0.claim.convention },
                ColumnDefinition("experiment", .text, "The experiments it is judged by.") {
                    $0.claim.experiments.joined(separator: " ")
                },
                ColumnDefinition("source", .text, "Who published it.") { $0.claim.source },
                ColumnDefinition("statement", .text, "What it says.") { $0.claim.statement },
            ])
    }

    /// The same for people: what fits in 120 columns of a terminal.
    package init(verdicts judgements: [JudgedClaim]) {
        self.init(
            judgements,
            columns: [
                ColumnDefinition("claim", .text, "The claim's letter and number.") { $0.claim.id },
                ColumnDefinition("source", .text, "Who published it.", width: 11, rank: 4) { $0.claim.cited },
                ColumnDefinition("says", .text, "What it says, in few words.", width: 17, rank: 1) { $0.claim.short },
                ColumnDefinition("published", .text, "The published figure.", width: 22, rank: 2) {
                    $0.claim.published
                },
                ColumnDefinition("measured", .text, "The measured one.", width: 30, rank: 1) {
                    $0.verdict.measuredWithInterval
                },
                ColumnDefinition("tolerance", .text, "How far off it may be.", width: 13, rank: 3) {
                    $0.claim.tolerance
                },
                ColumnDefinition("verdict", .text, "What the measurements say of it.", width: 12, rank: 0) {
                    $0.verdict.outcome.rawValue
                },
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
    /// The details of a line of the table, each fact with its name.
    package var details: [(name: String, text: String)] {
        [
            ("statement", statement), ("source", source), ("trust", trust), ("convention", convention),
            ("experiment", experiments.joined(separator: " ")), ("on record", known.description),
        ]
    }
}
