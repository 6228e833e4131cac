import ArgumentParser
import Quantities
import Trials

/// Options of factors, made from their table: one more factor is one more option.
///
/// The parser finds options by reflection and reads them as a decoder, and is shown here what a struct with a wrapped property for
/// each factor would show it.
struct FactorOptions<List: FactorList>: ParsableArguments, CustomReflectable {
    /// What each factor is, given or by default; without defaults those that are given.
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
        let check: @Sendable (String) throws -> Void =
            switch factor.definition.kind {
            case .flag: { _ in }
            case .whole: { _ = try wholeNumber($0) }
            case .real: { _ = try decimalNumber($0) }
            case .text, .word: { _ = try factor.spelling(of: $0) }
            }
        if factor.definition.kind == .flag { return FlagOption(factor: factor, isAlwaysThere: List.hasDefaults) }
        return TextOption(factor: factor, usual: usual, isAlwaysThere: List.hasDefaults, check: check)
    }
}

/// Which factors a command takes as options.
protocol FactorList {
    static var factors: [Factor] { get }
    /// Defaults of the command that are not the factors' own, as text.
    static var usual: [Factor: String] { get }
    /// Whether an option that is not given stands for its default, and not for nothing.
    static var hasDefaults: Bool { get }
}

extension FactorList {
    static var usual: [Factor: String] { [:] }
    static var hasDefaults: Bool { true }
}

/// An option that is one factor.
private protocol FactorOption {
    /// How the parser knows it.
    var declaration: Any { get }
    /// Nil where it is not given, and nothing stands in its place.
    func text(in values: KeyedDecodingContainer<FactorKey>) throws -> String?
}

/// Given or not.
private struct FlagOption: FactorOption {
    let factor: Factor
    let isAlwaysThere: Bool

    var declaration: Any {
        Flag(wrappedValue: false, name: factor.flag, help: ArgumentHelp(stringLiteral: factor.definition.help))
    }

    func text(in values: KeyedDecodingContainer<FactorKey>) throws -> String? {
        let isGiven = try values.decode(Flag<Bool>.self, forKey: FactorKey(factor)).wrappedValue
        return isGiven || isAlwaysThere ? String(isGiven) : nil
    }
}

/// A number, a word of a list, or a text that is read by another rule.
private struct TextOption: FactorOption {
    let factor: Factor
    let usual: String
    let isAlwaysThere: Bool
    /// Throws where a text is no value.
    let check: @Sendable (String) throws -> Void

    var declaration: Any {
        let completion = words.map { CompletionKind.list($0) }
        let read: @Sendable (String) throws -> String = { [check] text in
            try check(text)
            return text
        }
        return isAlwaysThere
            ? Option(wrappedValue: usual, name: factor.flag, help: help, completion: completion, transform: read)
            : Option<String?>(name: factor.flag, help: help, completion: completion, transform: read)
    }

    /// The values, where they are words and no more.
    private var words: [String]? { factor.definition.kind.isWord ? factor.definition.vocabulary?.words : nil }

    private var help: ArgumentHelp {
        let (help, details) = (factor.definition.help, factor.definition.details)
        // Where every value has a line, the default need not be said.
        if !details.isEmpty { return ArgumentHelp("\(help)", discussion: details) }
        guard let words else { return help.withDefault(usual) }
        // As the parser shows the cases of an enum.
        return "\(help) (values: \(words.joined(separator: ", ")); default: \(usual))"
    }

    func text(in values: KeyedDecodingContainer<FactorKey>) throws -> String? {
        let key = FactorKey(factor)
        return isAlwaysThere
            ? try values.decode(Option<String>.self, forKey: key).wrappedValue
            : try values.decode(Option<String?>.self, forKey: key).wrappedValue
    }
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
