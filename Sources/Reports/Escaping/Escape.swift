import Files

/// Text from a file, or from anybody else, as text: one way for each format that it goes into.
package enum Escape {
    /// In HTML and SVG, between tags and in attributes, which are all in double quotes.
    package static func markup(_ text: String) -> String {
        var result = ""
        for scalar in text.shown(keepsLines: true).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// As a text of JSON, quotes included, within an element of HTML: nothing in it is markup, and the quotation marks around it
    /// are its only ones.
    static func script(_ text: String) -> String {
        let quoted = text.quotedForJSON()
        guard quoted.utf8.contains(where: { [UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\")].contains($0) })
        else { return quoted }
        var (result, isEscaped) = (String.UnicodeScalarView(), false)
        for scalar in quoted.unicodeScalars {
            switch scalar {
            case "<": result += "\\u003C".unicodeScalars
            case ">": result += "\\u003E".unicodeScalars
            case "\"" where isEscaped:
                result.removeLast()
                result += "\\u0022".unicodeScalars
            default: result.append(scalar)
            }
            isEscaped = scalar == "\\" && !isEscaped
        }
        return String(result)
    }

    /// What may be a mark in Markdown within a line.
    private static let marks = Set("\\`*[]<|~$_&".utf8)

    /// In Markdown as GitHub reads it: within one paragraph, item or cell, which the text cannot leave. What means nothing where
    /// it stands stays as it is.
    ///
    /// - Parameter startsLine: nothing of the paragraph or item stands before it, so that it could begin a heading or a list.
    package static func markdown(_ text: String, startsLine: Bool = true) -> String {
        // Most texts are figures in cells.
        if !startsLine, text.isPrintableASCII, !text.utf8.contains(where: marks.contains) { return text }
        let words = onOneLine(text)
        let scalars = Array(startsLine ? words.drop { $0 == " " }.unicodeScalars : words[...].unicodeScalars)
        func isWord(_ index: Int) -> Bool { scalars.indices.contains(index) && scalars[index].properties.isAlphabetic }
        func isSpace(_ index: Int) -> Bool { scalars.indices.contains(index) && scalars[index] == " " }
        func isDigit(_ index: Int) -> Bool { scalars.indices.contains(index) && ("0"..."9").contains(scalars[index]) }
        var result = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            let isMark =
                switch scalar {
                case "\\", "`", "*", "[", "]", "|", "~", "$": true
                // No tag begins with a space.
                case "<": !isSpace(index + 1)
                // Within a word it means nothing.
                case "_": !((isWord(index - 1) || isDigit(index - 1)) && (isWord(index + 1) || isDigit(index + 1)))
                case "&": isWord(index + 1) || index + 1 < scalars.count && scalars[index + 1] == "#"
                // At the start of a line: headings, quotations, lists, rules.
                case "#", ">", "-", "+", "=": startsLine && index == 0
                case ".", ")":
                    startsLine && (1...9).contains(index) && scalars[..<index].allSatisfy { ("0"..."9").contains($0) }
                        && (isSpace(index + 1) || index + 1 == scalars.count)
                default: false
                }
            if isMark { result.append("\\") }
            result.append(scalar)
        }
        return String(result)
    }

    /// Between backquotes in Markdown, where nothing has a meaning but a backquote.
    package static func markdownCode(_ text: String) -> String { onOneLine(text).replacing("`", "\\u{60}") }

    private static func onOneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ").shown()
    }

    /// In a gnuplot script, quotes and all. In single quotes nothing is replaced, a quote is written twice, and no text goes
    /// beyond its line.
    package static func gnuplot(_ text: String) -> String { "'\(text.shown().replacing("'", "''"))'" }

    /// Whether a link on a page may lead to an address: to one by https or http, or to a relative one.
    package static func isAddress(_ text: String) -> Bool {
        // Browsers take white space and control characters out before they look for the scheme.
        guard !text.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F || $0 == "\\" }) else {
            return false
        }
        let beforePath = text.prefix { !"/?#".contains($0) }
        guard let colon = beforePath.firstIndex(of: ":") else { return true }
        return ["http", "https"].contains(beforePath[..<colon].lowercased())
    }
}
