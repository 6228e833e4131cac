import Quantities
import Schedules
import Shapes
package import Trials

/// What an experiment found, in a sentence with its figures: which sentence follows from what the rows vary.
package enum Answer {
    package static func sentence(_ rows: [Row]) -> MarkedText {
        let findings = AnsweredRows(rows.succeeded)
        guard !findings.rows.isEmpty else {
            let reasons = rows.map(\.status.rawValue).orderedSet.joined(separator: ", ")
            return "None of \(counted(rows.count, "row")) ended well: \(reasons)."
        }
        for rule in rules { if let answer = rule(findings) { return answer } }
        return "\(counted(findings.rows.count, "row")) without a figure that could be compared."
    }

    /// From the most particular to what is true of any rows; the first that has something to say does.
    private static let rules: [@Sendable (AnsweredRows) -> MarkedText?] = [
        { $0.draws }, { $0.options }, { $0.onlineStreams }, { $0.coverage }, { $0.streams }, { $0.tasks },
        { $0.trainings }, { $0.trainedCells }, { $0.methods }, { $0.windows }, { $0.widths }, { $0.families },
        { $0.counts }, { $0.growth },
        { $0.strategyCosts }, { $0.parameters }, { $0.engines }, { $0.oneTrial },
    ]
}

/// Rows of one experiment that ended well, and what they vary: what its answer is made of.
struct AnsweredRows {
    let rows: [Row]
    /// Factors in which the rows differ, the strategy's aside, without those that follow from it.
    let varied: Set<Factor>

    init(_ rows: [Row]) {
        self.rows = rows
        varied = Set(rows.variedFactors.filter(\.isChosen))
    }

    var strategies: [Strategy] { rows.map(\.trial.strategy).orderedSet }

    /// The rows of one network: of every factor but these and the strategy the last in a sweep, and the usual cell where there are
    /// several.
    func network(over free: Set<Factor> = [], of chosen: [Row]? = nil) -> [Row] {
        let rows = chosen ?? self.rows
        let shown = rows.contains { $0.trial.cell == .standard } ? rows.filter { $0.trial.cell == .standard } : rows
        let fixed = shown.variedFactors.filter { !free.contains($0) && $0 != .cell && $0.isChosen }
        let largest = fixed.reduce(shown) { rows, factor in
            let last = rows.compactMap { Int($0.trial[factor]) }.max().map(String.init) ?? rows.last?.trial[factor]
            return rows.filter { $0.trial[factor] == last }
        }
        return largest.grouped(over: free.union([.strategy])).last ?? []
    }

    /// Trials were repeated often enough for a time to say something.
    var isTimed: Bool { rows.contains { $0.repetition >= 3 && $0[.wallSeconds] != nil } }
}

// MARK: Words

extension AnsweredRows {
    /// Forward steps executed for each step of the sequence and every update.
    static func stepsPerStep(_ row: Row) -> Double? {
        row[.forwardSteps].map { $0 / Double(row.trial.length * max(1, row.trial.updates)) }
    }

    static func bytes(_ value: Double) -> String { Bytes(Int(value)).description }

    static func percent(_ share: Double) -> String { Table.significant(share * 100, 3) + " %" }

    /// A count with its thousands apart: `236,304`.
    static func thousands(_ count: Int) -> String {
        var (digits, groups) = (String(count), [String]())
        while digits.count > 3 {
            groups.append(String(digits.suffix(3)))
            digits.removeLast(3)
        }
        return ([digits] + groups.reversed()).joined(separator: ",")
    }

    /// A rate that is counted in hundreds or more, to the nearest whole number.
    static func thousands(_ rate: Double) -> String { thousands(Int(rate.rounded())) }

    /// How far a gradient is off: in per cent, where that is not a long row of noughts.
    static func error(_ value: Double) -> String {
        value >= 1e-4 || value == 0 ? percent(value) : Table.scientific(value)
    }

    /// `1.28 to 1.32`, or the one number where both ends read alike.
    static func range(_ values: [Double], _ text: (Double) -> String) -> String {
        guard let least = values.min(), let most = values.max() else { return Table.absent }
        return text(least) == text(most) ? text(least) : "\(text(least)) to \(text(most))"
    }

    static func times(_ values: [Double]) -> String { range(values) { Table.significant($0, 3) } + " times" }

    /// `LSTM H 128 B 16 T 1000`, without factors that the sentence names itself.
    static func place(_ row: Row, without: Set<Factor> = []) -> String {
        let trial = row.trial
        let layers = trial.layers == 1 || without.contains(.layers) ? "" : "\(trial.layers)-layer "
        let sizes: [(Factor, String)] = [
            (.hidden, " H \(trial.hidden)"), (.batch, " B \(trial.batch)"), (.length, " T \(trial.length)"),
        ]
        return layers + trial.cell.name + sizes.filter { !without.contains($0.0) }.map(\.1).joined()
    }

    /// `a, b and c`
    static func list(_ parts: [MarkedText]) -> MarkedText {
        guard parts.count > 1, let last = parts.last else { return parts.first ?? "" }
        return parts.dropLast().joined(separator: ", ") + " and " + last
    }
}
