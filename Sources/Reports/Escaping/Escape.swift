import Files

/// Text from a file, or from anybody else, as text: one way for each format that it goes into.
package enum Escape {
    /// In HTML and SVG, between tags and in attributes.
    package static func markup(_ text: String) -> String {
        var result = ""
        for scalar in text.shown(keepsLines: true).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// In Markdown as GitHub reads it: within one paragraph, item or cell, which the text cannot leave. What means nothing where
    /// it stands stays as it is.
    package static func markdown(_ text: String) -> String {
        let words = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        let scalars = Array(words.shown().unicodeScalars.drop { $0 == " " })
        func isWord(_ index: Int) -> Bool { scalars.indices.contains(index) && scalars[index].properties.isAlphabetic }
        func isDigit(_ index: Int) -> Bool { scalars.indices.contains(index) && ("0"..."9").contains(scalars[index]) }
        var result = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            let isMark =
                switch scalar {
                case "\\", "`", "*", "[", "]", "<", "|", "~", "$": true
                // Within a word it means nothing.
                case "_": !((isWord(index - 1) || isDigit(index - 1)) && (isWord(index + 1) || isDigit(index + 1)))
                case "&": isWord(index + 1) || index + 1 < scalars.count && scalars[index + 1] == "#"
                // At the start of a line: headings, quotations, lists, rules.
                case "#", ">", "-", "+", "=": index == 0
                case ".", ")": (1...9).contains(index) && scalars[..<index].allSatisfy { ("0"..."9").contains($0) }
                default: false
                }
            if isMark { result.append("\\") }
            result.append(scalar)
        }
        return String(result)
    }

    /// In a gnuplot script, quotes and all. In single quotes nothing is replaced, a quote is written twice, and no text goes
    /// beyond its line.
    package static func gnuplot(_ text: String) -> String { "'\(text.shown().replacing("'", "''"))'" }

    /// A word of a shell's script: in single quotes nothing is expanded, and ends of line are part of the word.
    package static func shell(_ word: String) -> String { "'\(word.replacing("'", "'\\''"))'" }

    /// An address of a link on a page; nil for one that is neither https, http nor relative.
    package static func address(_ text: String) -> String? {
        // Browsers take white space and control characters out before they look for the scheme.
        guard !text.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F || $0 == "\\" }) else {
            return nil
        }
        let beforePath = text.prefix { !"/?#".contains($0) }
        guard let colon = beforePath.firstIndex(of: ":") else { return markup(text) }
        return ["http", "https"].contains(beforePath[..<colon].lowercased()) ? markup(text) : nil
    }
}
