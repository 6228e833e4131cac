import ArgumentParser
import Trials

/// Options of factors, made from their table: one more factor is one more option.
///
/// The parser finds options by reflection and reads them as a decoder, and is shown here what a struct with a wrapped property for
/// each factor would show it.
struct FactorOptions<List: FactorList>: ParsableArguments, CustomReflectable {
    /// What each factor is, given or by default.
    private(set) var texts: [Factor: String] = [:]

    init() {}

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: FactorKey.self)
        for factor in List.factors { texts[factor] = try Self.option(factor).text(in: values) }
    }

    var customMirror: Mirror {
        Mirror(self, children: List.factors.map { (label: $0.rawValue, value: Self.option($0).declaration) })
    }

    private static func option(_ factor: Factor) -> any FactorOption {
        let usual = List.usual[factor] ?? factor.definition.usual
        return switch factor.definition.kind {
        case .flag: FlagOption(factor: factor)
        case .word(let words): wordOption(factor, words, usual)
        case .whole: TextOption(factor: factor, usual: usual) { _ = try wholeNumber($0) }
        case .real: TextOption(factor: factor, usual: usual) { _ = try decimalNumber($0) }
        case .text: TextOption(factor: factor, usual: usual) { _ = try factor.spelling(of: $0) }
        }
    }

    private static func wordOption<Word: CaseIterable & RawRepresentable<String> & Sendable>(
        _ factor: Factor, _: Word.Type, _ usual: String
    ) -> any FactorOption {
        WordOption<Word>(factor: factor, usual: usual)
    }
}

/// Which factors a command takes as options.
protocol FactorList {
    static var factors: [Factor] { get }
    /// Defaults of the command that are not the factors' own, as text.
    static var usual: [Factor: String] { get }
}

/// An option that is one factor.
private protocol FactorOption {
    /// What the parser is told of it.
    var declaration: Any { get }
    func text(in values: KeyedDecodingContainer<FactorKey>) throws -> String
}

/// Given or not.
private struct FlagOption: FactorOption {
    let factor: Factor

    var declaration: Any {
        Flag(wrappedValue: false, name: factor.flag, help: ArgumentHelp(stringLiteral: factor.definition.help))
    }

    func text(in values: KeyedDecodingContainer<FactorKey>) throws -> String {
        String(try values.decode(Flag<Bool>.self, forKey: FactorKey(factor)).wrappedValue)
    }
}

/// One word of a list.
private struct WordOption<Word: CaseIterable & RawRepresentable<String> & Sendable>: FactorOption {
    let factor: Factor
    let usual: String

    var declaration: Any {
        guard let usual = WordArgument<Word>(argument: usual) else {
            preconditionFailure("'\(usual)' is no value of '\(factor.rawValue)'")
        }
        return Option(wrappedValue: usual, name: factor.flag, help: ArgumentHelp(stringLiteral: factor.definition.help))
    }

    func text(in values: KeyedDecodingContainer<FactorKey>) throws -> String {
        try values.decode(Option<WordArgument<Word>>.self, forKey: FactorKey(factor)).wrappedValue.word.rawValue
    }
}

/// A number, or a text that is read by another rule.
private struct TextOption: FactorOption {
    let factor: Factor
    let usual: String
    /// Throws where a text is no value.
    let check: @Sendable (String) throws -> Void

    var declaration: Any {
        // Where every value has a line, the default need not be told.
        let details = factor.definition.details
        let help =
            details.isEmpty
            ? factor.definition.help.withDefault(usual)
            : ArgumentHelp("\(factor.definition.help)", discussion: details)
        return Option(
            wrappedValue: usual, name: factor.flag, help: help,
            transform: { [check] text in
                try check(text)
                return text
            })
    }

    func text(in values: KeyedDecodingContainer<FactorKey>) throws -> String {
        try values.decode(Option<String>.self, forKey: FactorKey(factor)).wrappedValue
    }
}

/// A word of a list as an argument.
private struct WordArgument<Word: CaseIterable & RawRepresentable<String> & Sendable>: ExpressibleByArgument {
    let word: Word

    init?(argument: String) {
        guard let word = Word(rawValue: argument) else { return nil }
        self.word = word
    }

    static var allValueStrings: [String] { Word.allCases.map(\.rawValue) }
    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
    var defaultValueDescription: String { word.rawValue }
}

private struct FactorKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ factor: Factor) { stringValue = factor.rawValue }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Factor {
    fileprivate var flag: NameSpecification { .customLong(rawValue.replacing("_", with: "-")) }
}
