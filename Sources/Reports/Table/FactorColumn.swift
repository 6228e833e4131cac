package import Schedules
package import Trials

extension ColumnDefinition {
    /// A factor of each line's trial.
    ///
    /// - Parameter format: by default that of a count.
    package static func factor(
        _ factor: Factor, title: String? = nil, _ format: Table.Format = .count, rank: Int = 1,
        of trial: @escaping @Sendable (Line) -> Trial
    ) -> ColumnDefinition {
        ColumnDefinition(factor.rawValue, title: title, format, factor.meaning, rank: rank) {
            Table.Entry(factor, of: trial($0))
        }
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
    /// A trial's strategy: for people with what it chose by the network's sizes.
    package init(strategyOf trial: Trial) {
        self.init(trial.strategyAsChosen, of: trial.strategy)
    }

    /// A strategy: for people as `shown`, for programs as its word.
    package init(_ shown: String, of strategy: Strategy) {
        let word = strategy.description
        self = shown == word ? .text(word) : .labelled(shown, word: word)
    }

    /// A value as what it is: a text of digits is no number. Nil where the factor does not apply.
    init?(_ factor: Factor, of trial: Trial) {
        let text = trial[factor]
        guard !text.isEmpty else { return nil }
        let entry: Table.Entry? =
            switch factor.definition.kind {
            case .whole: Int(text).map(Table.Entry.integer)
            case .real: Int(text).map(Table.Entry.integer) ?? Double(text).map(Table.Entry.real)
            case .flag: Bool(text).map(Table.Entry.flag)
            case .text, .word: .text(text)
            }
        guard let entry else { preconditionFailure("'\(factor.rawValue)' is '\(text)', which is not of its kind") }
        self = entry
    }
}
