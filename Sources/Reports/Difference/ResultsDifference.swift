import Schedules
package import Trials

/// Two sets of results of the same experiments held against each other: what `unroll compare A B` shows.
///
/// Bytes and steps do not depend on a machine and must be equal, row by row; losses and what follows from them must be equal
/// but for rounding, see ``Figure/agrees(_:_:in:)``. Times do, and are compared as ratios
/// to the baseline strategy, each set's to its own.
package struct ResultsDifference: Hashable, Sendable {
    /// In the order of the first set; then what only the second has.
    package let lines: [Line]
    package let varied: [Factor]

    /// One trial, in both sets or in one.
    package struct Line: Hashable, Sendable {
        package let experiment: String
        package let trial: Trial
        /// What is not equal, repetition by repetition; empty when all is.
        package let differences: [String]
        /// Wall times over the baseline's, paired by repetition.
        package let first: Sample
        package let second: Sample
        /// Whether the others are divided by it, so that its own ratios say nothing.
        package let isBaseline: Bool
        /// The rows of both, empty where it was not measured.
        let before: [Row]
        let after: [Row]

        /// Whether both intervals leave room for one ratio; nil without two.
        package var timesAgree: Bool? {
            guard let one = first.medianInterval(), let other = second.medianInterval() else { return nil }
            return one.low <= other.high && other.low <= one.high
        }
    }

    /// What two measurements of a trial must agree in, on any machine: all but what differs from run to run. Bytes and counts
    /// are equal; real numbers may differ as processors round.
    package static let figures: [Figure] = Figure.allCases.filter { $0.reproducibility != .ofRun }

    package var isEqual: Bool { lines.allSatisfy(\.differences.isEmpty) }

    /// - Throws: ``BaselineError`` when the baseline's name stands for several strategies of one group.
    package init(_ first: [Row], _ second: [Row], baseline: Baseline = .full) throws(BaselineError) {
        let one = try Comparison(first, baseline: baseline)
        let other = try Comparison(second, baseline: baseline)
        let rows = first + second
        varied = rows.variedFactors
        let left = Dictionary(grouping: first, by: Key.init)
        let right = Dictionary(grouping: second, by: Key.init)
        // A trial whose repetitions are of several builds or machines has a line each; the first stands for it.
        func byKey(_ comparison: Comparison) -> [Key: Comparison.Line] {
            Dictionary(comparison.lines.map { (Key($0), $0) }, uniquingKeysWith: { first, _ in first })
        }
        let leftLines = byKey(one)
        let rightLines = byKey(other)
        lines = rows.map(Key.init).orderedSet.map { key in
            let (own, others) = (left[key] ?? [], right[key] ?? [])
            return Line(
                experiment: key.experiment, trial: key.trial,
                differences: ResultsDifference.differences(own, others),
                first: leftLines[key]?.timeRatios ?? Sample([]), second: rightLines[key]?.timeRatios ?? Sample([]),
                isBaseline: (leftLines[key] ?? rightLines[key])?.isBaseline ?? false, before: own, after: others)
        }
    }

    /// Whether the two have a trial in common: else they are parts of one set.
    package static func overlap(_ first: [Row], _ second: [Row]) -> Bool {
        !Set(first.map(Key.init)).isDisjoint(with: second.map(Key.init))
    }

    private struct Key: Hashable {
        let experiment: String
        let trial: Trial

        init(_ row: Row) { (experiment, trial) = (row.experiment, row.trial) }
        init(_ line: Comparison.Line) { (experiment, trial) = (line.experiment, line.trial) }
    }

    /// In words, one for every way in which repetitions differ.
    private static func differences(_ first: [Row], _ second: [Row]) -> [String] {
        guard !first.isEmpty else { return ["only in the second"] }
        guard !second.isEmpty else { return ["only in the first"] }
        var repetitions: [String: [Int]] = [:]
        var order: [String] = []
        func note(_ text: String, _ repetition: Int) {
            if repetitions[text] == nil { order.append(text) }
            repetitions[text, default: []].append(repetition)
        }
        for number in Set((first + second).map(\.repetition)).sorted() {
            let one = first.first { $0.repetition == number }
            let other = second.first { $0.repetition == number }
            guard let one, let other else {
                // More repetitions are more of the same, and no difference.
                continue
            }
            if one.status != other.status {
                note("status \(one.status.rawValue), \(other.status.rawValue)", number)
                continue
            }
            for figure in figures where !figure.agrees(one, other) {
                func text(_ row: Row) -> String { row.measurement[figure]?.description ?? Table.absent }
                note("\(figure.rawValue) \(text(one)), \(text(other))", number)
            }
        }
        return order.map { text in
            let numbers = repetitions[text] ?? []
            return "\(text) (repetition \(numbers.map(String.init).joined(separator: ", ")))"
        }
    }
}

extension ResultsDifference {
    /// A line a trial.
    package var table: Table {
        let factors = ColumnDefinition.factors(varied, of: lines) { $0.trial }
        return Table(lines, columns: [ResultsDifference.experiment] + factors + ResultsDifference.outcome)
    }

    /// Every column that it may have, but for factors that vary.
    package static let possibleColumns = ([experiment] + outcome).map(\.column)

    private static let experiment = ColumnDefinition<Line>(
        "experiment", .text, "The experiment's name.",
        where: { lines in lines.contains { $0.experiment != lines[0].experiment } }
    ) { $0.experiment }

    private static let outcome: [ColumnDefinition<Line>] = [
        ColumnDefinition("strategy", .text, "How far was unrolled and what was kept.", rank: 0) {
            Table.Entry(strategyOf: $0.trial)
        },
        ColumnDefinition("bytes_and_steps", .text, "Whether bytes, steps and losses are equal.", rank: 0) {
            $0.differences.isEmpty ? "equal" : "differ"
        },
        ColumnDefinition("first_time_ratio", title: "first", .times, "Median time ratio in the first results.", rank: 2)
        { $0.first.median },
        ColumnDefinition("first_low", title: "low", .times, "The lower end of its interval.", rank: 4, group: "first") {
            $0.first.medianInterval()?.low
        },
        ColumnDefinition("first_high", title: "high", .times, "The upper end of its interval.", rank: 4, group: "first")
        {
            $0.first.medianInterval()?.high
        },
        ColumnDefinition(
            "second_time_ratio", title: "second", .times, "Median time ratio in the second results.", rank: 2
        ) { $0.second.median },
        ColumnDefinition("second_low", title: "low", .times, "The lower end of its interval.", rank: 4, group: "second")
        {
            $0.second.medianInterval()?.low
        },
        ColumnDefinition(
            "second_high", title: "high", .times, "The upper end of its interval.", rank: 4, group: "second"
        ) {
            $0.second.medianInterval()?.high
        },
        ColumnDefinition("times", .text, "agree where the intervals overlap, else apart.") {
            $0.timesAgree.map { $0 ? "agree" : "apart" }
        },
        ColumnDefinition("differences", .text, "What differs, in which repetitions.", rank: 0) {
            $0.differences.isEmpty ? nil : $0.differences.joined(separator: "; ")
        },
    ]
}
