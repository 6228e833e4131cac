package import Quantities
import Schedules

extension Factor {
    /// What is known of a factor: how it is kept, read and printed, and where it may be given. All are columns of results and keys
    /// of `--only`, and all but derived ones are words of a trial.
    package final class Definition: Sendable {
        package let group: Group
        package let kind: Kind
        package let traits: Traits
        /// The letter that formulas have for it; nil where they have none.
        package let symbol: String?
        /// A line of help, without the symbol.
        let about: String
        /// What each of its values is, for help, where that is more than a word.
        package let details: String
        /// What the factor may be, for error messages.
        package let allowed: String
        /// The words that a value may be or begin with; nil of numbers and texts.
        package let vocabulary: Vocabulary?
        /// Its default as text.
        package let usual: String

        let text: @Sendable (Trial) -> String
        /// False where the text is no value.
        let set: @Sendable (String, inout Trial) throws(TrialError) -> Bool
        let isInRange: @Sendable (Trial) -> Bool
        /// Gives a trial the default.
        let reset: @Sendable (inout Trial) -> Void
        let differs: @Sendable (Trial, Trial) -> Bool

        /// A line of help.
        package var help: String { symbol.map { "\($0), \(about)" } ?? about }

        typealias Property<Value> = WritableKeyPath<Trial, Value> & Sendable

        /// A factor that a property of the trial holds; the property's default is the factor's.
        ///
        /// - Parameters:
        ///   - parse: makes a value of text; nil where the text is none.
        ///   - isInRange: whether a value is allowed.
        init<Value: Equatable & Sendable>(
            _ property: any Property<Value>, _ kind: Factor.Kind, _ group: Factor.Group, _ traits: Factor.Traits = [],
            symbol: String? = nil, about: String = "", details: String = "", allowed: String,
            vocabulary: Vocabulary? = nil,
            parse: @escaping @Sendable (String) throws(TrialError) -> Value?,
            print: @escaping @Sendable (Value) -> String,
            isInRange: (@Sendable (Value) -> Bool)? = nil
        ) {
            let usual = Trial.usual[keyPath: property]
            self.group = group
            self.kind = kind
            self.traits = traits
            self.symbol = symbol
            self.about = about
            self.details = details
            self.allowed = allowed
            self.vocabulary = vocabulary
            self.usual = print(usual)
            text = { print($0[keyPath: property]) }
            set = { (text, trial) throws(TrialError) in
                guard let value = try parse(text) else { return false }
                trial[keyPath: property] = value
                return true
            }
            if let isInRange {
                self.isInRange = { isInRange($0[keyPath: property]) }
            } else {
                self.isInRange = { _ in true }
            }
            reset = { $0[keyPath: property] = usual }
            differs = { $0[keyPath: property] != $1[keyPath: property] }
        }

        fileprivate init(about: String, derived text: @escaping @Sendable (Trial) -> String) {
            group = .derived
            kind = .whole
            traits = []
            symbol = nil
            self.about = about
            details = ""
            allowed = "the strategy's parameter"
            vocabulary = nil
            usual = ""
            self.text = text
            // Read last, when all that it follows from is there: it is checked alone.
            set = { _, _ in true }
            isInRange = { _ in true }
            reset = { _ in }
            differs = { _, _ in false }
        }
    }

    /// Where a factor may be given.
    package enum Group: Sendable {
        /// The network: under `model` in experiment files, a flag of all commands that take a network.
        case model
        /// What it is run on, and how: next to `model` in experiment files, and a flag of the same commands.
        case run
        /// How parameters change: next to `model` in experiment files, and a flag of `train`.
        case training
        /// A separate list in experiment files, and a separate flag.
        case strategy
        /// Nowhere: it follows from the strategy.
        case derived
        /// Nowhere: it is read from the task's file.
        case content
        /// Which program measures: next to `model` in experiment files, and a flag of `measure`. Trainings and plans are of
        /// unroll's own networks.
        case engine
    }

    /// What its values are.
    package enum Kind: Sendable {
        case whole, real, flag, text
        /// One of a list.
        case word

        /// A number, which a text in quotes is not.
        package var isNumber: Bool {
            switch self {
            case .whole, .real: true
            case .flag, .text, .word: false
            }
        }

        package var isReal: Bool { if case .real = self { true } else { false } }
        package var isWord: Bool { if case .word = self { true } else { false } }
        package var isFlag: Bool { if case .flag = self { true } else { false } }
    }

    package struct Traits: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Came after results had been published.
        package static let later = Traits(rawValue: 1)
        /// How the steps are computed, and not what: trials that differ in nothing else are measured in turn, to be compared.
        package static let method = Traits(rawValue: 2)
        /// May be another from a checkpoint on: it changes no bit of a training, or its end alone, or is what a user adjusts while
        /// it runs.
        package static let resumable = Traits(rawValue: 4)
    }
}

extension Factor.Definition {
    /// A whole number.
    static func whole(
        _ property: any Property<Int>, _ range: ClosedRange<Int>, _ group: Factor.Group, symbol: String? = nil,
        _ about: String, _ traits: Factor.Traits = []
    ) -> Factor.Definition {
        Factor.Definition(
            property, .whole, group, traits, symbol: symbol, about: about,
            allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            parse: { Int(decimal: $0) }, print: { String($0) }, isInRange: range.contains)
    }

    /// A real number.
    static func real(
        _ property: any Property<Double>, _ group: Factor.Group, _ about: String, _ traits: Factor.Traits = [],
        allowed: String, isInRange: @escaping @Sendable (Double) -> Bool
    ) -> Factor.Definition {
        Factor.Definition(
            property, .real, group, traits, about: about, allowed: allowed, parse: { Double(decimal: $0) },
            print: { Trial.text($0) }, isInRange: isInRange)
    }

    static func flag(
        _ property: any Property<Bool>, _ group: Factor.Group, _ about: String, _ traits: Factor.Traits = []
    ) -> Factor.Definition {
        Factor.Definition(
            property, .flag, group, traits, about: about, allowed: "false, true", parse: { Bool($0) },
            print: { String($0) })
    }

    /// One word of a list.
    ///
    /// - Parameter aliases: what else each is called.
    static func word<Word: CaseIterable & Equatable & RawRepresentable<String> & Sendable>(
        _ property: any Property<Word>, _ group: Factor.Group, _ about: String, _ traits: Factor.Traits = [],
        aliases: (Word) -> [String] = { _ in [] }
    ) -> Factor.Definition {
        let words = Array(Word.allCases)
        let vocabulary = Vocabulary("word", of: Word.self, aliases: aliases)
        return Factor.Definition(
            property, .word, group, traits, about: Factor.Definition.about(about, vocabulary),
            allowed: vocabulary.words.joined(separator: ", "), vocabulary: vocabulary,
            parse: { text in (try? vocabulary.index(of: text)).map { words[$0] } }, print: { $0.rawValue })
    }

    /// A line of help, with what else words are called.
    static func about(_ line: String, _ vocabulary: Vocabulary) -> String {
        let lines = vocabulary.signatures.filter { !$0.aliases.isEmpty }
            .map { "\($0.word) is also called \($0.aliases.joined(separator: ", "))." }
        return ([line] + lines).joined(separator: " ")
    }

    /// A parameter of the strategy, as a column; empty where the strategy has no such parameter.
    static func derived(_ column: StrategyColumn, _ about: String) -> Factor.Definition {
        Factor.Definition(
            about: about,
            derived: { trial in
                trial.strategy.value(of: column, length: trial.length, footprint: trial.footprint).map { String($0) }
                    ?? ""
            })
    }
}
