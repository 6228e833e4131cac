import CTerminal
import Glibc

extension StringProtocol {
    /// Columns of a terminal that the text takes: two for a wide character, none for one that combines with the one before.
    /// As the C library counts (wcwidth), which terminals go by too. A control character, which has no width, counts as one.
    package var displayWidth: Int {
        if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return utf8.count }
        return CharacterWidths.sum(unicodeScalars)
    }

    /// As much of the text as these columns hold, with an ellipsis where that is not all of it.
    package func cut(to columns: Int) -> String {
        guard displayWidth > columns else { return String(self) }
        guard columns > 0 else { return "" }
        var kept = ""
        for character in self {
            guard kept.displayWidth + String(character).displayWidth < columns else { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// Lines of at most these columns, broken between words; a word that is wider has a line to itself, or is broken too.
    func wrapped(to columns: Int, breakingWords: Bool) -> [String] {
        var lines: [String] = []
        for word in split(separator: " ") {
            if let last = lines.last, last.displayWidth + 1 + word.displayWidth <= columns {
                lines[lines.count - 1] = last + " " + word
                continue
            }
            lines.append("")
            for character in word {
                if breakingWords, let last = lines.last, !last.isEmpty,
                    last.displayWidth + String(character).displayWidth > columns
                {
                    lines.append("")
                }
                lines[lines.count - 1].append(character)
            }
        }
        return lines.isEmpty ? [""] : lines
    }
}

/// Prose as a terminal of these columns shows it, without a line feed at its end; nil leaves it as it is. Leading spaces stay,
/// and what is wrapped is indented by them. A word that is wider than a line is broken, or has one to itself.
package func wrap(_ text: String, to columns: Int?, breakingWords: Bool = true) -> String {
    guard let columns else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        guard line.displayWidth > columns else { return String(line) }
        let indent = String(line.prefix { $0 == " " })
        let lines = line.wrapped(to: Swift.max(1, columns - indent.count), breakingWords: breakingWords)
        return lines.map { indent + $0 }.joined(separator: "\n")
    }.joined(separator: "\n")
}

/// wcwidth in a locale that knows Unicode, whatever the environment's is.
private enum CharacterWidths {
    /// Comes with glibc since 2.35, with Debian before; nil where there is neither.
    nonisolated(unsafe) private static let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)

    static func sum(_ scalars: some Sequence<Unicode.Scalar>) -> Int {
        guard let locale else { return scalars.reduce(0) { count, _ in count + 1 } }
        let previous = uselocale(locale)
        defer { uselocale(previous) }
        return scalars.reduce(0) { sum, scalar in
            let width = Int(wcwidth(wchar_t(scalar.value)))
            return sum + (width < 0 ? 1 : width)
        }
    }
}
