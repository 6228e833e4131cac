import ArgumentParser
import Experiments
import Quantities
import Reports
import Schedules
import Trials

/// Which trials of several are meant: `--only KEY=VALUE…`, `--except KEY=VALUE…`.
struct Selection: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only what has this factor, such as length=512 or strategy=full; a strategy's name stands for all its "
                + "parameters. Given again with the same key: either value.", valueName: "key=value"),
        transform: FactorValue.init)
    var only: [FactorValue] = []

    @Option(
        help: ArgumentHelp(
            "Not what has this factor, such as engine=jax or strategy=truncated:window=8. Given again: none of them.",
            valueName: "key=value"),
        transform: FactorValue.possible)
    var except: [FactorValue] = []

    func takes(_ trial: Trial) -> Bool {
        Dictionary(grouping: only, by: \.factor).values.allSatisfy { $0.contains { $0.isOf(trial) } }
            && !except.contains { $0.isOf(trial) }
    }

    /// The words that ask for the same again.
    var words: [String] { only.flatMap { ["--only", $0.text] } + except.flatMap { ["--except", $0.text] } }

    /// - Throws: a usage error when nothing is left.
    func trials(_ trials: [Trial]) throws -> [Trial] { try some(trials.filter(takes), of: trials) }
    func rows(_ rows: [Row]) throws -> [Row] { try some(rows.filter { takes($0.trial) }, of: rows.map(\.trial)) }

    private func some<Element>(_ elements: [Element], of trials: @autoclosure () -> [Trial]) throws -> [Element] {
        guard elements.isEmpty, !words.isEmpty else { return elements }
        let wanted = (only.map(\.text) + except.map { "not \($0.text)" }).joined(separator: " ")
        // Of several keys each value may be there, and no trial have all.
        let hint = only.count == 1 && except.isEmpty ? only[0].hint(among: trials()) : ""
        throw fail("no trial has \(wanted)\(hint); 'unroll run --dry-run' shows what there is", code: Exit.usage)
    }
}

/// `KEY=VALUE`: a factor's value, or a word that stands for several.
struct FactorValue {
    let factor: Factor
    /// As results have it, where it is one: a name or an alias of it, in capitals or not.
    private let value: String

    init(_ text: String) throws {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard sides.count == 2, let factor = Factor(rawValue: sides[0]) else { throw TrialError.unknown(sides[0]) }
        (self.factor, value) = (factor, factor.canonical(sides[1]))
    }

    /// The same, of a value that the factor can have: any other would leave nothing out without a word.
    static func possible(_ text: String) throws -> FactorValue {
        let found = try FactorValue(text)
        let isWord = found.factor.definition.vocabulary.map { (try? $0.index(of: found.value)) != nil } ?? false
        if !isWord { _ = try found.factor.spelling(of: found.value) }
        return found
    }

    var text: String { "\(factor.rawValue)=\(value)" }

    func isOf(_ trial: Trial) -> Bool {
        trial[factor] == value || (factor == .strategy && trial.strategy.name == value)
    }

    /// The nearest value that some of the trials have, in words.
    func hint(among trials: [Trial]) -> String {
        // A number is not nearest by its digits.
        if factor.definition.kind.isNumber { return "" }
        let values = Set(trials.map { $0[factor] }).sorted()
        let names = factor == .strategy ? Set(trials.map(\.strategy.name)).sorted() : []
        return ParameterError.hint(to: value, of: values + names)
    }
}

extension Factor {
    fileprivate func canonical(_ text: String) -> String {
        if let spelling = try? spelling(of: text) { return spelling }
        // A word alone stands for all its parameters.
        guard let vocabulary = definition.vocabulary, let index = try? vocabulary.index(of: text) else { return text }
        return vocabulary.words[index]
    }
}
