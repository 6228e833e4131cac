extension Table {
    /// Aligned columns for a terminal, two spaces apart, details left out. Where a cell takes more than one line, an empty
    /// one parts the rows.
    var plainText: String {
        let shown = columns.indices.filter { !columns[$0].isDetail }
        let wrapped = rows.map { row in
            shown.map { column in columns[column].width.map { wrap(human(row, column), at: $0) } ?? [human(row, column)]
            }
        }
        let isTall = wrapped.contains { $0.contains { $0.count > 1 } }
        var lines = [shown.map { columns[$0].title }]
        for cells in wrapped {
            if isTall { lines.append(shown.map { _ in "" }) }
            for index in 0..<cells.map(\.count).max()! {
                lines.append(cells.map { index < $0.count ? $0[index] : "" })
            }
        }
        let widths = widths(of: lines)
        return lines.map { line in
            var text = ""
            for (place, column) in shown.enumerated() {
                text += (place > 0 ? "  " : "") + pad(line[place], to: widths[place], columns[column].alignment)
            }
            return String(text.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }

    /// Lines of at most so many characters, broken between words; a longer word has a line of its own.
    private func wrap(_ text: String, at width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines.isEmpty ? [""] : lines
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
