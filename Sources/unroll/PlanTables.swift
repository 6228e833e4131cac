import Planning
import Quantities
import Reports
import Schedules
import Trials

/// How plans are written.
enum PlanTables {
    static func rows(_ plan: Plan) -> Table {
        var table = Table(columns: columns(hasBudget: plan.budget != nil))
        for row in plan.rows { table.append(entries(row)) }
        return table
    }

    static let columns = columns(hasBudget: true)

    private static func columns(hasBudget: Bool) -> [Table.Column] {
        [Table.Column("strategy", .text), Table.Column("predicted_peak_bytes", .bytes, rank: 0)]
            + Role.allCases.map {
                // In the terminal's table only the roles that strategies differ in.
                Table.Column("\($0.rawValue)_bytes", .bytes, isDetail: $0 != .states && $0 != .records, rank: 5)
            } + [
                Table.Column("predicted_disk_bytes", .bytes, isDetail: true),
                Table.Column("forward_steps_per_step", .decimal, rank: 4),
                Table.Column("predicted_seconds", title: "predicted time", .seconds, rank: 2),
                Table.Column("relative_time", .times),
                // Without a budget there is nothing to fit into.
                Table.Column("fits", .text, isDetail: !hasBudget), Table.Column("pareto", .text, rank: 3),
                Table.Column("pareto_exact", title: "exact pareto", .text, rank: 3),
            ]
    }

    /// What is said where a figure is not missing: there is none of this strategy.
    static let notApplicable = Limits.Bound.notApplicable.rawValue

    /// What the marks are of.
    static func legend(_ plan: Plan) -> String {
        let less = plan.rows.contains { $0.seconds != nil } ? "less time" : "fewer forward steps"
        return "pareto: no other has fewer bytes and \(less); exact pareto: no other with the exact gradient has"
    }

    private static func entries(_ row: Plan.Row) -> [Table.Entry?] {
        let forecast = row.forecast
        var entries: [Table.Entry?] = [.text(row.strategy.description), .integer(row.peakBytes)]
        entries += Role.allCases.map { role in (forecast?.peaks[role]).map(Table.Entry.integer) }
        entries += [
            (forecast?.diskBytes).map(Table.Entry.integer), (forecast?.forwardStepsPerStep).map(Table.Entry.real),
            row.seconds.map(Table.Entry.real), row.relativeTime.map(Table.Entry.real),
            row.fits.map(Table.Entry.flag) ?? .text(notApplicable), .flag(row.isEfficient),
            row.isExact ? row.isEfficientAmongExact.map(Table.Entry.flag) : .text(notApplicable),
        ]
        return entries
    }

    /// One object, as the interface has it.
    static func json(_ plan: Plan, _ options: TableOptions) throws -> String {
        func object(_ row: Plan.Row) throws -> String {
            var table = Table(columns: columns)
            table.append(entries(row))
            // Without the array's brackets, each on a line of its own.
            return try options.choose(from: table).text(as: .json).split(separator: "\n")[1].drop { $0 == " " }
                .description
        }
        var members = ["\"budget_bytes\": \((plan.budget?.count).map(String.init) ?? "null")"]
        members.append("\"best\": \(try plan.best.map(object) ?? "null")")
        if let short = plan.shortBy { members.append("\"short_by_bytes\": \(short)") }
        members.append("\"strategies\": [\n    \(try plan.rows.map(object).joined(separator: ",\n    "))\n  ]")
        return "{\n  \(members.joined(separator: ",\n  "))\n}\n"
    }

    static let limitsColumns = [
        Table.Column("strategy", .text), Table.Column("max_length", title: "max length, steps", .count),
        Table.Column("max_batch", title: "max batch, sequences", .count),
        Table.Column("length_bound", title: "length bound by", .text, rank: 2),
        Table.Column("batch_bound", title: "batch bound by", .text, rank: 2),
    ]

    static func limits(_ limits: Limits) -> Table {
        var table = Table(columns: limitsColumns)
        for row in limits.rows {
            table.append([
                .text(row.strategy.description), row.length.map(Table.Entry.integer),
                row.batch.map(Table.Entry.integer), .text(row.lengthBound.rawValue), .text(row.batchBound.rawValue),
            ])
        }
        return table
    }

    /// What the bounds are, those that occur, a line each.
    static func legend(_ limits: Limits) -> [String] {
        let bounds = Set(limits.rows.flatMap { [$0.lengthBound, $0.batchBound] })
        return Limits.Bound.allCases.filter(bounds.contains).compactMap { bound in
            switch bound {
            case .budget: "budget: one more does not fit; where there is no number, not even one does"
            case .cap:
                "cap: one more fits, and is beyond the \(Trial.largestLength) steps or \(Trial.largestWidth) sequences that unroll takes"
            case .table: "table: with one more step the table of 'mixed' is too large to be made"
            case .notApplicable: nil
            }
        }
    }

    static let accuracyColumns = [
        Table.Column("strategy", .text), Table.Column("trials", .count, rank: 2),
        Table.Column("median_error", .percent), Table.Column("worst_error", .percent),
        Table.Column("largest_gap_bytes", title: "largest gap", .bytes),
    ]

    /// Errors of predicted time by strategy, then of all.
    static func accuracy(_ accuracy: Accuracy) -> Table {
        var table = Table(columns: accuracyColumns)
        func append(_ name: String, _ lines: [Accuracy.Line]) {
            guard !lines.isEmpty else { return }
            let errors = lines.map { abs($0.error) }
            table.append([
                .text(name), .integer(lines.count), Sample(errors).median.map(Table.Entry.real), .real(errors.max()!),
                .integer(lines.map(\.byteGap).max()!),
            ])
        }
        for name in Strategy.catalogue.map(\.name) {
            append(name, accuracy.lines.filter { $0.trial.strategy.name == name })
        }
        append("all", accuracy.lines)
        return table
    }
}
