/// SVG with the same drawing in fewer bytes, for a page that holds dozens of pictures: gnuplot opens a group for every line and every
/// text, most of them empty or like the one before, says what is the default, and draws each bar by itself.
///
/// Symbols and the strokes of texts are the page's.
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
        text = CompactMarkup.tokens(plain).map { CompactMarkup.joined(CompactMarkup.gathered($0)) } ?? plain
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
            let lines = text.split(separator: "\n").filter { line in !line.utf8.allSatisfy { $0 == UInt8(ascii: " ") } }
            if !lines.isEmpty { tokens.append(.content(lines.joined(separator: "\n"))) }
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

    /// A line that is a path: what it has besides its outline, and this.
    private static func path<Text: StringProtocol>(_ line: Text) -> (head: Substring, outline: Substring)? {
        let line = Substring(line)
        guard line.hasPrefix("<path "), line.hasSuffix("'/>"), let start = line.range(of: " d='") else { return nil }
        return (line[..<start.upperBound], line[start.upperBound...].dropLast(3))
    }

    /// Grid lines, which lie under all else, as one path where the first of them is.
    private static func gathered(_ tokens: [Token]) -> [Token] {
        var outlines: [Substring: String] = [:]
        var result: [Token] = []
        for token in tokens {
            guard case .content(let content) = token, content.range(of: " class=\"gridline\"") != nil else {
                result.append(token)
                continue
            }
            let kept = content.split(separator: "\n").filter { line in
                guard line.range(of: " class=\"gridline\"") != nil, let path = path(line) else { return true }
                let isFirst = outlines[path.head] == nil
                outlines[path.head, default: ""] += path.outline
                return isFirst
            }
            if !kept.isEmpty { result.append(.content(kept.joined(separator: "\n"))) }
        }
        return result.map { token in
            guard case .content(let content) = token, content.range(of: " class=\"gridline\"") != nil else {
                return token
            }
            let lines = content.split(separator: "\n").map { line in
                path(line).flatMap { path in outlines[path.head].map { "\(path.head)\($0)'/>" } } ?? String(line)
            }
            return .content(lines.joined(separator: "\n"))
        }
    }

    /// Without empty groups, with neighbours of the same attributes as one, and without those that place a single text.
    private static func joined(_ tokens: [Token]) -> String {
        var result: [Token] = []
        for token in tokens {
            switch token {
            case .open(let tag) where result.last == .close(tag): result.removeLast()
            case .close(let tag) where result.last == .open(tag): result.removeLast()
            case .close(let tag):
                if case .content(let content) = result.last, let text = placed(content, by: tag) {
                    result.removeLast(2)
                    append(text, to: &result)
                } else {
                    result.append(token)
                }
            case .content(let content): append(content, to: &result)
            default: result.append(token)
            }
        }
        return result.map(text).joined()
    }

    private static func append(_ content: String, to tokens: inout [Token]) {
        if case .content(let before) = tokens.last {
            tokens[tokens.count - 1] = .content("\(before)\n\(content)")
        } else {
            tokens.append(.content(content))
        }
    }

    /// A text that a group does nothing but place, placed by itself; nil where it is turned too, or there is more.
    private static func placed(_ content: String, by tag: String) -> String? {
        let (group, text) = ("<g transform=\"translate(", "<text>")
        let lines = content.split(separator: "\n")
        guard tag.hasPrefix(group), lines.count == 1, lines[0].hasPrefix(text), lines[0].hasSuffix("</text>"),
            let end = tag.range(of: ")"), tag[end.upperBound...].hasPrefix("\"")
        else { return nil }
        let place = tag[..<end.lowerBound].dropFirst(group.count).split(separator: ",")
        guard place.count == 2 else { return nil }
        let attributes = String(tag[end.upperBound...].dropFirst()).replacing(" stroke=\"none\"", "").replacing(
            "  ", " "
        )
        .replacing(".0\"", "\"")
        return "<text x=\"\(place[0])\" y=\"\(place[1])\"\(attributes)\(lines[0].dropFirst(text.count))"
    }

    private static func text(_ token: Token) -> String {
        switch token {
        case .open(let tag): tag
        case .close: "</g>"
        case .content(let text): withPaths(text)
        }
    }

    /// Paths of the same attributes as one, where there are but texts between them, and polygons as paths.
    private static func withPaths(_ content: String) -> String {
        var lines: [String] = []
        /// The last path, and where it is.
        var last: (head: Substring, place: Int)?
        for line in content.split(separator: "\n") {
            let line = asPath(line) ?? String(line)
            if let path = path(line) {
                if let last, last.head == path.head {
                    lines[last.place] = "\(lines[last.place].dropLast(3))\(path.outline)'/>"
                    continue
                }
                last = (path.head, lines.count)
            } else if !line.hasPrefix("<text ") {
                last = nil
            }
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }

    /// A polygon as a path; nil for all else.
    private static func asPath(_ line: Substring) -> String? {
        let parts = line.split(separator: "'", omittingEmptySubsequences: false)
        guard line.hasPrefix("<polygon fill = '"), parts.count == 5 else { return nil }
        return outline(parts[3]).map { "<path fill='\(parts[1])' d='\($0)'/>" }
    }

    /// The outline of a polygon's points; a rectangle's by its edges.
    private static func outline(_ points: Substring) -> String? {
        let corners = points.split(separator: " ").map { $0.split(separator: ",") }
        guard corners.count > 2, corners.allSatisfy({ $0.count == 2 }) else { return nil }
        if corners.count == 4, corners[0][1] == corners[1][1], corners[1][0] == corners[2][0],
            corners[2][1] == corners[3][1], corners[3][0] == corners[0][0]
        {
            return "M\(corners[0].joined(separator: ","))H\(corners[1][0])V\(corners[2][1])H\(corners[0][0])z"
        }
        return "M" + corners.map { $0.joined(separator: ",") }.joined(separator: " ") + "z"
    }
}
