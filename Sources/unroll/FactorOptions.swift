import ArgumentParser
import Quantities
import Trials

/// Options of factors, made from their table: one more factor is one more option.
///
/// The parser finds options by reflection and reads them as a decoder, and is shown here what a struct with a wrapped property for
/// each factor would show it.
struct FactorOptions<List: FactorList>: ParsableArguments, CustomReflectable {
    /// What each factor is, given or by default.
    private(set) var texts: [Factor: String] = [:]
    /// Those that the command line has.
    private(set) var given: Set<Factor> = []
    /// Once by `--task` and once by `--data`.
    private var isTaskGivenTwice = false

    init() {}

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: FactorKey.self)
        for factor in List.factors {
            let option = Self.option(factor)
            let text = try option.text(in: values)
            texts[factor] = text ?? option.usual
            if text != nil { given.insert(factor) }
        }
        guard let data = try Self.data?.text(in: values) else { return }
        isTaskGivenTwice = !given.insert(.task).inserted
        texts[.task] = DataOption.task(data)
    }

    func validate() throws {
        guard isTaskGivenTwice else { return }
        throw ValidationError("'--data' is short for '--task \(texts[.task]!)', and '--task' is given too")
    }

    var customMirror: Mirror {
        var children = List.factors.map { factor -> Mirror.Child in
            (label: factor.rawValue, value: Self.option(factor).declaration)
        }
        if let data = Self.data, let task = List.factors.firstIndex(of: .task) {
            children.insert((label: DataOption.key.stringValue, value: data.declaration), at: task + 1)
        }
        return Mirror(self, children: children)
    }

    /// Of commands that have a task.
    private static var data: DataOption? { List.factors.contains(.task) ? DataOption() : nil }

    private static func option(_ factor: Factor) -> any FactorOption {
        let usual = List.usual[factor] ?? factor.definition.usual
        return switch factor.definition.kind {
        case .flag: FlagOption(factor: factor)
        case .whole: TextOption(factor: factor, usual: usual) { _ = try wholeNumber($0) }
        case .real: TextOption(factor: factor, usual: usual) { _ = try decimalNumber($0) }
        case .text, .word: TextOption(factor: factor, usual: usual) { _ = try factor.spelling(of: $0) }
        }
    }
}

/// Which factors a command takes as options.
protocol FactorList {
    static var factors: [Factor] { get }
    /// Defaults of the command that are not the factors' own, as text.
    static var usual: [Factor: String] { get }
}

extension FactorList {
    static var usual: [Factor: String] { [:] }
}

/// An option that is one factor.
private protocol FactorOption {
    /// How the parser knows it.
    var declaration: Any { get }
    /// Its value where it is not given.
    var usual: String { get }
    /// Nil where it is not given.
    func text(in values: KeyedDecodingContainer<FactorKey>) throws -> String?
}

/// Given or not.
private struct FlagOption: FactorOption {
    let factor: Factor
    let usual = String(false)

    var declaration: Any {
        Flag(wrappedValue: false, name: factor.flag, help: ArgumentHelp(stringLiteral: factor.definition.help))
    }

    func text(in values: KeyedDecodingContainer<FactorKey>) throws -> String? {
        try values.decode(Flag<Bool>.self, forKey: FactorKey(factor)).wrappedValue ? String(true) : nil
    }
}

/// A number, a word of a list, or a text that is read by another rule.
private struct TextOption: FactorOption {
    let factor: Factor
    let usual: String
    /// Throws where a text is no value.
    let check: @Sendable (String) throws -> Void

    var declaration: Any {
        Option<String?>(
            name: factor.flag, help: help, completion: words.map { .list($0) },
            transform: { [check] text in
                try check(text)
                return text
            })
    }

    /// The values, where they are words and no more.
    private var words: [String]? { factor.definition.kind.isWord ? factor.definition.vocabulary?.words : nil }

    private var help: ArgumentHelp {
        let (help, details) = (factor.definition.help, factor.definition.details)
        // Where every value has a line, the default need not be said.
        if !details.isEmpty { return ArgumentHelp("\(help)", discussion: details) }
        guard let words else { return usual.isEmpty ? ArgumentHelp(stringLiteral: help) : help.withDefault(usual) }
        // As the parser shows the cases of an enum.
        return "\(help) (values: \(words.joined(separator: ", ")); default: \(usual))"
    }

    func text(in values: KeyedDecodingContainer<FactorKey>) throws -> String? {
        try values.decode(Option<String?>.self, forKey: FactorKey(factor)).wrappedValue
    }
}

/// Sequences of the user's, for short.
private struct DataOption {
    static let key = FactorKey(stringValue: "data")!

    static func task(_ text: String) -> String { TrainingTask.word(ofData: text) }

    var declaration: Any {
        Option<String?>(
            name: .customLong(DataOption.key.stringValue),
            help: ArgumentHelp(
                "Your own sequences: --task file:path=FILE, with its other parameters after a comma."),
            completion: .file(),
            transform: { text in
                _ = try Factor.task.spelling(of: DataOption.task(text))
                return text
            })
    }

    func text(in values: KeyedDecodingContainer<FactorKey>) throws -> String? {
        try values.decode(Option<String?>.self, forKey: DataOption.key).wrappedValue
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
