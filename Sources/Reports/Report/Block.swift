/// A part of a page: rendered as Markdown for repositories and as HTML for browsers from the one definition.
///
/// Texts have two marks, as in Markdown: backquotes around what a program reads, two asterisks around what matters most.
package enum Block: Hashable, Sendable {
    case heading(Int, String, anchor: String)
    case paragraph(String)
    case list([String])
    case table(Table)
    case figure(Picture)
    /// Commands to type.
    case commands([String])
    /// Long, and folded until somebody asks.
    case folded(String, [Block])
}

extension [Block] {
    /// - Parameter folder: where the pictures of these blocks are, seen from the page: empty, or ending with a slash.
    package func markdown(folder: String = "") -> String {
        map { block in
            switch block {
            case .heading(let level, let text, _): String(repeating: "#", count: level) + " " + text + "\n"
            case .paragraph(let text): text + "\n"
            case .list(let items): items.map { "- \($0)\n" }.joined()
            case .table(let table): table.text(as: .markdown)
            case .figure(let picture):
                "![\(picture.plot.title)](\(folder)\(picture.plot.name).svg)\n\n*\(picture.plot.caption)*\n"
            case .commands(let lines): lines.map { "    \($0)\n" }.joined()
            case .folded(let title, let blocks):
                "<details>\n<summary>\(escaped(title))</summary>\n\n\(blocks.markdown(folder: folder))\n</details>\n"
            }
        }.joined(separator: "\n")
    }

    /// - Parameter prefix: of the names in the pictures of these blocks.
    package func html(prefix: String) -> String {
        map { block in
            switch block {
            case .heading(let level, let text, let anchor):
                "<h\(level)\(anchor.isEmpty ? "" : " id=\"\(escaped(anchor))\"")>\(inline(text))</h\(level)>\n"
            case .paragraph(let text): "<p>\(inline(text))</p>\n"
            case .list(let items): "<ul>\n\(items.map { "<li>\(inline($0))</li>\n" }.joined())</ul>\n"
            case .table(let table): table.html
            case .figure(let picture):
                "<figure id=\"\(prefix)-\(picture.plot.name)\">\n\(picture.inline(prefix: "\(prefix)-\(picture.plot.name)"))"
                    + "<figcaption>\(escaped(picture.plot.caption))</figcaption>\n</figure>\n"
            case .commands(let lines): "<pre>\(escaped(lines.joined(separator: "\n")))</pre>\n"
            case .folded(let title, let blocks):
                "<details>\n<summary>\(escaped(title))</summary>\n\(blocks.html(prefix: prefix))</details>\n"
            }
        }.joined()
    }

    /// Backquotes become code, two asterisks strong, a link `[text](address)` an anchor.
    private func inline(_ text: String) -> String {
        var result = escaped(text)
        for (mark, tag) in [("**", "strong"), ("`", "code")] {
            let parts = result.split(on: mark)
            result = parts.enumerated().map { index, part in
                index % 2 == 1 && index < parts.count - 1 ? "<\(tag)>\(part)</\(tag)>" : part
            }.joined()
        }
        while let open = result.range(of: "["), let middle = result[open.upperBound...].range(of: "]("),
            let close = result[middle.upperBound...].range(of: ")")
        {
            result =
                result[..<open.lowerBound] + "<a href=\"\(result[middle.upperBound..<close.lowerBound])\">"
                + result[open.upperBound..<middle.lowerBound] + "</a>" + result[close.upperBound...]
        }
        return result
    }
}

extension String {
    fileprivate func split(on mark: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let found = rest.range(of: mark) {
            parts.append(String(rest[..<found.lowerBound]))
            rest = rest[found.upperBound...]
        }
        return parts + [String(rest)]
    }
}

extension Table {
    /// Raw figures go along as values to sort by; wide tables scroll on their own.
    var html: String {
        let head = columns.map { column in
            "<th scope=\"col\"\(column.alignment == .right ? " class=\"figure\"" : "")>\(escaped(column.title))</th>"
        }
        let body = rows.map { row in
            "<tr>"
                + zip(columns, row).map { column, entry in
                    let text = escaped(entry?.text(column.format) ?? Table.absent)
                    guard column.alignment == .right else { return "<td>\(text)</td>" }
                    let value = entry?.number.map { " data-value=\"\($0)\"" } ?? ""
                    return "<td class=\"figure\"\(value)>\(text)</td>"
                }.joined() + "</tr>\n"
        }
        return
            "<div class=\"table\"><table>\n<thead><tr>\(head.joined())</tr></thead>\n<tbody>\n\(body.joined())</tbody>\n"
            + "</table></div>\n"
    }
}
