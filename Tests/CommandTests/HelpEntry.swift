import Testing

/// An option or argument of a command, as the program's own help tells it.
struct HelpEntry {
    /// The words of its command, without the program's name.
    let command: [String]
    /// `--name`; nil for an argument that stands by its place.
    let name: String?
    let kind: String
    let valueName: String
    let help: String

    /// Those of all commands, in the order of the help.
    static func all() throws -> [HelpEntry] {
        var found: [HelpEntry] = []
        func visit(_ command: [String: Any], under above: [String]) {
            let words = above + [command["commandName"] as? String ?? ""]
            for argument in command["arguments"] as? [[String: Any]] ?? [] {
                let name = (argument["preferredName"] as? [String: Any])?["name"] as? String
                found.append(
                    HelpEntry(
                        command: Array(words.dropFirst()), name: name.map { "--\($0)" },
                        kind: argument["kind"] as? String ?? "", valueName: argument["valueName"] as? String ?? "",
                        help: argument["abstract"] as? String ?? ""))
            }
            for inner in command["subcommands"] as? [[String: Any]] ?? [] { visit(inner, under: words) }
        }
        let dump = try object(Scratch().unroll("--experimental-dump-help").output)
        visit(try #require(dump["command"] as? [String: Any]), under: [])
        return found
    }
}
