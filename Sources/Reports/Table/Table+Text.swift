extension Table {
    /// Aligned columns for a terminal, two spaces apart, details left out.
    var plainText: String {
        let shown = columns.indices.filter { !columns[$0].isDetail }
        let lines = [shown.map { columns[$0].title }] + rows.map { row in shown.map { human(row, $0) } }
        let widths = widths(of: lines)
        return lines.map { line in
            var text = ""
            for (place, column) in shown.enumerated() {
                text += (place > 0 ? "  " : "") + pad(line[place], to: widths[place], columns[column].alignment)
            }
            return String(text.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }

    /// A GitHub table, its source aligned too.
    var markdown: String {
        let lines =
            [columns.map { escape($0.title) }] + rows.map { row in columns.indices.map { escape(human(row, $0)) } }
        let widths = widths(of: lines).map { max($0, 3) }
        let rule = zip(columns, widths).map { column, width in
            let dashes = String(repeating: "-", count: width - 1)
            return column.alignment == .left ? ":" + dashes : dashes + ":"
        }
        var text = lines.map { line in columns.indices.map { pad(line[$0], to: widths[$0], columns[$0].alignment) } }
        text.insert(rule, at: 1)
        return text.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    }

    private func human(_ row: [Entry?], _ column: Int) -> String {
        // A line break would break the line of the table.
        let text = row[column]?.text(columns[column].format) ?? Table.absent
        return String(text.map { $0.isNewline ? " " : $0 })
    }

    /// A bar would end the cell.
    private func escape(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }

    private func widths(of lines: [[String]]) -> [Int] {
        lines[0].indices.map { place in lines.map { $0[place].count }.max()! }
    }

    private func pad(_ text: String, to width: Int, _ alignment: Alignment) -> String {
        let spaces = String(repeating: " ", count: width - text.count)
        return alignment == .left ? text + spaces : spaces + text
    }
}
