import ArgumentParser
import Quantities
import Trials

/// Commands, options and words of lists that do not exist, reported as everywhere: with the nearest word.
enum UnknownWord {
    /// What is said of a command that is none; nil where there is one, or options alone. The parser blames what follows it, and
    /// shows help for no command where help is asked for.
    ///
    /// - Parameter words: the command line, without the program's name.
    static func command(in words: [String]) -> String? {
        guard let word = words.first == "help" ? words.dropFirst().first : words.first, !word.hasPrefix("-") else {
            return nil
        }
        let commands = Unroll.configuration.subcommands.map { $0._commandName } + ["help"]
        guard !commands.contains(word) else { return nil }
        return usageError(ParameterError(unknown: word, kind: "command", of: commands).description, of: nil)
    }

    /// As the parser writes its own errors.
    ///
    /// - Parameter command: nil for none.
    static func usageError(_ text: String, of command: (any ParsableCommand.Type)?) -> String {
        let name = ["unroll", command?._commandName].compactMap(\.self).joined(separator: " ")
        return """
            Error: \(text)
            Usage: \(command.map { Unroll.usageString(for: $0) } ?? Unroll.usageString())
              See '\(name) --help' for more information.

            """
    }

    /// The parser's text of an error, in which an option or a word of a list that is none has the nearest one after it.
    ///
    /// What is missing may be there under a name that is no option's, which is then what is said.
    ///
    /// - Parameter words: the command line, without the program's name.
    static func hinted(_ text: String, _ words: [String]) -> String {
        if text.hasPrefix("Error: Missing expected argument"), let unknown = option(in: words),
            let command = Unroll.configuration.subcommands.first(where: { $0._commandName == words.first })
        {
            let text = "Unknown option '\(unknown)'\(ParameterError.hint(to: unknown, of: options(of: words.first)))"
            return String(usageError(text, of: command).dropLast())
        }
        if let text = engine(in: words) { return text }
        let option = /(Error: Unknown option '(--[^\n]*?)')(?:\. Did you mean '[^']*'\?)?(\n.*)/.dotMatchesNewlines()
        if let match = text.wholeMatch(of: option) {
            return "\(match.1)\(ParameterError.hint(to: String(match.2), of: options(of: words.first)))\(match.3)"
        }
        let listed =
            /(Error: The value '(.*)' is invalid for '(?:--)?([^ ']+)[^']*')\. Please provide one of ([^\n]*)\.(\n.*)/
        if let match = text.wholeMatch(of: listed.dotMatchesNewlines()) {
            let values = match.4.matches(of: /'([^']*)'/).map { String($0.1) }
            let error = ParameterError(unknown: String(match.2), kind: String(match.3), of: values)
            return "\(match.1): \(error)\(match.5)"
        }
        return text
    }

    /// What is said of `--engine` where a command is about unroll's own networks; nil where it is not given, or may be.
    private static func engine(in words: [String]) -> String? {
        let name = "--\(Factor.engine.rawValue)"
        guard let command = Unroll.configuration.subcommands.first(where: { $0._commandName == words.first }),
            words.prefix(while: { $0 != "--" }).contains(where: { $0 == name || $0.hasPrefix(name + "=") }),
            !options(of: words.first).contains(name)
        else { return nil }
        let text =
            "'\(name)' is an option of measure, and a factor of experiment files; \(command._commandName) is about unroll's own "
            + "networks"
        return String(usageError(text, of: command).dropLast())
    }

    /// The first word that looks like an option of the command and is none.
    private static func option(in words: [String]) -> String? {
        let options = options(of: words.first)
        return words.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }.map { String($0.prefix { $0 != "=" }) }
            .first { !options.contains($0) }
    }

    private static func options(of command: String?) -> [String] {
        let command = DeclaredCommand.all.first { $0.commandName == command }
        let names = (command?.arguments ?? []).flatMap { $0.names ?? [] }
        return names.filter { $0.kind == "long" }.map { "--\($0.name)" }
    }
}
