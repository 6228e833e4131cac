/// A word and the parameters it takes: `truncated:window=N,[stride=N]`.
public struct Signature: Hashable, Sendable {
    /// What it begins with.
    public let word: String
    /// Other words that are read as this one: names that people know it by. None is ever written.
    public let aliases: [String]
    /// What it takes, in the order of its spelling.
    public let parameters: [TextParameter]
    /// A line for help.
    public let about: String

    /// A word, its parameters, a line about it, and what else it is called.
    public init(_ word: String, _ parameters: [TextParameter] = [], aliases: [String] = [], about: String) {
        self.word = word
        self.aliases = aliases
        self.parameters = parameters
        self.about = about
    }

    /// The parameter of this name.
    public func parameter(_ name: String) -> TextParameter? { parameters.first { $0.name == name } }

    /// How it is written, what may be left out in brackets.
    public var spelling: String {
        guard !parameters.isEmpty else { return word }
        let sides = parameters.map { parameter in
            let side = parameter.isBare ? parameter.placeholder : "\(parameter.name)=\(parameter.placeholder)"
            return parameter.isRequired ? side : "[\(side)]"
        }
        return "\(word):\(sides.joined(separator: ","))"
    }

    /// A line of help: how it is written, what it is, and what else it may be called.
    public var helpLine: String {
        "\(spelling): \(about)" + (aliases.isEmpty ? "" : "; also called \(aliases.joined(separator: ", "))")
    }

    /// How it may be written: with an example of each parameter that must be there.
    public var example: String {
        let sides = parameters.filter(\.isRequired).map { $0.isBare ? $0.example : "\($0.name)=\($0.example)" }
        return sides.isEmpty ? word : "\(word):\(sides.joined(separator: ","))"
    }

    /// The word with these parameters, as ``Vocabulary/read(_:)`` reads it.
    public func text(of parameters: [(name: String, text: String)]) -> String {
        parameters.isEmpty ? word : "\(word):\(parameters.map { "\($0.name)=\($0.text)" }.joined(separator: ","))"
    }

    /// What stands after the word's colon, as names and texts.
    ///
    /// A path takes all that is left, but not the other parameters at the very end, each at most once.
    public func pairs(of text: String) -> [(name: String, text: String)] {
        var rest = text[...]
        var ends: [Substring] = []
        if let path = parameters.first(where: { $0.values == .path }) {
            var others = Set(parameters.map(\.name)).subtracting([path.name])
            while let comma = rest.lastIndex(of: ",") {
                let end = rest[comma...].dropFirst()
                guard let equals = end.firstIndex(of: "="), others.remove(String(end[..<equals])) != nil else { break }
                ends.insert(end, at: 0)
                rest = rest[..<comma]
            }
            ends.insert(rest, at: 0)
        } else {
            ends = rest.split(separator: ",", omittingEmptySubsequences: false)
        }
        return ends.enumerated().map { index, end in
            if index == 0, let bare = parameters.first, bare.isBare { return (bare.name, String(end)) }
            let sides = end.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(sides[0]), sides.count == 2 ? String(sides[1]) : "")
        }
    }

    /// Reads the values of parameters.
    ///
    /// - Parameter kind: what the word is one of, for messages.
    /// - Throws: ``ParameterError`` where one is not known, is there twice, is not there or has a value that is not allowed.
    public func arguments(
        _ pairs: [(name: String, text: String)], of kind: String
    ) throws(ParameterError) -> Arguments {
        var arguments = Arguments()
        for (name, text) in pairs {
            guard let parameter = parameter(name) else {
                throw ParameterError(kind, self, .parameter(name, takes: parameters.map(\.name)))
            }
            guard arguments.values[name] == nil else { throw ParameterError(kind, self, .duplicate(name)) }
            guard let value = parameter.value(text) else {
                throw ParameterError(
                    kind, self,
                    .value(
                        text, of: name, nearest: nearest(to: text, of: parameter.words), allowed: parameter.allowed))
            }
            arguments.values[name] = value
        }
        for parameter in parameters where parameter.isRequired && arguments.values[parameter.name] == nil {
            throw ParameterError(kind, self, .missing(parameter))
        }
        return arguments
    }
}

/// All words of one kind: what a strategy, a task, a cell may be.
public struct Vocabulary: Sendable {
    /// What each word is, for messages: `strategy`.
    public let kind: String
    /// The words, the simplest first.
    public let signatures: [Signature]

    /// The words of a kind.
    public init(_ kind: String, _ signatures: [Signature]) {
        self.kind = kind
        self.signatures = signatures
    }

    /// The words alone.
    public var words: [String] { signatures.map(\.word) }
    /// Every word as it is written.
    public var spellings: [String] { signatures.map(\.spelling) }

    private var aliases: [String] { signatures.flatMap(\.aliases) }

    /// The word or other name that is nearest to a text, as messages have it after the text; empty where none is near.
    public func hint(to text: String) -> String { ParameterError.hint(to: text, of: words + aliases) }

    /// The index of a word in the list: of the word itself, or in capitals or by another name.
    ///
    /// - Throws: ``ParameterError`` with the nearest word.
    public func index(of word: String) throws(ParameterError) -> Int {
        if let index = signatures.firstIndex(where: { $0.word == word }) { return index }
        let lower = word.lowercased()
        let index = signatures.firstIndex { signature in
            signature.word.lowercased() == lower || signature.aliases.contains { $0.lowercased() == lower }
        }
        guard let index else {
            throw ParameterError(unknown: word, kind: kind, of: words, others: aliases)
        }
        return index
    }

    /// Reads `word` or `word:parameter=value,…`.
    ///
    /// - Returns: where the word stands in the list, and the values.
    /// - Throws: ``ParameterError``.
    public func read(_ text: String) throws(ParameterError) -> (index: Int, arguments: Arguments) {
        let sides = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let index = try index(of: sides[0])
        let pairs = sides.count == 2 ? signatures[index].pairs(of: sides[1]) : []
        return (index, try signatures[index].arguments(pairs, of: kind))
    }
}

extension Vocabulary {
    /// The cases of an enum as words.
    ///
    /// - Parameter aliases: what else each is called.
    public init<Word: CaseIterable & RawRepresentable<String>>(
        _ kind: String, of _: Word.Type, aliases: (Word) -> [String] = { _ in [] }
    ) {
        self.init(kind, Word.allCases.map { Signature($0.rawValue, aliases: aliases($0), about: "") })
    }
}
