import Planning
import Quantities
import Reports
import Schedules
import Trials

/// How plans are written.
enum PlanTables {
    /// - Parameters:
    ///   - trial: the network, by which a strategy may choose for itself.
    ///   - choosesFormats: whether records and states may be in fewer bits.
    static func rows(_ plan: Plan, of trial: Trial, choosesFormats: Bool = false) -> Table {
        Table(
            plan.rows,
            columns: columns(hasBudget: plan.budget != nil, trial: trial) + (choosesFormats ? formats : []))
    }

    static func columns(choosesFormats: Bool) -> [Table.Column] {
        (columns(hasBudget: true) + (choosesFormats ? formats : [])).map(\.column)
    }

    static let formatColumns = formats.map(\.column)

    private static let formats: [ColumnDefinition<Plan.Row>] = [
        ColumnDefinition("records", .text, Factor.records.definition.help) { $0.bits[.records] },
        ColumnDefinition("states", .text, Factor.states.definition.help) { $0.bits[.states] },
        ColumnDefinition(
            "gradient_error", .scientific,
            "What these formats put the gradient off by, as measured on a short sequence."
        ) { $0.bits.error },
    ]

    private static func columns(hasBudget: Bool, trial: Trial? = nil) -> [ColumnDefinition<Plan.Row>] {
        var columns: [ColumnDefinition<Plan.Row>] = [
            ColumnDefinition("strategy", .text, "How far is unrolled and what is kept.") { row -> Table.Entry? in
                guard var trial else { return row.strategy.entry }
                trial.strategy = row.strategy
                trial = row.bits == .none ? trial : row.bits.applied(to: trial)
                return Table.Entry(strategyOf: trial)
            },
            ColumnDefinition("predicted_peak_bytes", .bytes, "Peak memory by shapes alone, bytes.", rank: 0) {
                $0.peakBytes
            },
        ]
        for role in Role.allCases {
            // In the terminal's table only the roles that strategies differ in.
            columns.append(
                ColumnDefinition(
                    "\(role.rawValue)_bytes", .bytes, Figure(role).meaning,
                    isDetail: role != .states && role != .records,
                    rank: 5
                ) { $0.forecast?.peaks[role] })
        }
        return columns + [
            ColumnDefinition("predicted_disk_bytes", .bytes, "The most bytes of states on disk.", isDetail: true) {
                $0.forecast?.diskBytes
            },
            ColumnDefinition(
                "forward_steps_per_step", .decimal,
                "Forward steps executed, recorded ones included, for each step of the sequence.", rank: 4
            ) { $0.forecast?.forwardStepsPerStep },
            ColumnDefinition(
                "predicted_seconds", title: "predicted time", .seconds, "Time of a training step, s.", rank: 2
            ) { $0.seconds },
            ColumnDefinition(
                "predicted_seconds_low", .seconds, "Where 9 of 10 such times begin, s.", isDetail: true
            ) { $0.interval?.low },
            ColumnDefinition(
                "predicted_seconds_high", .seconds, "Where 9 of 10 such times end, s.", isDetail: true
            ) { $0.interval?.high },
            ColumnDefinition("relative_time", .times, "That time over full unrolling's.") { $0.relativeTime },
            // Without a budget there is nothing to fit into.
            ColumnDefinition("fits", .text, "Whether the peak is within the budget.", isDetail: !hasBudget) {
                $0.fits.map(Table.Entry.flag) ?? .text(notApplicable)
            },
            ColumnDefinition("pareto", .text, "No other has fewer bytes and less time.", rank: 3) { $0.isEfficient },
            ColumnDefinition(
                "pareto_exact", title: "exact pareto", .text, "No other with the exact gradient has.", rank: 3
            ) {
                $0.isExact ? $0.isEfficientAmongExact.map(Table.Entry.flag) : .text(notApplicable)
            },
        ]
    }

