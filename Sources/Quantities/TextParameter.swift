/// A parameter that a word may have after it, as `window` in `truncated:window=64`: its name and what it may be.
public struct TextParameter: Hashable, Sendable {
    /// What a value may be.
    public enum Values: Hashable, Sendable {
        /// A whole number in decimal digits.
        case whole(ClosedRange<Int>)
        /// A number of bytes, with or without a unit.
        case bytes(ClosedRange<Int>)
        /// A number above 0 and at most this.
        case number(atMost: Double)
        /// One of these words.
        case words([String])
        /// `true` or `false`.
        case flag
        /// A file's path: it takes all that follows, commas too, but not another parameter at the very end.
        case path
    }

    /// What it is called in front of its `=`.
    public let name: String
    /// What it may be.
    public let values: Values
    /// Whether it must be there.
    public let isRequired: Bool
    /// Whether it is written without its name: `orthogonal:0.9`.
    public let isBare: Bool
    /// A value as messages show one.
    public let example: String

    /// A parameter; a required one with its name, if not said otherwise.
    public init(
        _ name: String, _ values: Values, isRequired: Bool = true, isBare: Bool = false, example: String = "8"
    ) {
        self.name = name
        self.values = values
        self.isRequired = isRequired
        self.isBare = isBare
        self.example = example
    }

    /// The words a value may be; none where it is no word.
    var words: [String] {
        switch values {
        case .words(let words): words
        case .flag: ["true", "false"]
        case .whole, .bytes, .number, .path: []
        }
    }

    /// What a value may be, for messages.
    public var allowed: String {
        switch values {
        case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .bytes: "\(Bytes.allowed), more than 0"
        case .number(let most): "a number above 0, at most \(most)"
        case .words(let words): words.joined(separator: ", ")
        case .flag: "true, false"
        case .path: "the path of a file, without control characters"
        }
    }

    /// A value's place in a spelling: `N`, `BYTES`, `PATH`, or the words there are.
    var placeholder: String {
        switch values {
        case .whole: "N"
        case .bytes: "BYTES"
        case .number: name.uppercased()
        case .words(let words): words.joined(separator: "|")
        case .flag: "true|false"
        case .path: "PATH"
        }
    }

    /// Reads a value; nil where the text is none.
    func value(_ text: String) -> Arguments.Value? {
        switch values {
        case .whole(let range): Int(decimal: text).flatMap { range.contains($0) ? .whole($0) : nil }
        case .bytes(let range): Bytes(text).flatMap { range.contains($0.count) ? .whole($0.count) : nil }
        case .number(let most): Double(decimal: text).flatMap { $0 > 0 && $0 <= most ? .number($0) : nil }
        case .words(let words): words.contains(text) ? .text(text) : nil
        case .flag: Bool(text).map(Arguments.Value.flag)
        case .path:
            !text.isEmpty && !text.unicodeScalars.contains { $0.value < 32 || $0.value == 127 } ? .text(text) : nil
        }
    }
}

/// The values read for a word's parameters. Those that were not given are not there.
public struct Arguments: Hashable, Sendable {
    enum Value: Hashable, Sendable {
        case whole(Int)
        case number(Double)
        case flag(Bool)
        case text(String)
    }

    var values: [String: Value] = [:]

    /// A whole number, or bytes; nil where it was not given.
    public func whole(_ name: String) -> Int? { if case .whole(let value)? = values[name] { value } else { nil } }
    /// A number; nil where it was not given.
    public func number(_ name: String) -> Double? { if case .number(let value)? = values[name] { value } else { nil } }
    /// A flag; nil where it was not given.
    public func flag(_ name: String) -> Bool? { if case .flag(let value)? = values[name] { value } else { nil } }
    /// A word or a path; nil where it was not given.
    public func text(_ name: String) -> String? { if case .text(let value)? = values[name] { value } else { nil } }
}
