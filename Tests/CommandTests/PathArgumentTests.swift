import Foundation
import Testing

/// Paths on the command line, found in the help of all commands.
struct PathArgumentTests {
    /// Every option and argument that names a path: the words that give it an empty one.
    private static func emptyPaths() throws -> [(words: [String], name: String)] {
        try HelpEntry.all().compactMap { entry in
            guard entry.kind != "flag", entry.command.first != "help",
                ["file", "dir", "path", "results", "experiments"].contains(entry.valueName)
            else { return nil }
            return (entry.command + (entry.name.map { [$0] } ?? []) + [""], entry.name ?? entry.valueName)
        }
    }

    @Test("An empty path is refused everywhere, by the same words")
    func empty() throws {
        let scratch = try Scratch()
        let paths = try PathArgumentTests.emptyPaths()
        #expect(paths.count >= 20)
        for (words, name) in paths {
            let ending = try scratch.run(Program.unroll.path, words)
            #expect(
                ending.code == 64 && ending.output.isEmpty
                    && ending.complaint.contains("a path is empty; allowed: the name of a file or directory\n"),
                "\(words) \(name): \(ending)")
        }
        #expect(scratch.contents == [])
    }

    @Test("In an experiment file and on the measuring program's command line too")
    func elsewhere() throws {
        let scratch = try Scratch()
        for empty in ["''", "\"\""] {
            try scratch.write(FileErrorTests.tiny + "disk: \(empty)\n", to: "disk.yaml")
            try expect(
                scratch.unroll("run", "disk.yaml"),
                Ending(65, complaint: "unroll: disk.yaml:10:7: 'disk' is ''; allowed: a directory\n"))
        }
        for key in ["export", "timeline", "evidence", "disk"] {
            try expect(
                scratch.run(Program.trial.path, ["measure", "\(key)="]),
                Ending(64, complaint: "unroll-trial: '\(key)' is ''; allowed: the name of a file or directory\n"))
        }
        for key in ["checkpoint", "resume", "disk"] {
            try expect(
                scratch.run(Program.trial.path, ["train", "\(key)="]),
                Ending(64, complaint: "unroll-trial: '\(key)' is ''; allowed: the name of a file or directory\n"))
        }
    }
}
