import Foundation

/// A page for readers, with what it shows of commands: README.md, a page of the manual, or its tutorial.
struct Document: CustomStringConvertible {
    /// From the root of the repository.
    let path: String
    let text: String

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
    static let catalogue = "Sources/unroll-manual/unroll.docc"

    init(_ path: String) throws {
        self.path = path
        text = try String(contentsOfFile: "\(Document.root)/\(path)", encoding: .utf8)
    }

    /// README.md and all of the manual's catalogue.
    static let all: [Document] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(catalogue)")) ?? []
        let pages = names.sorted().filter { $0.hasSuffix(".md") || $0.hasSuffix(".tutorial") }
        return (["README.md"] + pages.map { "\(catalogue)/\($0)" }).compactMap { try? Document($0) }
    }()

    var description: String { path }

    /// Commands that stand together.
    struct Commands {
        var lines: [String] = []
        /// What the page shows of their output; nil for nothing.
        var shown: [String]?
    }

    enum Part {
        /// A file that the reader is to write.
        case file(name: String, text: String)
        case commands(Commands)
    }

    /// What a reader would do who types all of it, in order: commands in fences of `shell`, what they print in a fence of `text` next
    /// to it, and files after `<!-- save as NAME -->`. Of a tutorial the files of its steps: commands, and as comments what they
    /// print, where they end with `.sh`.
    func parts() throws -> [Part] {
        guard !path.hasSuffix(".tutorial") else { return try steps() }
        var parts: [Part] = []
        var (name, isAfterCommands) = (String?.none, false)
        var rest = text.components(separatedBy: "\n")[...]
        while let line = rest.popFirst() {
            if let saved = Document.argument(of: "save as", line) { name = saved }
            guard line.hasPrefix("```") else {
                isAfterCommands = false
                continue
            }
            let inside = Array(rest.prefix { $0 != "```" })
            rest = rest.dropFirst(inside.count + 1)
            if let file = name {
                parts.append(.file(name: file, text: inside.joined(separator: "\n") + "\n"))
                name = nil
            } else if line == "```text", isAfterCommands, case .commands(var commands) = parts.last {
                commands.shown = inside
                parts[parts.count - 1] = .commands(commands)
            }
            isAfterCommands = line == "```shell"
            if isAfterCommands { parts.append(.commands(Commands(lines: Document.joined(inside)))) }
        }
        return parts
    }

    private func steps() throws -> [Part] {
        try text.components(separatedBy: ", file: ").dropFirst().map { rest in
            let name = String(rest.prefix { $0 != ")" })
            let text = try Document("\(Document.catalogue)/\(name)").text
            guard name.hasSuffix(".sh") else { return .file(name: name, text: text) }
            let lines = Document.joined(text.components(separatedBy: "\n"))
            let shown = lines.filter { $0.hasPrefix("# ") }.map { String($0.dropFirst(2)) }
            return .commands(Commands(lines: lines.filter { !$0.hasPrefix("#") }, shown: shown))
        }
    }

    /// Lines that are code without being a fence of `shell`, and so are not run.
    var otherCode: [String] {
        var (found, fence) = ([String](), String?.none)
        for line in text.components(separatedBy: "\n") {
            if line.hasPrefix("```") {
                fence = fence == nil ? line : nil
            } else if fence == "```" || fence == nil && line.hasPrefix("    ") {
                found.append(line.trimmingCharacters(in: .whitespaces))
            }
        }
        return found
    }

    /// Lines with those that a backslash continues, without empty ones.
    private static func joined(_ lines: [String]) -> [String] {
        lines.joined(separator: "\n").replacingOccurrences(of: "\\\n", with: " ").components(separatedBy: "\n")
            .filter { !$0.isEmpty }
    }

    /// What stands after the word in a comment on a separate line; nil for any other line.
    static func argument(of word: String, _ line: String) -> String? {
        let (opening, closing) = ("<!-- \(word) ", " -->")
        guard line.hasPrefix(opening), line.hasSuffix(closing) else { return nil }
        return String(line.dropFirst(opening.count).dropLast(closing.count))
    }
}
