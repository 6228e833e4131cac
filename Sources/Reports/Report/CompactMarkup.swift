/// SVG with the same drawing in fewer bytes, for a page that holds dozens of pictures: gnuplot opens a group for every line, most
/// of them empty or like the one before, says what is the default, and defines every symbol there is.
package struct CompactMarkup {
    private enum Token: Equatable {
        case open(String)
        case close
        case content(String)
    }

    package let text: String

    package init(_ svg: String) {
        let plain = svg.replacing(" stroke-linecap=\"butt\" stroke-linejoin=\"miter\"", "").replacing("\t", "")
        text = CompactMarkup.joined(CompactMarkup.tokens(CompactMarkup.withoutUnusedSymbols(plain)))
    }

    /// Definitions, each on a line, that nothing refers to.
    private static func withoutUnusedSymbols(_ svg: String) -> String {
        var isDefinition = false
        return svg.split(separator: "\n").filter { line in
            if line.hasPrefix("<defs>") { isDefinition = true }
            if line.hasPrefix("</defs>") { isDefinition = false }
            guard isDefinition, line.hasSuffix("/>"), let start = line.range(of: " id='") else { return true }
            let name = line[start.upperBound...].prefix { $0 != "'" }
            return svg.range(of: "#\(name)'") != nil
        }.joined(separator: "\n")
    }

    private static func tokens(_ svg: String) -> [Token] {
        var tokens: [Token] = []
        var rest = svg[...]
        func content(_ text: Substring) {
            guard !text.utf8.allSatisfy({ $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: " ") }) else { return }
            tokens.append(.content(String(text)))
        }
        while let place = CompactMarkup.group(in: rest), let end = rest[place...].utf8.firstIndex(of: UInt8(ascii: ">"))
        {
            content(rest[..<place])
            let tag = rest[place...end]
            tokens.append(tag.hasPrefix("</") ? .close : .open(String(tag)))
            rest = rest[rest.utf8.index(after: end)...]
        }
        content(rest)
        return tokens
    }

    /// Where the next tag of a group is.
    private static func group(in text: Substring) -> String.Index? {
        var place = text.startIndex
        while let found = text.utf8[place...].firstIndex(of: UInt8(ascii: "<")) {
            let tag = text[found...]
            if ["<g ", "<g>", "</g>"].contains(where: tag.hasPrefix) { return found }
            place = text.utf8.index(after: found)
        }
        return nil
    }

    /// Without empty groups, and with neighbours of the same attributes as one.
    private static func joined(_ tokens: [Token]) -> String {
        var (result, open) = ([Token](), [String]())
        // The attributes of the group that has just been closed.
        var closed: String?
        for token in tokens {
            switch token {
            case .open(let tag):
                if result.last == .close, closed == tag { result.removeLast() } else { result.append(token) }
                open.append(tag)
                closed = nil
            case .close:
                guard let tag = open.popLast() else { return tokens.map(CompactMarkup.text).joined() }
                if result.last == .open(tag) {
                    result.removeLast()
                    closed = nil
                } else {
                    result.append(.close)
                    closed = tag
                }
            case .content:
                result.append(token)
                closed = nil
            }
        }
        return result.map(CompactMarkup.text).joined()
    }

    private static func text(_ token: Token) -> String {
        switch token {
        case .open(let tag): tag
        case .close: "</g>"
        case .content(let text): text
        }
    }
}
