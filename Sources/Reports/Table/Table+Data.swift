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
}

extension Table {
    /// RFC 4180 but for the line's end: raw figures, empty where nothing was measured.
    var csv: String {
        let lines = [columns.map(\.name)] + rows.map { row in row.map { $0?.raw ?? "" } }
        return lines.map { $0.map(quoteForCSV).joined(separator: ",") + "\n" }.joined()
    }

    /// An array of objects, one a line, keys in the columns' order; null where nothing was measured.
    var json: String {
        guard !rows.isEmpty else { return "[]\n" }
        let keys = columns.map { Escape.json($0.name) }
        let objects = rows.map { row in
            let members = zip(keys, row).map { key, entry in
                guard let entry, let raw = entry.raw else { return "\(key): null" }
                if case .text(let text) = entry { return "\(key): \(Escape.json(text))" }
                return "\(key): \(raw)"
            }
            return "  {\(members.joined(separator: ", "))}"
        }
        return "[\n\(objects.joined(separator: ",\n"))\n]\n"
    }

    private func quoteForCSV(_ text: String) -> String {
        // Scalars and not characters: "\r\n" is one character.
        guard text.unicodeScalars.contains(where: { ["\"", ",", "\r", "\n"].contains($0) }) else { return text }
        // By bytes: a quote and an accent after it are one character, too.
        return "\"" + text.replacing("\"", "\"\"") + "\""
    }
}
