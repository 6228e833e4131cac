import Shapes
import Trials

/// Rows as subplots show them: one a cell, all else but what the plot varies held. Of rows by several builds or machines those of
/// the most are shown, for one picture has one scale of time.
struct Subplots {
    /// Cell by cell, as first seen.
    let subplots: [(cell: Cell, title: String, rows: [Row])]
    /// What is held of the factors that the experiment varies, for the title; empty when nothing is.
    let held: String

    /// Of the factors that vary beside the cell and those of the plot, the largest value is shown: the last in a sweep.
    init(_ rows: [Row], over varied: Set<Factor>) {
        var shown = rows.succeeded.ofMostCommonOrigin
        var held: [String] = []
        for factor in rows.variedFactors where factor != .cell && !varied.contains(factor) {
            let last = shown.map { $0.trial[factor] }.max { (Int($0) ?? 0, $0) < (Int($1) ?? 0, $1) } ?? ""
            shown = shown.filter { $0.trial[factor] == last }
            held.append("\(Subplots.letter(factor)) \(last)")
        }
        for factor in [Factor.length, .hidden, .batch] where !varied.contains(factor) && !rows.isEmpty {
            let text = "\(Subplots.letter(factor)) \(shown.first?.trial[factor] ?? "")"
            if !held.contains(text) { held.append(text) }
        }
        self.held = held.joined(separator: ", ")
        subplots = shown.map(\.trial.cell).orderedSet.map { cell in
            (cell, cell.title, shown.filter { $0.trial.cell == cell })
        }
    }

    private static func letter(_ factor: Factor) -> String {
        factor.definition.symbol ?? factor.rawValue
    }
}

extension [Row] {
    /// Those of the build and machine that most rows are of; of as many, the first.
    var ofMostCommonOrigin: [Row] {
        guard let mixture = Mixture(self), !mixture.isAskedFor else { return self }
        let most = mixture.parts.map(\.rows).max()
        guard let part = mixture.parts.first(where: { $0.rows == most }) else { return self }
        return filter { $0.origin.isComparable(with: part.origin) }
    }
}
