/// Why a text such as `truncated:window=0` says nothing: what was found, and what is allowed.
public struct ParameterError: Error, Hashable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// No such word; the nearest one, where one is near, and all there are.
        case unknown(nearest: String?, [String])
        /// A parameter that the word does not take; an empty name is an empty place.
        case parameter(String, takes: [String])
        case duplicate(String)
        case missing(TextParameter)
        /// The nearest of the words it may be, where one is near.
        case value(String, of: String, nearest: String? = nil, allowed: String)
    }

    /// What the word is, or should be: `strategy`.
    public let kind: String
    /// The word itself, as it was written.
    public let word: String
    /// What is wrong.
    public let reason: Reason

    /// An error about a word of this kind.
    public init(kind: String, word: String, reason: Reason) {
        self.kind = kind
        self.word = word
        self.reason = reason
    }

    /// A word that is none of a kind's.
    ///
    /// - Parameter others: words that are read too: the one that was meant may be among them.
    public init(unknown word: String, kind: String, of words: [String], others: [String] = []) {
        self.init(kind: kind, word: word, reason: .unknown(nearest: nearest(to: word, of: words + others), words))
    }

    init(_ kind: String, _ signature: Signature, _ reason: Reason) {
        self.init(kind: kind, word: signature.word, reason: reason)
    }

    /// The parameter it is about, where it is about one.
    public var parameter: String? {
        switch reason {
        case .unknown: nil
        case .parameter(let name, _), .duplicate(let name), .value(_, let name, _, _): name
        case .missing(let parameter): parameter.name
        }
    }

    /// What was found, for messages.
    public var found: String {
        switch reason {
        case .unknown(let nearest, _): "unknown \(kind) '\(word)'\(ParameterError.hint(nearest))"
        case .parameter("", let takes) where takes.isEmpty: "\(kind) '\(word)' has ':' and nothing after it"
        case .parameter("", _): "\(kind) '\(word)' has an empty parameter"
        case .parameter(let name, let takes):
            "\(kind) '\(word)' has '\(name)'\(ParameterError.hint(to: name, of: takes))"
        case .duplicate(let name): "\(kind) '\(word)' has '\(name)' twice"
        case .missing(let parameter): "\(kind) '\(word)' has no '\(parameter.name)'"
        case .value(let text, let name, let nearest, _):
            "\(kind) '\(word)': '\(name)' is '\(text)'\(ParameterError.hint(nearest))"
        }
    }

    /// What is allowed in its place, for messages.
    public var allowed: String {
        switch reason {
        case .unknown(_, let words): words.joined(separator: ", ")
        case .parameter(_, let takes): takes.isEmpty ? "no parameters" : takes.joined(separator: ", ")
        case .duplicate: "each parameter once"
        case .missing(let parameter):
            parameter.isBare
                ? "\(word):\(parameter.placeholder), such as \(word):\(parameter.example)"
                : "\(word):\(parameter.name)=…, such as \(word):\(parameter.name)=\(parameter.example)"
        case .value(_, _, _, let allowed): allowed
        }
    }

    public var description: String { "\(found); allowed: \(allowed)" }

    /// The word that is nearest to a text, as messages have it after the text; empty where none is near, or the text is one.
    public static func hint(to text: String, of words: [String]) -> String {
        words.contains(text) ? "" : hint(nearest(to: text, of: words))
    }

    /// The same of a word that was found.
    public static func hint(_ nearest: String?) -> String { nearest.map { " (nearest: '\($0)')" } ?? "" }
}

/// The word that differs least from a text, nil where none is near: at most one change for each three letters, the first of equals.
///
/// A change is a letter put in, taken out, taken for another, or two that changed places (optimal string alignment; Damerau
/// 1964, doi 10.1145/363958.363994).
///
/// - Complexity: O(|text|·|word|) for each word; a text longer than any word by a third is not looked at.
public func nearest(to text: String, of words: [String]) -> String? {
    let text = Array(text.prefix(64).lowercased())
    let distances = words.map { (word: $0, changes: changes(text, Array($0.lowercased()))) }
    guard let best = distances.min(by: { $0.changes < $1.changes }),
        best.changes <= max(1, best.word.count / 3)
    else { return nil }
    return best.word
}

private func changes(_ a: [Character], _ b: [Character]) -> Int {
    guard abs(a.count - b.count) <= max(1, b.count / 3) else { return .max }
    var rows = [Array(0...b.count)]
    for i in 1..<(a.count + 1) {
        var row = [i]
        for j in 1..<(b.count + 1) {
            var least = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { least = min(least, rows[i - 2][j - 2] + 1) }
            row.append(least)
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}
