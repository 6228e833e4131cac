import Files
import Quantities
import Reports
import Runner
import Trials

/// `name=256,512,1024`: what stands in a program's words for `{name}`, one run a value.
struct Variation {
    let name: String
    let values: [Int]

    struct Unreadable: Error, CustomStringConvertible {
        let text: String
        var description: String {
            "'vary' is '\(text)'; allowed: a name and two or more different whole numbers, such as length=256,512,1024"
        }
    }

    /// - Throws: ``Unreadable``.
    init(_ text: String) throws {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let numbers = sides.last?.split(separator: ",", omittingEmptySubsequences: false) ?? []
        values = numbers.compactMap { Int(decimal: $0) }
        guard sides.count == 2, !sides[0].isEmpty, values.count == numbers.count, values.allSatisfy({ $0 >= 0 }),
            values.count >= 2, Set(values).count == values.count
        else { throw Unreadable(text: text) }
        name = sides[0]
    }

    var placeholder: String { "{\(name)}" }

    func words(_ command: [String], with value: Int) -> [String] {
        command.map { $0.replacing(placeholder, with: String(value)) }
    }
}

/// A program's run with one of the values.
struct VariedRun {
    let value: Int
    let peak: Bytes
    let reading: GaugeReading
}

/// How a program's peak grows with one of its numbers.
struct VariedReport {
    private let variation: Variation
    private let runs: [VariedRun]
    private let budget: Bytes?
    private let line: LinearFit
    /// The run with the largest value that fits by the line.
    var check: VariedRun?

    init(_ variation: Variation, runs: [VariedRun], budget: Bytes?) {
        (self.variation, self.runs, self.budget) = (variation, runs, budget)
        guard let line = LinearFit(runs.map { Point(x: Double($0.value), y: Double($0.peak.count)) }) else {
            preconditionFailure("two values differ")
        }
        self.line = line
    }

    /// The largest value in the budget, by the line; nil where none is.
    var largest: Int? { budget.flatMap { line.largest(within: Double($0.count)) } }

    var isOverBudget: Bool {
        guard let check, let budget else { return false }
        return check.peak > budget
    }

    private static func columns(_ name: String) -> [ColumnDefinition<VariedRun>] {
        [ColumnDefinition(name, .count, rank: 0) { $0.value }]
            + GaugeReport.columns.map { definition in
                ColumnDefinition(definition.column) { definition.value($0.reading) }
            }
    }

    private static let fits: [ColumnDefinition<VariedReport>] = [
        ColumnDefinition("bytes_per_unit", .bytes) { $0.line.slope },
        ColumnDefinition("bytes_per_unit_low", title: "low", .bytes, group: "interval") { $0.line.interval?.low },
        ColumnDefinition("bytes_per_unit_high", title: "high", .bytes, group: "interval") { $0.line.interval?.high },
        ColumnDefinition("intercept_bytes", .bytes) { $0.line.intercept },
        ColumnDefinition("budget_bytes", .bytes, where: { $0.allSatisfy { $0.budget != nil } }) { $0.budget?.count },
        ColumnDefinition("largest", .count, where: { $0.allSatisfy { $0.budget != nil } }) { $0.largest },
        ColumnDefinition("largest_peak_bytes", .bytes, where: { $0.allSatisfy { $0.check != nil } }) {
            $0.check?.peak.count
        },
        ColumnDefinition(
            "largest_peak_bound_bytes", title: "±", .bytes, where: { $0.allSatisfy { $0.check != nil } }
        ) { $0.check?.reading.bound?.count },
    ]

    /// What is to be known of the figures, a sentence each.
    private var notes: [String] {
        var notes: [String] = []
        if let budget, largest == nil {
            notes.append(
                line.slope > 0
                    ? "nothing fits in \(budget)" : "the peak does not grow with \(variation.name): any value may fit")
        } else if let largest, let most = runs.map(\.value).max(), largest > most, check == nil {
            notes.append("\(variation.name) \(largest) is beyond what was measured; '--check' measures it")
        }
        if let check, let budget {
            let difference = Bytes(abs(budget.count - check.peak.count))
            notes.append(
                "\(variation.name) \(check.value) was measured: \(difference) \(isOverBudget ? "over" : "below") the budget"
            )
        }
        for run in runs + (check.map { [$0] } ?? []) {
            notes += run.reading.notes.map { "\(variation.name) \(run.value): \($0)" }
        }
        return notes
    }

    func text(as format: Table.Rendering, within width: Int?) -> String {
        let runs = Table(self.runs, columns: VariedReport.columns(variation.name))
        let fit = Table([self], columns: VariedReport.fits)
        switch format {
        case .csv: return runs.text(as: .csv) + "\n" + fit.text(as: .csv)
        case .json:
            return JSONText.object([
                JSONText.members(fit.objects[0]), JSONText.list("runs", runs.objects),
                JSONText.list("notes", notes.map { $0.quotedForJSON() }),
            ])
        case .table, .markdown:
            return GaugeReport.text([runs, fit], notes: notes, as: format, within: width)
        }
    }
}
