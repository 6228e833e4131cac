import Files

/// A part of a page: rendered as Markdown for repositories and as HTML for browsers from the one definition.
package enum PageElement: Hashable, Sendable {
    case heading(Int, MarkedText, anchor: String)
    case paragraph(MarkedText)
    case list([MarkedText])
    case table(Table)
    case figure(RenderedPlot)
    /// Commands to type.
    case commands([String])
    /// Long, and folded until somebody asks.
    case folded(String, [PageElement])
}

extension [PageElement] {
    /// - Parameter folder: where the pictures of these blocks are, seen from the page: empty, or ending with a slash.
    package func markdown(folder: String = "") -> String {
        map { block in
            switch block {
            case .heading(let level, let text, _): String(repeating: "#", count: level) + " \(text.markdown)\n"
            case .paragraph(let text): text.markdown + "\n"
            case .list(let items): items.map { "- \($0.markdown)\n" }.joined()
            case .table(let table): table.text(as: .markdown)
            case .figure(let picture):
                "![\(Escape.markdown(picture.plot.title, startsLine: false))](\(folder)\(picture.plot.name).svg)\n\n"
                    + "*\(Escape.markdown(picture.plot.caption, startsLine: false))*\n"
            case .commands(let lines): lines.map { "    \($0.shown())\n" }.joined()
            case .folded(let title, let blocks):
                "<details>\n<summary>\(Escape.markup(title))</summary>\n\n\(blocks.markdown(folder: folder))\n</details>\n"
            }
        }.joined(separator: "\n")
    }

    /// - Parameter prefix: of the names in the pictures of these blocks.
    package func html(prefix: String) -> String {
        map { block in
            switch block {
            case .heading(let level, let text, let anchor):
                "<h\(level)\(anchor.isEmpty ? "" : " id=\"\(Escape.markup(anchor))\"")>\(text.html)</h\(level)>\n"
            case .paragraph(let text): "<p>\(text.html)</p>\n"
            case .list(let items): "<ul>\n\(items.map { "<li>\($0.html)</li>\n" }.joined())</ul>\n"
            case .table(let table) where table.rows.count > Table.mostOnPage:
                "<p>\(table.rows.count) lines: those of a table this long are in report.md beside the measurements.</p>\n"
            case .table(let table): table.html
            case .figure(let picture):
                "<figure id=\"\(prefix)-\(picture.plot.name)\">\n"
                    + CompactMarkup(picture.inline(prefix: "\(prefix)-\(picture.plot.name)")).text
                    + "<figcaption>\(Escape.markup(picture.plot.caption))</figcaption>\n</figure>\n"
            case .commands(let lines): "<pre>\(Escape.markup(lines.joined(separator: "\n")))</pre>\n"
            case .folded(let title, let blocks):
                "<details>\n<summary>\(Escape.markup(title))</summary>\n\(blocks.html(prefix: prefix))</details>\n"
            }
        }.joined()
    }
}

extension Table {
    /// The most lines of a table on a page for browsers: the explorer has every trial, and more are read by programs.
    fileprivate static let mostOnPage = 60

    /// Raw figures go along as values to sort by, where the text is not the figure; wide tables scroll on their own. How a
    /// column is aligned is said once, and not in each of its cells; these end where the next begins, as HTML has it.
    var html: String {
        let head = columns.map { "<th scope=\"col\">\(Escape.markup($0.title))</th>" }
        let right = zip(1..., columns).filter { $1.alignment == .right }.map { "r\($0.0)" }.joined(separator: " ")
        let body = rows.map { row in
            "<tr>"
                + zip(columns, row).map { column, entry in
                    let text = Escape.markup(entry?.text(column.format) ?? Table.absent)
                    guard column.alignment == .right, let number = entry?.number, Double(text) == nil else {
                        return "<td>\(text)"
                    }
                    return "<td data-v=\"\(HTMLPage.figure(number))\">\(text)"
                }.joined() + "</tr>\n"
        }
        let alignment = right.isEmpty ? "" : " class=\"\(right)\""
        return "<div class=\"table\"><table\(alignment)>\n<thead><tr>\(head.joined())</tr></thead>\n<tbody>\n"
            + "\(body.joined())</tbody>\n</table></div>\n"
    }
}
