/// What an experiment file does without: anchors, aliases and tags, which can make a short text very large or change
/// what a word means, and control characters.
///
/// A separate scanner, because libyaml expands aliases before a caller can look. It knows where a token begins, so
/// `question: speed & memory` is fine and `hidden: &sizes [64]` is not.
struct PlainSubset {
    private var flowDepth = 0
    private var quote: Unicode.Scalar?
    /// Lines indented deeper than this belong to a block of text.
    private var textBlock: Int?

    /// - Throws: the first thing refused.
    static func check(_ text: String, file: String) throws(ExperimentError) {
        var subset = PlainSubset()
        var number = 0
        // Lines end as libyaml ends them: LF, CR LF and CR. Its other two ends of line are refused below.
        let scalars = Array(text.unicodeScalars)
        for line in scalars.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r" }) {
            // CR LF leaves an empty line between its two; it is not counted.
            if line.isEmpty, line.startIndex > 0, line.startIndex < scalars.count,
                scalars[line.startIndex - 1] == "\r", scalars[line.startIndex] == "\n"
            {
                continue
            }
            number += 1
            try subset.check(Array(line)) { FilePosition(file: file, line: number, column: $0 + 1) }
        }
    }

    private mutating func check(_ line: [Unicode.Scalar], position: (Int) -> FilePosition) throws(ExperimentError) {
        for (column, scalar) in line.enumerated() where PlainSubset.isControl(scalar) {
            let code = String(scalar.value, radix: 16, uppercase: true)
            let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
            throw .malformed(position(column), found: "control character U+\(padded)", allowed: "printable text")
        }
        let indent = line.prefix { $0 == " " }.count
        if let block = textBlock {
            if indent == line.count || indent > block { return }
            textBlock = nil
        }
        var column = quote == nil ? indent : 0
        /// Where the innermost key or item of the line stands, which a block of text must be indented against.
        var margin = indent
        var atToken = quote == nil
        if flowDepth == 0, atToken, line.starts(with: "---".unicodeScalars), isSpace(line, 3) { column = 3 }

        while column < line.count {
            let scalar = line[column]
            if let open = quote {
                if scalar == "\\" && open == "\"" {
                    column += 1
                } else if scalar == open {
                    if open == "'" && column + 1 < line.count && line[column + 1] == "'" {
                        column += 1
                    } else {
                        quote = nil
                    }
                }
            } else if scalar == " " || scalar == "\t" {
                // Space changes nothing.
            } else if scalar == "#" && (column == 0 || isSpace(line, column - 1)) {
                return
            } else if flowDepth > 0 && (scalar == "," || scalar == ":") {
                atToken = true
            } else if scalar == ":" && isSpace(line, column + 1) {
                atToken = true
            } else if flowDepth > 0 && (scalar == "]" || scalar == "}") {
                flowDepth -= 1
                atToken = false
            } else if (atToken || flowDepth > 0) && (scalar == "[" || scalar == "{") {
                flowDepth += 1
                atToken = true
            } else if atToken {
                switch scalar {
                case "&", "*", "!":
                    throw .malformed(
                        position(column), found: scalar == "!" ? "a tag" : "an anchor or alias",
                        allowed: "plain values; put text that begins with '\(scalar)' in quotes")
                case "\"", "'":
                    quote = scalar
                    atToken = false
                case "|" where flowDepth == 0, ">" where flowDepth == 0:
                    textBlock = margin
                    return
                case "-" where isSpace(line, column + 1), "?" where isSpace(line, column + 1):
                    margin = column + 2
                default:
                    atToken = false
                }
            }
            column += 1
        }
    }

    /// Whether there is space, or no more text, at this column.
    private func isSpace(_ line: [Unicode.Scalar], _ column: Int) -> Bool {
        column >= line.count || line[column] == " " || line[column] == "\t"
    }

    /// What libyaml does not read or takes for an end of line.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: false
        case 0x10000...0x10FFFF: false
        default: true
        }
    }
}
