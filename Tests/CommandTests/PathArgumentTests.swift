import Foundation
import Testing

/// Paths on the command line, found in the help of all commands.
struct PathArgumentTests {
    /// Every option and argument that names a path: the words that give it an empty one.
    private static func emptyPaths() throws -> [(words: [String], name: String)] {
        var found: [(words: [String], name: String)] = []
        func visit(_ command: [String: Any], under above: [String]) {
            let words = above + [command["commandName"] as? String ?? ""]
            for argument in command["arguments"] as? [[String: Any]] ?? [] {
                let value = argument["valueName"] as? String ?? ""
                let name = (argument["preferredName"] as? [String: Any])?["name"] as? String
                guard argument["kind"] as? String != "flag", words.first != "help",
                    ["file", "dir", "path", "results", "experiments"].contains(value)
                else { continue }
                found.append(
                    (words.dropFirst() + (name.map { ["--\($0)", ""] } ?? [""]), name.map { "--\($0)" } ?? value))
            }
            for inner in command["subcommands"] as? [[String: Any]] ?? [] { visit(inner, under: words) }
        }
        let dump = try object(Scratch().unroll("--experimental-dump-help").output)
        visit(try #require(dump["command"] as? [String: Any]), under: [])
        return found
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
