import Foundation
import Testing

/// What README.md and the manual show is what the programs print.
///
/// A block stands between `<!-- unroll ARGUMENTS -->` and `<!-- end -->`, each on a separate line: the text between equals what
/// `unroll ARGUMENTS` prints in the repository's root. It may stand in a fence. Between `<!-- file PATH -->` and `<!-- end -->`
/// stands that file. With UNROLL_RECORD=1 the test writes the blocks anew.
struct DocumentTests {
    @Test(arguments: Document.all)
    func blocks(_ document: Document) throws {
        let isRecording = ProcessInfo.processInfo.environment["UNROLL_RECORD"] == "1"
        let scratch = try Scratch()
        var recorded: [String] = []
        var rest = document.text.components(separatedBy: "\n")[...]
        while let line = rest.popFirst() {
            recorded.append(line)
            let file = Document.argument(of: "file", line)
            let words = Document.argument(of: "unroll", line)?.split(separator: " ").map(String.init)
            guard file != nil || words != nil else { continue }
            let end = try #require(rest.firstIndex(of: "<!-- end -->"), "'\(line)' has no '<!-- end -->'")
            let shown = rest[..<end]
            rest = rest[end...]

            let text: String
            if let file {
                text = try String(contentsOfFile: "\(Document.root)/\(file)", encoding: .utf8)
            } else {
                let ending = try scratch.start(words ?? [], directory: Document.root).wait()
                guard ending.code <= 1 else {
                    Issue.record("\(line): \(ending)")
                    recorded += shown
                    continue
                }
                text = ending.output
            }
            var printed = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            // The last line ends with a line feed, after which there is none.
            printed.removeLast()
            if let opening = shown.first, opening.hasPrefix("```") { printed = [opening] + printed + ["```"] }
            if !isRecording {
                #expect(Array(shown) == printed, "\(line): run UNROLL_RECORD=1 to write \(document) anew")
            }
            recorded += printed
        }
        let page = recorded.joined(separator: "\n")
        if isRecording, page != document.text {
            try Data(page.utf8).write(to: URL(fileURLWithPath: "\(Document.root)/\(document)"))
        }
    }

    @Test func someBlocksAreThere() {
        let marked = Document.all.filter { $0.text.contains("\n<!-- end -->") }.map(\.path)
        #expect(marked.contains("README.md") && marked.count > 4)
    }
}
