/// Comma-separated values as RFC 4180 has them, and nothing looser. ``table(_:)`` reads what a spreadsheet makes of them as well: a
/// mark before the text, all fields in quotes, empty lines at the end.
///
/// One difference in writing: lines end with LF, not CR LF, as pandas, R and git expect. Both are read.
package enum CSV {
    /// One line of a file; a field in quotes may spread it over several.
    package struct Record: Hashable, Sendable {
        /// Where it begins, counted from 1.
        package let line: Int
        package let fields: [String]
    }

    /// One record with its end of line. Fields with a comma, a quote or an end of line are put in quotes.
    package static func line(_ fields: [String]) -> String { text(fields) + "\n" }

    /// The same without its end of line, for what ends lines itself.
    package static func text(_ fields: [String]) -> String { fields.map(quoted).joined(separator: ",") }

    private static func quoted(_ field: String) -> String {
        guard field.utf8.contains(where: { [comma, quote, feed, carriageReturn].contains($0) }) else { return field }
        // By scalars: a Character may join the quote with what follows it.
        var text = "\""
        for scalar in field.unicodeScalars {
            if scalar == "\"" { text.unicodeScalars.append("\"") }
            text.unicodeScalars.append(scalar)
        }
        return text + "\""
    }

    /// Removes a last line without its end, which is how a process that is killed leaves one: rows are written with one call each,
    /// so no other line can be incomplete.
    ///
    /// - Returns: whether there was such a line.
    package static func removeTruncatedLine(_ bytes: inout [UInt8]) -> Bool {
        guard let last = bytes.last, last != feed else { return false }
        bytes.removeSubrange((bytes.lastIndex(of: feed).map { $0 + 1 } ?? 0)...)
        return true
    }

    package static let comma = UInt8(ascii: ",")
    package static let quote = UInt8(ascii: "\"")
    package static let feed = UInt8(ascii: "\n")
    package static let carriageReturn = UInt8(ascii: "\r")
}

/// Why a text is no CSV.
package struct CSVError: Error, Hashable, CustomStringConvertible {
    /// Counted from 1.
    package let line: Int
    package let reason: Reason

    package enum Reason: String, Hashable, Sendable {
        case quoteInside = "a quote inside a field that does not begin with one"
        case textAfterQuote = "text after the closing quote of a field"
        case openQuote = "a quoted field does not end"
        case carriageReturn = "a carriage return that ends no line"
        case encoding = "the line is not UTF-8"
        case wideEncoding = "the file is UTF-16, as a spreadsheet's 'Unicode text'; save it as CSV in UTF-8"
        case semicolons = """
            fields are separated by semicolons; allowed: commas, and points in numbers, as a spreadsheet writes them when its \
            language is English or its field separator is set to ','
            """
        case tabs = "fields are separated by tabs; allowed: commas"
    }

    package var description: String { "line \(line): \(reason.rawValue)" }
}
