import Files
import Foundation
import MarkdownStructure
import Reports
import Schedules
import Shapes
import Testing
import Trials

/// Words from files stay words, in every format.
struct EscapeTests {
    static let hostile = [
        "<script>alert(1)</script>", "# heading", "![x](https://e.example/i.png)", "[a](javascript:alert(1))", "`code`",
        "**b** _c_ ~d~", "a | b", "- item", "1. one", "&lt;b&gt;", "\" onload=\"x", "' x='", "a\n# b\r\n\n> c",
        "\\`x\\`",
        "\u{1B}[2J\u{9B}31m\u{7}", "\u{202E}gnp", "$(id)", "`id`", "=cmd|' /C calc'!A0", "]]>", "-->", "--",
        "\"\u{301}",
    ]

    @Test("HTML and SVG: no tag, no end of an attribute, no control character", arguments: hostile)
    func markup(text: String) {
        let escaped = Escape.markup(text)
        #expect(!escaped.contains { "<>\"".contains($0) })
        #expect(!escaped.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
    }

    /// Known answers by GitHub's rules: what means nothing where it stands stays as it is.
    @Test func markdown() {
        for (text, expected) in [
            ("# a", "\\# a"), ("a # b", "a # b"), ("- a", "\\- a"), ("a - b", "a - b"), ("1. a", "1\\. a"),
            ("v1.2", "v1.2"),
            ("a_b c_ _d", "a_b c\\_ \\_d"), ("[a](b)", "\\[a\\](b)"), ("![a](b)", "!\\[a\\](b)"), ("<b>", "\\<b>"),
            ("a|b\\|c", "a\\|b\\\\\\|c"), ("&amp; & b", "\\&amp; & b"), ("`a`", "\\`a\\`"), ("a\n\n# b", "a # b"),
            ("    code", "code"), ("\u{1B}[0m", "\\\\u{1B}\\[0m"),
            ("5.3.0-0-g54 (R) @ 2.1GHz", "5.3.0-0-g54 (R) @ 2.1GHz"),
        ] { #expect(Escape.markdown(text) == expected) }
    }

    @Test("Links lead to https, http and relative addresses alone")
    func addresses() {
        for text in ["https://a.b/c?d=e", "http://a.b", "tiny/report.md", "#claims", "a/b:c", "?q=a:b"] {
            #expect(Escape.isAddress(text), "\(text)")
        }
        for text in [
            "javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:alert(1)", " javascript:x", "\u{1}javascript:x",
            "data:text/html,x", "vbscript:x", "file:///etc/passwd", "java\nscript:x", "\\\\host\\share",
        ] { #expect(!Escape.isAddress(text), "\(text)") }
    }

    @Test("gnuplot: one quoted text on one line", arguments: hostile)
    func gnuplot(text: String) {
        let quoted = Escape.gnuplot(text)
        #expect(quoted.hasPrefix("'") && quoted.hasSuffix("'") && !quoted.contains { $0.isNewline })
        #expect(quoted.dropFirst().dropLast().replacing("''", with: "").contains("'") == false)
    }

    @Test("The shell reads back the word", arguments: hostile)
    func shell(text: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "printf %s \(text.quotedForShell)"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(String(decoding: data, as: UTF8.self) == text)
    }

    private func report(_ words: String) throws -> ExperimentReport {
        let row = Row(experiment: "t", trial: try Trial(words: []), repetition: 1, status: .ok)
        return ExperimentReport(
            "t", question: words, rows: [row], judgements: [], drawings: [], accuracy: nil,
            environment: [("processor", words)], again: ["unroll run"])
    }

    @Test("A question and an environment stay text on both pages", arguments: hostile)
    func pages(text: String) throws {
        let (report, plain) = (try report(text), try report("plain"))
        #expect(structure(ofMarkdown: report.markdown) == structure(ofMarkdown: plain.markdown))
        let pages = [Page([report], judgements: []), Page([plain], judgements: [])]
        #expect(structure(ofMarkdown: pages[0].markdown) == structure(ofMarkdown: pages[1].markdown))
        for mark in ["<", ">", "\""] {
            let counts = pages.map { page in page.html.utf8.count { $0 == mark.utf8.first } }
            #expect(counts[0] == counts[1])
        }
        for page in [report.markdown, pages[0].html] {
            #expect(!page.unicodeScalars.contains { $0 != "\n" && ($0.properties.generalCategory == .control) })
            #expect(!page.contains("\u{202E}"))
        }
    }

    @Test("Marks are those of literals, in pairs; what is put in has none")
    func marks() {
        let name = "a`b**[c](javascript:d)"
        let text: MarkedText = "**\(name)** is `\(name)`, see [\(name)](t/report.md), 2 * 3 ** 4 (or ` [5])"
        let list: PageElement = .list([text])
        #expect(
            [list].markdown() == """
                - **a\\`b\\*\\*\\[c\\](javascript:d)** is `a\\u{60}b**[c](javascript:d)`, see \
                [a\\`b\\*\\*\\[c\\](javascript:d)](t/report.md), 2 * 3 ** 4 (or ` [5])

                """)
        #expect(
            [list].html(prefix: "p") == """
                <ul>
                <li><strong>a`b**[c](javascript:d)</strong> is <code>a`b**[c](javascript:d)</code>, see \
                <a href="t/report.md">a`b**[c](javascript:d)</a>, 2 * 3 ** 4 (or ` [5])</li>
                </ul>

                """)
        // An address that is none leaves the words.
        for address in ["javascript:alert(1", "data:text/html,x"] {
            #expect([.paragraph("[a](\(address))")].html(prefix: "p") == "<p>a</p>\n")
        }
    }

