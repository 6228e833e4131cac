import Foundation
import Testing

/// `unroll index`: experiments/README.md is what it prints of the committed files and results.
struct IndexCommandTests {
    @Test("The committed index is that of the committed files and results")
    func committed() throws {
        let ending = try Scratch().start(Program.unroll.path, ["index", "experiments"], directory: Document.root)
            .wait()
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        let page = try String(contentsOfFile: "\(Document.root)/experiments/README.md", encoding: .utf8)
        #expect(ending.output == page, "run make index")
    }

    @Test("Files without results have their question; a directory without files is refused")
    func files() throws {
        let scratch = try Scratch()
        try scratch.write(
            "experiment: one\nquestion: What of it?\nmodel: {cell: lstm, input: 3, hidden: 5}\nbatch: 2\nlength: 6\n"
                + "strategies: [full]\n", to: "mine/one.yaml")
        let ending = try scratch.unroll("index", "mine")
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        #expect(
            ending.output.hasSuffix(
                """
                ## Without results here

                - [one](one.yaml): What of it?

                This page again:

                    unroll index mine > mine/README.md

                """), "\(ending)")
        // A link to the folder is the folder.
        try FileManager.default.createSymbolicLink(
            atPath: "\(scratch.path)/link", withDestinationPath: "\(scratch.path)/mine")
        let linked = try scratch.unroll("index", "link")
        #expect(linked.output == ending.output.replacingOccurrences(of: "mine", with: "link"), "\(linked)")
        try scratch.write("", to: "empty/note.txt")
        try expect(
            scratch.unroll("index", "empty"), Ending(65, complaint: "unroll: 'empty' has no experiment file\n"))
    }
}
