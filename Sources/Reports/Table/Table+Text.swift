import Files

extension Table {
    /// Aligned columns for a terminal, two spaces apart, details left out. Where a cell takes more than one line, an empty
    /// one parts the rows.
    ///
    /// - Parameters:
    ///   - most: the terminal's columns; nil for as wide as it needs.
    ///   - hint: how to see the columns for which there is no space, below the table where there are any.
    package func plainText(within most: Int?, hint: String = "") -> String {
        let cells = cells { human($0, $1) }
        let above = groupingColumns(of: cells, within: most ?? Table.usualWidth)
        guard above > 0 else {
            let (lines, left) = lines(of: cells, within: most)
            return lines.joined() + explanation(of: left, hint, within: most)
        }
        let rest = Table(
            columns: Array(columns.dropFirst(above)), rows: rows.map { Array($0.dropFirst(above)) })
        let indent = String(repeating: " ", count: Layout.space)
        let (lines, left) = rest.lines(
            of: cells.map { Array($0.dropFirst(above)) }, within: most.map { Swift.max(1, $0 - Layout.space) })
        var text = indent + lines[0]
        for (index, line) in lines.dropFirst().enumerated() {
            if index == 0 || cells[index].prefix(above) != cells[index - 1].prefix(above) {
                let heading = zip(columns, cells[index].prefix(above)).map { "\($0.title) \($1)" }
                text += (index == 0 ? "" : "\n") + wrap(heading.joined(separator: ", "), to: most) + "\n"
            }
            text += line.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                .map { $0.isEmpty ? "\n" : indent + $0 + "\n" }.joined()
        }
        return text + rest.explanation(of: left, hint, within: most)
    }

    /// What a terminal has where nothing else is known.
    private static let usualWidth = 80

    /// How many of the leading columns are said above the rows that share them: as few as make the table narrow enough, and none
    /// that would leave a row alone.
    private func groupingColumns(of cells: [[String]], within most: Int) -> Int {
        guard leading > 0, rows.count > 1 else { return 0 }
        let natural = layout(of: cells, within: nil)
        guard natural.width > most else { return 0 }
        var count = 0
        while count < leading, natural.width(without: count) + Layout.space > most {
            let groups = Set(cells.map { $0.prefix(count + 1) }).count
            guard 2 * groups <= cells.count else { break }
            count += 1
        }
        return count
    }

    private func explanation(of left: [Int], _ hint: String, within most: Int?) -> String {
        guard !left.isEmpty else { return "" }
        let names = left.map { columns[$0].name }.joined(separator: ", ")
        return "\n" + wrap("Not shown at this width: \(names). \(hint)", to: most) + "\n"
    }

    /// The titles and each row, and the columns for which there is no space.
    private func lines(of cells: [[String]], within most: Int?) -> (lines: [String], left: [Int]) {
        let layout = layout(of: cells, within: most)
        let titles = columns.map(\.title)
        let blocks = ([titles] + cells).map { line in
            zip(layout.shown, layout.widths).map { column, width in
                let width = Swift.min(width, columns[column].width ?? width)
                guard line[column].displayWidth > width else { return [line[column]] }
                return line[column].wrapped(to: width, breakingWords: layout.breaksWords)
            }
        }
        let isTall = blocks.dropFirst().contains { $0.contains { $0.count > 1 } }
        let lines = blocks.enumerated().map { index, block in
            var text = isTall && index > 0 ? "\n" : ""
            for place in 0..<(block.map(\.count).max() ?? 1) {
                let parts = zip(zip(layout.shown, layout.widths), block).map { column, lines in
                    pad(place < lines.count ? lines[place] : "", to: column.1, columns[column.0].alignment)
                }
                let line = parts.joined(separator: String(repeating: " ", count: Layout.space))
                let last = line.utf8.lastIndex { $0 != UInt8(ascii: " ") }
                text += line[..<(last.map(line.utf8.index(after:)) ?? line.startIndex)] + "\n"
            }
            return text
        }
        return (lines, layout.left)
    }

    /// A GitHub table, its source aligned too.
    var markdown: String {
        let lines = [columns.map { escape($0.title) }] + cells { escape(human($0, $1)) }
        let widths = widths(of: lines).map { max($0, 3) }
        let rule = zip(columns, widths).map { column, width in
            let dashes = String(repeating: "-", count: width - 1)
            return column.alignment == .left ? ":" + dashes : dashes + ":"
        }
        var text = lines.map { line in columns.indices.map { pad(line[$0], to: widths[$0], columns[$0].alignment) } }
        text.insert(rule, at: 1)
        return text.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    }

    /// Every row's texts. Parts of a whole have as many decimals as say something, and their points one below the other.
    private func cells(_ text: ([Entry?], Int) -> String) -> [[String]] {
        var cells = rows.map { row in columns.indices.map { text(row, $0) } }
        for column in columns.indices where columns[column].format == .share {
            let decimals = cells.map { $0[column].split(separator: ".").dropFirst().first?.count ?? 0 }
            let most = decimals.max() ?? 0
            for row in cells.indices where decimals[row] > 0 {
                cells[row][column] += String(repeating: " ", count: most - decimals[row])
            }
        }
        return cells
    }

    private func human(_ row: [Entry?], _ column: Int) -> String {
        // A line break would break the line of the table.
        let text = row[column]?.text(columns[column].format) ?? Table.absent
        guard !text.isPrintableASCII else { return text }
        return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).joined(separator: " ").shown()
    }

    private func escape(_ text: String) -> String { Escape.markdown(text, startsLine: false) }

    private func widths(of lines: [[String]]) -> [Int] {
        lines[0].indices.map { place in lines.map { $0[place].displayWidth }.max()! }
    }

    private func pad(_ text: String, to width: Int, _ alignment: Alignment) -> String {
        let spaces = String(repeating: " ", count: Swift.max(0, width - text.displayWidth))
        return alignment == .left ? text + spaces : spaces + text
    }
}
