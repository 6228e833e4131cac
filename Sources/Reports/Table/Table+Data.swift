import Files

extension Table.Entry {
    /// The shortest text that reads back as the same value; nil where nothing was measured.
    var raw: String? {
        switch self {
        case .text(let text), .labelled(_, word: let text): text
        case .integer(let value): String(value)
        case .real(let value): value.isFinite ? String(value) : nil
        case .flag(let value): String(value)
        }
    }

    /// As JSON has it; nil where nothing was measured.
    var json: String? {
        switch self {
        case .text(let text), .labelled(_, word: let text): text.quotedForJSON()
        case .integer, .real, .flag: raw
        }
    }
}

extension Table {
    /// RFC 4180 but for the line's end: raw figures, empty where nothing was measured.
    var csv: String {
        CSV.line(columns.map(\.name)) + rows.map(Table.line).joined()
    }

    /// An array of objects, one a line, keys in the columns' order; null where nothing was measured.
    var json: String {
        guard !rows.isEmpty else { return "[]\n" }
        return "[\n\(objects.map { "  " + $0 }.joined(separator: ",\n"))\n]\n"
    }

    /// An object a row, on one line.
    package var objects: [String] {
        let keys = Table.keys(columns.map(\.name))
        return rows.map { Table.object(keys, $0) }
    }

    /// Keys as ``object(_:_:)`` takes them.
    package static func keys(_ names: [String]) -> [String] { names.map { "\($0.quotedForJSON()): " } }

    /// An object on one line; null where nothing was measured.
    package static func object(_ keys: [String], _ entries: [Entry?]) -> String {
        var text = "{"
        for (key, entry) in zip(keys, entries) {
            if text.utf8.count > 1 { text += ", " }
            text += key
            text += entry?.json ?? "null"
        }
        return text + "}"
    }

    /// One row of CSV with its end of line; empty where nothing was measured.
    package static func line(_ entries: [Entry?]) -> String { CSV.line(entries.map { $0?.raw ?? "" }) }
}
