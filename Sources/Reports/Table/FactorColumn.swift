package import Trials

extension ColumnDefinition {
    /// A factor of each line's trial.
    ///
    /// - Parameter format: by default that of a count.
    package static func factor(
        _ factor: Factor, title: String? = nil, _ format: Table.Format = .count, rank: Int = 1,
        of trial: @escaping @Sendable (Line) -> Trial
    ) -> ColumnDefinition {
        ColumnDefinition(factor.rawValue, title: title, format, rank: rank) { Table.Entry(factor, of: trial($0)) }
    }

    /// The factors in which the lines' trials differ.
    ///
    /// - Parameter format: by default that of a count where all of a factor are whole numbers, and of text where not.
    static func factors(
        _ varied: [Factor], _ format: Table.Format? = nil, of lines: [Line],
        trial: @escaping @Sendable (Line) -> Trial
    ) -> [ColumnDefinition] {
        varied.map { factor in
            .factor(
                factor, format ?? (lines.allSatisfy { Int(trial($0)[factor]) != nil } ? .count : .text), of: trial)
        }
    }
}

extension Table.Entry {
    /// Numbers as numbers, truths as such, everything else as text.
    init(_ factor: Factor, of trial: Trial) {
        let text = trial[factor]
        let number = factor.definition.kind.isReal ? Double(text).map(Table.Entry.real) : nil
        self = Int(text).map(Table.Entry.integer) ?? number ?? Bool(text).map(Table.Entry.flag) ?? .text(text)
    }
}