    /// What is said where a figure is not missing: there is none of this strategy.
    static let notApplicable = SizeLimits.Bound.notApplicable.rawValue

    /// What the marks are of.
    static func legend(_ plan: Plan) -> String {
        let less = plan.rows.contains { $0.seconds != nil } ? "less time" : "fewer forward steps"
        return "pareto: no other has fewer bytes and \(less); exact pareto: no other with the exact gradient has"
    }

    /// How far its times are to be believed; nil where there are none.
    static func interval(_ plan: Plan) -> String? {
        plan.rows.lazy.compactMap { row in row.seconds.flatMap { seconds in row.interval.map { $0.high / seconds } } }
            .first.map { factor in
                "9 of 10 times are within \(Int(((factor - 1) * 100).rounded(.up))) % of the predicted one, as those of trials of this "
                    + "network that prices were not fitted to"
            }
    }

    /// One object, as the interface has it.
    static func json(_ plan: Plan, _ options: TableOptions, choosesFormats: Bool) throws -> String {
        // Without the array's brackets, each on a separate line.
        func object(_ row: Plan.Row) throws -> String {
            let columns = columns(hasBudget: true) + (choosesFormats ? formats : [])
            return try options.choose(from: Table([row], columns: columns)).objects[0]
        }
        var members = ["\"budget_bytes\": \((plan.budget?.count).map(String.init) ?? "null")"]
        members.append("\"best\": \(try plan.best.map(object) ?? "null")")
        if let short = plan.shortBy { members.append("\"short_by_bytes\": \(short)") }
        members.append("\"strategies\": [\n    \(try plan.rows.map(object).joined(separator: ",\n    "))\n  ]")
        return "{\n  \(members.joined(separator: ",\n  "))\n}\n"
    }

    static let limitsColumns = limits.map(\.column)

    private static let limits: [ColumnDefinition<SizeLimits.Row>] = [
        ColumnDefinition("strategy", .text, "How far is unrolled and what is kept.") { row in
            row.choiceAtLength.map { Table.Entry($0, of: row.strategy) } ?? row.strategy.entry
        },
        ColumnDefinition(
            "max_length", title: "max length, steps", .count, "The longest sequence within the budget, steps."
        ) { $0.length },
        ColumnDefinition(
            "max_batch", title: "max batch, sequences", .count, "The most sequences side by side within it."
        ) { $0.batch },
        ColumnDefinition(
            "length_bound", title: "length bound by", .text, "What keeps the sequence from being longer.", rank: 2
        ) { $0.lengthBound.rawValue },
        ColumnDefinition(
            "batch_bound", title: "batch bound by", .text, "What keeps the batch from being larger.", rank: 2
        ) { $0.batchBound.rawValue },
    ]

    static func limits(_ limits: SizeLimits) -> Table { Table(limits.rows, columns: Self.limits) }

    /// What strategies choose for the batch, and what the bounds are, those that occur, a line each.
    static func legend(_ limits: SizeLimits) -> [String] {
        let bounds = Set(limits.rows.flatMap { [$0.lengthBound, $0.batchBound] })
        let choices = limits.rows.compactMap { row in
            row.choiceAtBatch.flatMap { $0 == row.choiceAtLength ? nil : "for the largest batch: \($0)" }
        }
        return choices
            + SizeLimits.Bound.allCases.filter(bounds.contains).compactMap { bound in
                switch bound {
                case .budget: "budget: one more does not fit; where there is no number, not even one does"
                case .cap:
                    "cap: one more fits, and is beyond the \(Trial.largestLength) steps or \(Trial.largestWidth) sequences that unroll takes"
                case .table:
                    "table: with one more step the table of "
                        + Strategy.words { $0.traits.contains(.isFolded) }.map { "'\($0)'" }.joined(separator: ", ")
                        + " is too large to be made"
                case .notApplicable: nil
                }
            }
    }

    static let accuracyColumns = Errors.columns.map(\.column)