    @Test("A script for gnuplot is the same but for what stands in quotes", arguments: hostile)
    func plots(text: String) throws {
        func script(_ text: String) throws -> String {
            let trial = try Trial(
                cell: .lstm, input: 256, length: 4, strategy: .full, task: .text(file: text, encoding: .bytes),
                updates: 2)
            let plot = try #require(Plot.learning([(.full, [(0, 1), (1, 0.5)])], trial: trial))
            // Between two quotes, where two in a row are one.
            var (outside, isQuoted) = ("", false)
            for scalar in plot.script(to: text).unicodeScalars {
                if scalar == "'" { isQuoted.toggle() } else if !isQuoted { outside.unicodeScalars.append(scalar) }
            }
            return outside
        }
        // A title takes as many lines as it needs.
        let plain = try (0..<12).map { try script(String(repeating: "x", count: 1 + 20 * $0)) }
        #expect(Set(plain).count > 2)
        #expect(try plain.contains(script(text)))
    }

    @Test("JSON reads back the text, and has nothing that steers a terminal", arguments: hostile)
    func json(text: String) throws {
        let quoted = text.quotedForJSON()
        #expect(!quoted.unicodeScalars.contains(where: String.steers))
        let read = try JSONSerialization.jsonObject(with: Data("[\(quoted)]".utf8)) as? [String]
        #expect(read == [text])
    }

    @Test("CSV has the text as it is, in quotes where those are needed")
    func csv() {
        for (text, expected) in [
            ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"), ("a,b", "\"a,b\""), ("\"\u{301}", "\"\"\"\u{301}\""),
            ("\u{1B}[31m", "\u{1B}[31m"),
        ] {
            let table = Table(columns: [Table.Column("message", .text)], entries: [[.text(text)]])
            #expect(Array(table.text(as: .csv).utf8) == Array("message\n\(expected)\n".utf8))
        }
    }

    @Test("A terminal's table has nothing that steers it", arguments: hostile)
    func terminal(text: String) {
        let table = Table(columns: [Table.Column("message", .text)], entries: [[.text(text)]])
        for rendering in [Table.Rendering.table, .markdown] {
            let shown = table.text(as: rendering)
            #expect(!shown.unicodeScalars.contains { $0 != "\n" && String.steers($0) })
            #expect(shown.split(separator: "\n").count == (rendering == .table ? 2 : 3))
        }
    }

    /// The page's policy names its scripts by hash, so that no other runs.
    @Test func theScriptsAreThePolicys() throws {
        let html = Page([try report("q")], judgements: []).html
        let scripts = html.components(separatedBy: "<script>").dropFirst().map { part in
            part.components(separatedBy: "</script>")[0]
        }
        #expect(scripts.count > 3)
        for script in scripts { #expect(html.contains("'sha256-\(try hash(of: script))'")) }
        #expect(html.components(separatedBy: "'sha256-").count - 1 == scripts.count)
    }

    /// SHA-256 in base 64.
    private func hash(of text: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.path + "/unroll-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
        process.arguments = [file]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let digits = Array(output.fileHandleForReading.readDataToEndOfFile().prefix(64))
        process.waitUntilExit()
        let bytes = stride(from: 0, to: 64, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
        return Data(bytes).base64EncodedString()
    }
}
