import Foundation
import Testing

/// What README.md shows is what the programs print.
///
/// A block stands between `<!-- unroll ARGUMENTS -->` and `<!-- end -->`, each a line of its own: the text between
/// equals what `unroll ARGUMENTS` prints in the repository's root. It may stand in a fence. Between `<!-- file PATH -->` and
/// `<!-- end -->` stands that file. With UNROLL_RECORD=1 the test writes the blocks anew.
struct ReadmeTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    private static let file = root + "/README.md"

    @Test(.enabled(if: FileManager.default.fileExists(atPath: file), "there is no README.md"))
    func blocks() throws {
        let isRecording = ProcessInfo.processInfo.environment["UNROLL_RECORD"] == "1"
        let text = try String(contentsOfFile: ReadmeTests.file, encoding: .utf8)
        let scratch = try Scratch()
        var recorded: [String] = []
        var rest = text.components(separatedBy: "\n")[...]
        var blocks = 0
        while let line = rest.popFirst() {
            recorded.append(line)
            let file = ReadmeTests.argument(of: "file", line)
            let words = ReadmeTests.argument(of: "unroll", line)?.split(separator: " ").map(String.init)
            guard file != nil || words != nil else { continue }
            let end = try #require(rest.firstIndex(of: "<!-- end -->"), "'\(line)' has no '<!-- end -->'")
            let shown = rest[..<end]
            rest = rest[end...]
            blocks += 1

            let text: String
            if let file {
                text = try String(contentsOfFile: "\(ReadmeTests.root)/\(file)", encoding: .utf8)
            } else {
                let ending = try scratch.start(words ?? [], directory: ReadmeTests.root).wait()
                guard ending.code <= 1 else {
                    Issue.record("\(line): \(ending)")
                    recorded += shown
                    continue
                }
                text = ending.output
            }
            var printed = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            // The last line ends with a line feed, behind which there is none.
            printed.removeLast()
            if let opening = shown.first, opening.hasPrefix("```") { printed = [opening] + printed + ["```"] }
            if !isRecording {
                #expect(Array(shown) == printed, "\(line): run UNROLL_RECORD=1 to write README.md anew")
            }
            recorded += printed
        }
        #expect(blocks > 0, "README.md has no block '<!-- unroll … -->'")
        let page = recorded.joined(separator: "\n")
        if isRecording, page != text { try Data(page.utf8).write(to: URL(fileURLWithPath: ReadmeTests.file)) }
    }

    /// What stands behind the word in a block's first line; nil for any other line.
    private static func argument(of word: String, _ line: String) -> String? {
        let (opening, closing) = ("<!-- \(word) ", " -->")
        guard line.hasPrefix(opening), line.hasSuffix(closing) else { return nil }
        return String(line.dropFirst(opening.count).dropLast(closing.count))
    }
}
