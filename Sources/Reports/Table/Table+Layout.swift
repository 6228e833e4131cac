extension Table {
    /// Which columns a terminal's table has, and how wide they are.
    struct Layout {
        /// Columns that are shown, and their widths.
        var shown: [Int]
        var widths: [Int]
        /// Columns for which there is no space.
        var left: [Int] = []
        /// Words wider than their column are broken.
        var breaksWords = false

        static let space = 2
        var width: Int { width(without: 0) }

        /// The same without the first columns that are shown.
        func width(without first: Int) -> Int {
            let rest = widths.dropFirst(first)
            return rest.reduce(0, +) + Layout.space * Swift.max(0, rest.count - 1)
        }
    }

    /// Text in fewer columns than this is no longer read with ease; where a table has nothing else to give, half of it.
    private static let leastText = 16

    /// As wide as its text needs, or no wider than a terminal: first columns of text wrap, then columns go, those without a figure
    /// first, then the least important and of equals the last. Those of rank 1 go only where broken words do not make room for them;
    /// the first column stays, and those of rank 0.
    ///
    /// - Parameters:
    ///   - cells: what people read, a list for each row and in it a text for each column.
    ///   - most: the terminal's columns; nil for no limit.
    func layout(of cells: [[String]], within most: Int?) -> Layout {
        let shown = columns.indices.filter { !columns[$0].isDetail }
        let titles = columns.map(\.title.displayWidth)
        var (natural, words) = (titles, titles)
        for column in shown {
            for row in cells {
                let text = row[column]
                if let preferred = columns[column].width, text.displayWidth > preferred {
                    let lines = text.wrapped(to: preferred, breakingWords: false)
                    natural[column] = Swift.max(natural[column], lines.map(\.displayWidth).max()!)
                } else {
                    natural[column] = Swift.max(natural[column], text.displayWidth)
                }
                guard most != nil, columns[column].format == .text else { continue }
                words[column] = Swift.max(words[column], text.split(separator: " ").map(\.displayWidth).max() ?? 0)
            }
        }
        var layout = Layout(shown: shown, widths: shown.map { natural[$0] })
        guard let most else { return layout }
        func least(_ column: Int) -> Int {
            guard columns[column].format == .text else { return natural[column] }
            return Swift.min(natural[column], Swift.max(words[column], Table.leastText))
        }
        func broken(_ layout: Layout) -> Layout {
            var layout = layout
            layout.breaksWords = true
            layout.shrink(
                to: most,
                least: layout.shown.map { columns[$0].format == .text ? Swift.min(natural[$0], 8) : natural[$0] })
            return layout
        }
        func rank(_ column: Int) -> Int {
            rows.allSatisfy { $0[column] == nil } ? Int.max : columns[column].rank
        }
        while layout.width > most {
            layout.shrink(to: most, least: layout.shown.map(least))
            if layout.width <= most { break }
            let droppable = layout.shown.dropFirst().filter { columns[$0].rank > 0 }
            let worst = droppable.max(by: { (rank($0), $0) < (rank($1), $1) })
            guard let worst, rank(worst) > 1 || broken(layout).width > most else {
                layout = broken(layout)
                break
            }
            let gone = droppable.filter {
                $0 == worst || columns[$0].group != nil && columns[$0].group == columns[worst].group
            }
            layout.left += gone
            layout.shown.removeAll(where: gone.contains)
            layout.widths = layout.shown.map { natural[$0] }
        }
        layout.left.sort()
        return layout
    }
}

extension Table.Layout {
    /// Takes from the widest column, a place at a time, until all fit or none may be narrower.
    mutating func shrink(to most: Int, least: [Int]) {
        while width > most {
            let narrowable = widths.indices.filter { widths[$0] > least[$0] }
            guard let widest = narrowable.max(by: { widths[$0] < widths[$1] }) else { return }
            widths[widest] -= 1
        }
    }
}
