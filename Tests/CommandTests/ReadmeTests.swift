import Foundation
import Testing

/// What README.md shows is what the programs print.
///
/// A block stands between `<!-- unroll ARGUMENTS -->` and `<!-- end -->`, each a line of its own: the text between
/// equals what `unroll ARGUMENTS` prints in the repository's root. It may stand in a fence. With UNROLL_RECORD=1 the
/// test writes the blocks anew.
struct ReadmeTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
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
            guard let words = ReadmeTests.words(line) else { continue }
            let end = try #require(rest.firstIndex(of: "<!-- end -->"), "'\(line)' has no '<!-- end -->'")
            let shown = rest[..<end]
            rest = rest[end...]
            blocks += 1

            let ending = try scratch.start(words, directory: ReadmeTests.root).wait()
            guard ending.code <= 1 else {
                Issue.record("\(line): \(ending)")
                recorded += shown
                continue
            }
            var printed = ending.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
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

    /// The arguments of a block's first line; nil for any other line.
    private static func words(_ line: String) -> [String]? {
        let (opening, closing) = ("<!-- unroll ", " -->")
        guard line.hasPrefix(opening), line.hasSuffix(closing) else { return nil }
        return line.dropFirst(opening.count).dropLast(closing.count).split(separator: " ").map(String.init)
    }
}
