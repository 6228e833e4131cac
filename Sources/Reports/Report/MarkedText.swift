/// Text of a page, with marks of our own: what a literal says has them, and what is put into it by interpolation has none.
///
/// Marks are those of Markdown: backquotes around what a program reads, two asterisks around what matters most, and
/// `[text](address)`. A name, a question or a message from a file is therefore shown as it is, whatever it holds, in every format; a
/// page cannot be written in any other way.
package struct MarkedText: Hashable, Sendable, ExpressibleByStringInterpolation {
    enum Part: Hashable, Sendable {
        case marked(String)
        case plain(String)
    }

    private(set) var parts: [Part] = []

    package init(stringLiteral value: String) { parts = [.marked(value)] }

    package init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { parts.append(.marked(literal)) }
        }

        package mutating func appendInterpolation(_ text: MarkedText) { parts += text.parts }

        package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            parts.append(.plain(value.description))
        }
    }

    package static func + (first: MarkedText, second: MarkedText) -> MarkedText {
        var text = first
        text.parts += second.parts
        return text
    }

    package static func += (text: inout MarkedText, more: MarkedText) { text.parts += more.parts }
}

extension Sequence<MarkedText> {
    package func joined(separator: MarkedText) -> MarkedText {
        reduce(into: nil as MarkedText?) { text, part in text = text.map { $0 + separator + part } ?? part } ?? ""
    }
}

// MARK: Formats

extension MarkedText {
    private enum Token: Hashable {
        case mark(String)
        /// Around the words of a link.
        case linkStart(address: String)
        case linkEnd(address: String)
        case literal(String)
        case plain(String)

        /// As it was written.
        var text: String {
            switch self {
            case .mark(let text), .literal(let text), .plain(let text): text
            case .linkStart, .linkEnd: ""
            }
        }
    }

    private static let (strong, code) = (Token.mark("**"), Token.mark("`"))

    /// The parts with the marks found in the literals. A mark without its partner is a literal, and a link to an address that is
    /// none leaves its words.
    private var tokens: [Token] {
        var tokens: [Token] = []
        for part in parts {
            guard case .marked(let literal) = part else {
                if case .plain(let text) = part { tokens.append(.plain(text)) }
                continue
            }
            var rest = literal[...]
            while !rest.isEmpty {
                let mark = ["**", "`", "](", "[", ")"].first(where: rest.hasPrefix)
                let text = mark ?? String(rest.prefix(1) + rest.dropFirst().prefix { !"*`[])".contains($0) })
                tokens.append(mark == nil ? .literal(text) : .mark(text))
                rest = rest.dropFirst(text.count)
            }
        }
        return MarkedText.paired(MarkedText.linked(tokens))
    }

    private static func linked(_ tokens: [Token]) -> [Token] {
        var (linked, rest) = ([Token](), tokens[...])
        while let start = rest.firstIndex(of: .mark("[")), let middle = rest[start...].firstIndex(of: .mark("](")),
            let end = rest[middle...].firstIndex(of: .mark(")"))
        {
            let address = rest[(middle + 1)..<end].map(\.text).joined()
            let isAddress = Escape.isAddress(address)
            linked += rest[..<start] + (isAddress ? [.linkStart(address: address)] : []) + rest[(start + 1)..<middle]
            linked += isAddress ? [.linkEnd(address: address)] : []
            rest = rest[(end + 1)...]
        }
        return linked + rest
    }

    private static func paired(_ tokens: [Token]) -> [Token] {
        var kept: Set<Int> = []
        for mark in [strong, code] {
            let places = tokens.indices.filter { tokens[$0] == mark }
            kept.formUnion(places.prefix(places.count / 2 * 2))
        }
        return tokens.indices.map { index in
            guard case .mark(let text) = tokens[index], !kept.contains(index) else { return tokens[index] }
            return .literal(text)
        }
    }

    /// One paragraph, item or heading of Markdown: literals as they are, and all else as text.
    package var markdown: String {
        var (result, isCode) = ("", false)
        for token in tokens {
            switch token {
            case .mark(let mark):
                if token == MarkedText.code { isCode.toggle() }
                result += mark
            case .linkStart: result += "["
            case .linkEnd(let address):
                result += "](\(address.replacing("(", "%28").replacing(")", "%29").replacing("<", "%3C")))"
            case .literal(let text): result += text
            case .plain(let text):
                result += isCode ? Escape.markdownCode(text) : Escape.markdown(text, startsLine: result.isEmpty)
            }
        }
        return result
    }

    /// The words alone, for a terminal.
    package var plain: String {
        tokens.map { token in if case .mark = token { "" } else { token.text } }.joined()
    }

    /// What stands between the tags of a paragraph, item or heading of HTML.
    var html: String {
        var (result, open) = ("", Set<Token>())
        for token in tokens {
            switch token {
            case .mark:
                let tag = token == MarkedText.strong ? "strong" : "code"
                result += open.contains(token) ? "</\(tag)>" : "<\(tag)>"
                open.formSymmetricDifference([token])
            case .linkStart(let address): result += "<a href=\"\(Escape.markup(address))\">"
            case .linkEnd: result += "</a>"
            case .literal(let text), .plain(let text): result += Escape.markup(text)
            }
        }
        return result
    }
}
