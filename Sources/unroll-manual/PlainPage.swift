import Foundation
import Reports

/// The text of a page as HTML that needs no script.
///
/// docc 6.3 can put the text of articles into their pages itself (--experimental-transform-for-static-hosting-with-content): it leaves
/// out tutorials, gives pictures the path they were read from, and crashes on the pages of this manual.
struct PlainPage {
    private let page: PageData
    /// From the page to the site's root: empty, or ending with a slash.
    private let root: String

    /// - Parameter path: of the page, from the site's root.
    init(_ json: Data, path: String) throws {
        do { page = try JSONDecoder().decode(PageData.self, from: json) } catch {
            throw ManualError("docc's data of '\(path)' are not as they were: \(error)")
        }
        root = String(repeating: "../", count: path.count { $0 == "/" })
    }

    var title: String { page.metadata.title ?? "unroll" }

    func html() throws -> String {
        var text = "<nav><a href=\"\(root)documentation/unroll/index.html\">unroll</a></nav>"
        text += "<h1>\(Escape.markup(title))</h1>"
        if let abstract = page.abstract { text += "<p class=\"abstract\">\(try html(abstract))</p>" }
        for section in page.primaryContentSections ?? [] { text += try html(section.content) }
        for section in page.sections ?? [] { text += try html(section) }
        for topics in page.topicSections ?? [] where topics.generated != true {
            text += "<h3>\(Escape.markup(topics.title ?? "Read on"))</h3><ul>"
            for identifier in topics.identifiers {
                let about = try html(page.references[identifier]?.abstract)
                text += "<li>\(link(identifier))" + (about.isEmpty ? "" : ": \(about)") + "</li>"
            }
            text += "</ul>"
        }
        return text
    }

    /// A part of a tutorial, or of the list of them.
    private func html(_ section: PageData.Section) throws -> String {
        var text = try html(section.content)
        for chapter in section.chapters ?? [] {
            text += "<h2>\(Escape.markup(chapter.name))</h2>" + (try html(chapter.content))
            text += "<ul>" + chapter.tutorials.map { "<li>\(link($0))</li>" }.joined() + "</ul>"
        }
        for task in section.tasks ?? [] {
            text += "<h2>\(Escape.markup(task.title))</h2>"
            for part in task.contentSection { text += try html(part.content) + picture(part.media) }
            text += "<ol>"
            for step in task.stepsSection {
                let lines = step.code.flatMap { page.references[$0]?.content }
                text += "<li>\(try html(step.content))\(lines.map(listing) ?? "")\(picture(step.media))</li>"
            }
            text += "</ol>"
        }
        return text
    }

    private func html(_ nodes: [PageData.Node]?) throws -> String { try (nodes ?? []).map(html).joined() }

    private func html(_ node: PageData.Node) throws -> String {
        switch node.type {
        case "text": Escape.markup(node.text ?? "")
        case "codeVoice": "<code>\(Escape.markup(node.code.joined()))</code>"
        case "codeListing": listing(node.code)
        case "paragraph": "<p>\(try html(node.inlineContent))</p>"
        case "emphasis": "<em>\(try html(node.inlineContent))</em>"
        case "strong": "<strong>\(try html(node.inlineContent))</strong>"
        case "heading": "<h\(node.level ?? 2)>\(Escape.markup(node.text ?? ""))</h\(node.level ?? 2)>"
        case "reference": link(node.identifier ?? "")
        case "image": picture(node.identifier)
        case "unorderedList": "<ul>\(try items(node))</ul>"
        case "orderedList": "<ol>\(try items(node))</ol>"
        case "table": try table(node)
        default: throw ManualError("docc's data have a '\(node.type)', which no plain page shows yet: see PlainPage")
        }
    }

    private func items(_ node: PageData.Node) throws -> String {
        try (node.items ?? []).map { "<li>\(try html($0.content))</li>" }.joined()
    }

    private func table(_ node: PageData.Node) throws -> String {
        let rows = try (node.rows ?? []).enumerated().map { index, row in
            let cells = try row.enumerated().map { column, cell in
                let isRight = node.alignments.map { $0.indices.contains(column) && $0[column] == "right" } ?? false
                let tag = index == 0 ? "th" : "td"
                return "<\(tag)\(isRight ? " class=\"right\"" : "")>\(try html(cell))</\(tag)>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        return "<table>\(rows.joined())</table>"
    }

    private func listing(_ lines: [String]) -> String {
        "<pre><code>\(Escape.markup(lines.joined(separator: "\n")))</code></pre>"
    }

    private func link(_ identifier: String) -> String {
        let reference = page.references[identifier]
        let words = Escape.markup(reference?.title ?? identifier)
        guard let url = reference?.url else { return words }
        let sides = url.split(separator: "#", maxSplits: 1)
        // Within the site an address begins at the root, and each page is a folder.
        let address = url.hasPrefix("/") ? "\(root)\(sides[0].dropFirst())/index.html" : url
        return "<a href=\"\(Escape.markup(address))\">\(words)</a>"
    }

    private func picture(_ identifier: String?) -> String {
        guard let identifier, let reference = page.references[identifier], let url = reference.variants?.first?.url
        else {
            return ""
        }
        let words = Escape.markup(reference.alt ?? "")
        return "<img alt=\"\(words)\" src=\"\(root)\(Escape.markup(String(url.dropFirst())))\">"
    }
}