    /// Errors of predicted time by strategy, then of all.
    static func accuracy(_ accuracy: Accuracy) -> Table {
        let byStrategy = Strategy.vocabulary.words.map { name in
            Errors(name: name, lines: accuracy.lines.filter { $0.trial.strategy.name == name })
        }
        let all = Errors(name: "all", lines: accuracy.lines)
        return Table((byStrategy + [all]).filter { !$0.lines.isEmpty }, columns: Errors.columns)
    }

    static let eachColumns = each.map(\.column)

    /// A line a trial.
    static func each(_ accuracy: Accuracy) -> Table { Table(accuracy.lines, columns: each) }

    private static let each: [ColumnDefinition<Accuracy.Line>] = [
        ColumnDefinition("strategy", .text, "How far is unrolled and what is kept.") { $0.trial.strategy.entry },
        ColumnDefinition("length", .count, "Steps of the sequence.") { $0.trial.length },
        ColumnDefinition("network", .text, "What prices are of.", rank: 3) { line in
            let own = [Factor.length, .strategy, .seed].map { $0.rawValue + "=" }
            return line.trial.words.filter { word in !own.contains { word.hasPrefix($0) } }.joined(separator: " ")
        },
        ColumnDefinition("predicted_seconds", title: "predicted time", .seconds, "Predicted time, s.") {
            $0.predictedSeconds
        },
        ColumnDefinition(
            "predicted_seconds_low", title: "from", .seconds, "Where 9 of 10 such times begin, s.", rank: 2
        ) { $0.interval?.low },
        ColumnDefinition("predicted_seconds_high", title: "to", .seconds, "Where 9 of 10 such times end, s.", rank: 2) {
            $0.interval?.high
        },
        ColumnDefinition("measured_seconds", title: "measured time", .seconds, "The median of repetitions, s.") {
            $0.measuredSeconds
        },
        ColumnDefinition("error", .percent, "By how much the predicted time is longer, %.") { $0.error },
        ColumnDefinition(
            "repetition_spread", title: "spread", .percent, "How far repetitions are from their median, %."
        ) {
            $0.spread
        },
    ]

    /// How far the predictions of some trials are off: none is without a trial.
    private struct Errors {
        let name: String
        let lines: [Accuracy.Line]
        var sizes: [Double] { lines.map { abs($0.error) } }

        /// The least that 9 of 10 are not above.
        static func ninth(_ sizes: [Double]) -> Double { sizes.sorted()[(9 * sizes.count + 9) / 10 - 1] }

        static let columns: [ColumnDefinition<Errors>] = [
            ColumnDefinition("strategy", .text, "The family of the strategies.") { $0.name },
            ColumnDefinition("trials", .count, "How many were predicted.", rank: 2) { $0.lines.count },
            ColumnDefinition("median_error", .percent, "Median of how far the predicted time is off, %.") {
                Sample($0.sizes).median
            },
            ColumnDefinition(
                "nine_in_ten_error", title: "9 in 10", .percent, "What 9 of 10 of these are at most, %."
            ) { Errors.ninth($0.sizes) },
            ColumnDefinition("worst_error", .percent, "The largest of these, %.") { $0.sizes.max() },
            ColumnDefinition(
                "within_interval", .percent,
                "Trials whose time is in the predicted interval, of those that have one, %.",
                rank: 3
            ) { errors in
                let known = errors.lines.compactMap(\.isWithin)
                return known.isEmpty ? nil : Double(known.count { $0 }) / Double(known.count)
            },
            ColumnDefinition(
                "repetition_spread", title: "spread", .percent,
                "Median of how far repetitions of a trial are from one another, which no prediction can be better than, %.",
                rank: 4
            ) { Sample($0.lines.compactMap(\.spread)).median },
            ColumnDefinition(
                "largest_gap_bytes", title: "largest gap", .bytes,
                "The largest difference of predicted and measured peak, bytes."
            ) { $0.lines.map(\.byteGap).max() },
        ]
    }
}
