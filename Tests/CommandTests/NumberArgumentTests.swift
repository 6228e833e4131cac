import Foundation
import Testing

/// Numbers on the command line, found in the help of all commands: one rule for all of them, which is that of files.
struct NumberArgumentTests {
    /// Every option that takes a number: those with one as their default, and those that have none.
    private static func options() throws -> [[String]] {
        var found: [[String]] = []
        func visit(_ command: [String: Any], under above: [String]) {
            let words = above + [command["commandName"] as? String ?? ""]
            for argument in command["arguments"] as? [[String: Any]] ?? [] {
                guard argument["kind"] as? String == "option",
                    let name = (argument["preferredName"] as? [String: Any])?["name"] as? String
                else { continue }
                let help = argument["abstract"] as? String ?? ""
                let isNumber = help.firstMatch(of: /\(default: [0-9.]+\)$/) != nil
                if isNumber || ["length", "updates", "every", "shards", "at-most", "attempts"].contains(name) {
                    found.append(words.dropFirst() + ["--\(name)"])
                }
            }
            for inner in command["subcommands"] as? [[String: Any]] ?? [] { visit(inner, under: words) }
        }
        let dump = try object(Scratch().unroll("--experimental-dump-help").output)
        visit(try #require(dump["command"] as? [String: Any]), under: [])
        return found
    }

    @Test("Other bases, leading zeros and what is no number are refused everywhere")
    func numbers() throws {
        let scratch = try Scratch()
        let options = try NumberArgumentTests.options()
        #expect(options.count >= 35)
        #expect(options.contains(["train", "--learning-rate"]) && options.contains(["train", "--clip"]))
        for words in options {
            for value in ["0x10", "010", "nan"] {
                let ending = try scratch.run(Program.unroll.path, words + [value])
                #expect(
                    ending.code == 64 && ending.output.isEmpty
                        && ending.complaint.contains("The value '\(value)' is invalid for '\(words[1]) ")
                        && ending.complaint.contains(", in decimal digits, without leading zeros\n"),
                    "\(words) \(value): \(ending)")
            }
        }
        #expect(scratch.contents == [])
    }
}
