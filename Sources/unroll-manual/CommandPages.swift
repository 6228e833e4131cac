import Reports

/// A page for each command, and one that lists them, made of the parser's own account.
struct CommandPages {
    private let root: CommandHelp

    init(_ root: CommandHelp) { self.root = root }

    func pages(usage: (String) throws -> String) throws -> [MadePage] {
        // `help` is the parser's own and every other names it.
        let commands = (root.subcommands ?? []).filter { $0.commandName != "help" }
        let list = commands.map { "- <doc:\(CommandPages.name(of: $0))>" }.joined(separator: "\n")
        let index = MadePage(
            name: "Commands",
            text: """
                # Every command

                What each command does and takes, as its own `--help` says it.

                ## Overview

                \(CommandPages.discussion(root.discussion ?? ""))
                ## Topics

                ### Commands

                \(list)

                """)
        return try [index] + commands.map { try page(of: $0, usage: usage($0.commandName)) }
    }

    private static func name(of command: CommandHelp) -> String { "Command-\(command.commandName)" }

    private func page(of command: CommandHelp, usage: String) -> MadePage {
        let arguments = (command.arguments ?? []).filter { $0.shouldDisplay && $0.preferredName?.name != "help" }
        var sections: [(title: String, arguments: [CommandHelp.Argument])] = []
        for argument in arguments {
            let title = argument.preferredName == nil ? "Arguments" : argument.sectionTitle ?? "Options"
            if let index = sections.firstIndex(where: { $0.title == title }) {
                sections[index].arguments.append(argument)
            } else {
                sections.append((title, [argument]))
            }
        }
        var text = """
            # unroll \(command.commandName)

            \(Escape.markdown(command.abstract ?? ""))

            ## Overview

            ```
            \(usage)
            ```

            \(CommandPages.discussion(command.discussion ?? ""))
            """
        for section in sections {
            text += "\n## \(section.title)\n\n" + section.arguments.map(CommandPages.item).joined()
        }
        return MadePage(name: CommandPages.name(of: command), text: text)
    }

    /// Paragraphs, and lines that begin with two spaces as what is typed.
    static func discussion(_ text: String) -> String {
        var (result, isCode) = ("", false)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let begins = line.hasPrefix("  ")
            if begins != isCode { result += begins ? "```shell\n" : "```\n" }
            isCode = begins
            result += (begins ? String(line.dropFirst(2)) : Escape.markdown(String(line))) + "\n"
        }
        return result + (isCode ? "```\n" : "")
    }

    private static func item(_ argument: CommandHelp.Argument) -> String {
        var sentences = [Escape.markdown(argument.abstract ?? "", startsLine: false)]
        if let values = argument.allValues, !values.isEmpty {
            sentences.append("One of " + values.map { "`\($0)`" }.joined(separator: ", ") + ".")
        }
        if let usual = argument.defaultValue { sentences.append("By default `\(usual)`.") }
        if !argument.isOptional { sentences.append("Required.") }
        if argument.isRepeating { sentences.append("May be given several times.") }
        var text = "- `\(argument.spelling)`: \(sentences.filter { !$0.isEmpty }.joined(separator: " "))\n"
        for line in (argument.discussion ?? "").split(separator: "\n") {
            text += "  - \(Escape.markdown(String(line)))\n"
        }
        return text
    }
}
