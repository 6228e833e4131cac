/// What of a page of Markdown has a meaning: lines, what they begin with, and marks that are not taken for text.
package func structure(ofMarkdown markdown: String) -> [String: Int] {
    var counts: [String: Int] = [:]
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
        counts["line", default: 0] += 1
        let item = line.hasPrefix("- ") ? line.dropFirst(2) : line[...]
        if let first = item.first, "#>-+=".contains(first) { counts["line of \(first)", default: 0] += 1 }
        var isEscaped = false
        for scalar in line.unicodeScalars {
            if !isEscaped, "`*[]<|~$".unicodeScalars.contains(scalar) { counts["\(scalar)", default: 0] += 1 }
            isEscaped = !isEscaped && scalar == "\\"
        }
    }
    return counts
}
