import Foundation
import Testing

/// Numbers on the command line, found in the help of all commands: one rule for all of them, which is that of files.
struct NumberArgumentTests {
    /// Every option that takes a number: those with one as their default, and those that have none.
    private static func options() throws -> [[String]] {
        try HelpEntry.all().compactMap { entry in
            guard entry.kind == "option", let name = entry.name else { return nil }
            let isNumber = entry.help.firstMatch(of: /\(default: [0-9.]+\)$/) != nil
            let others = ["--length", "--updates", "--every", "--shards", "--at-most", "--attempts"]
            return isNumber || others.contains(name) ? entry.command + [name] : nil
        }
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
