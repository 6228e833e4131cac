import Files

extension Table.Entry {
    /// The shortest text that reads back as the same value; nil where nothing was measured.
    var raw: String? {
        switch self {
        case .text(let text): text
        case .integer(let value): String(value)
        case .real(let value): value.isFinite ? String(value) : nil
        case .flag(let value): String(value)
        }
    }

    /// As JSON has it; nil where nothing was measured.
    var json: String? {
        if case .text(let text) = self { return text.quotedForJSON() }
        return raw
    }
}

extension Table {
    /// RFC 4180 but for the line's end: raw figures, empty where nothing was measured.
    var csv: String {
        CSV.line(columns.map(\.name)) + rows.map { row in CSV.line(row.map { $0?.raw ?? "" }) }.joined()
    }

    /// An array of objects, one a line, keys in the columns' order; null where nothing was measured.
    var json: String {
        guard !rows.isEmpty else { return "[]\n" }
        return "[\n\(objects.map { "  " + $0 }.joined(separator: ",\n"))\n]\n"
    }

    /// An object a row, on one line.
    package var objects: [String] {
        let keys = columns.map { $0.name.quotedForJSON() }
        return rows.map { row in
            "{\(zip(keys, row).map { "\($0): \($1?.json ?? "null")" }.joined(separator: ", "))}"
        }
    }
}
