/// SVG with the same drawing in fewer bytes, for a page that holds dozens of pictures: gnuplot opens a group for every line, most
/// of them empty or like the one before, says what is the default, and defines every symbol there is.
package struct CompactMarkup {
    private enum Token: Equatable {
        case open(String)
        /// With the tag that opened the group.
        case close(String)
        case content(String)
    }

    package let text: String

    package init(_ svg: String) {
        // The font is the page's.
        let plain = svg.replacing(" stroke-linecap=\"butt\" stroke-linejoin=\"miter\"", "").replacing("\t", "")
            .replacing(" font-family=\"sans-serif\"", "").replacing("  '/>", "'/>")
        let lean = CompactMarkup.withoutUnusedSymbols(plain)
        text = CompactMarkup.tokens(lean).map(CompactMarkup.joined) ?? lean
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

    /// Nil where groups are not balanced.
    private static func tokens(_ svg: String) -> [Token]? {
        var (tokens, open) = ([Token](), [String]())
        var rest = svg[...]
        func content(_ text: Substring) {
            var text = text
            // gnuplot's own name of a series is no word for a reader.
            if tokens.last == .open("<g>"), text.hasPrefix("<title>"), let end = text.range(of: "</title>") {
                text = text[end.upperBound...]
            }
            guard !text.utf8.allSatisfy({ $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: " ") }) else { return }
            tokens.append(.content(String(text)))
        }
        while let place = CompactMarkup.group(in: rest), let end = rest[place...].utf8.firstIndex(of: UInt8(ascii: ">"))
        {
            content(rest[..<place])
            let tag = rest[place...end]
            if !tag.hasPrefix("</") {
                let opened = tag.hasPrefix("<g data-plot=") ? "<g>" : String(tag)
                open.append(opened)
                tokens.append(.open(opened))
            } else if let opened = open.popLast() {
                tokens.append(.close(opened))
            } else {
                return nil
            }
            rest = rest[rest.utf8.index(after: end)...]
        }
        content(rest)
        return open.isEmpty ? tokens : nil
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
        var result: [Token] = []
        for token in tokens {
            switch token {
            case .open(let tag) where result.last == .close(tag): result.removeLast()
            case .close(let tag) where result.last == .open(tag): result.removeLast()
            default: result.append(token)
            }
        }
        return result.map(text).joined()
    }

    private static func text(_ token: Token) -> String {
        switch token {
        case .open(let tag): tag
        case .close: "</g>"
        case .content(let text): text
        }
    }
}
