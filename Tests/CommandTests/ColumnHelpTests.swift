import Foundation
import Testing

/// Help of commands that print tables ends with what their columns are.
struct ColumnHelpTests {
    @Test("Every command that takes '--columns' says at the end of its help what each is")
    func meanings() throws {
        let commands = try HelpEntry.all().filter { $0.name == "--columns" }.map(\.command)
        #expect(commands.contains(["compare"]) && commands.contains(["plan"]) && commands.contains(["measure"]))
        for command in commands {
            let help = try Scratch().run(Program.unroll.path, command + ["--help"])
            #expect(help.code == 0 && help.complaint.isEmpty)
            let parts = help.output.components(separatedBy: "\nCOLUMNS")
            #expect(parts.count > 1, "\(command)")
            #expect(try Scratch().run(Program.unroll.path, ["help"] + command) == help)
            let lines = parts.dropFirst().joined().split(separator: "\n").map(String.init)
            #expect(lines.allSatisfy { $0.count <= 80 }, "\(command)")
            let names = lines.filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            #expect(names.count >= 3)
            for line in names { #expect(line.contains(/^  [a-z_]+  +[^ ]/), "\(command): '\(line)' has no meaning") }
        }
    }

    @Test("A name that help has can be chosen")
    func names() throws {
        let scratch = try Scratch()
        let help = try scratch.unroll("plan", "--help").output
        let list = try #require(
            help.components(separatedBy: "\nCOLUMNS:\n").last?.components(separatedBy: "\n\n").first)
        let names = list.split(separator: "\n").compactMap { $0.firstMatch(of: /^  ([a-z_]+)/).map { String($0.1) } }
        let shown = try scratch.unroll(
            "plan", "--length", "10", "--offline", "--format", "csv", "--columns", names.joined(separator: ","))
        #expect(shown.code == 0)
        #expect(shown.output.hasPrefix(names.joined(separator: ",") + "\n"))
    }
}
