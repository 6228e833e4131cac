import ArgumentParser
import Foundation

/// What the parser says of a command's options, as far as it matters here. To ask it takes milliseconds.
struct DeclaredCommand: Decodable {
    let commandName: String
    let arguments: [Argument]?

    struct Argument: Decodable {
        let kind: String
        let isRepeating: Bool
        let names: [Name]?

        struct Name: Decodable {
            let kind: String
            let name: String
        }

        func isNamed(_ word: String) -> Bool {
            (names ?? []).contains { ($0.kind == "long" ? "--" : "-") + $0.name == word }
        }
    }

    /// All commands; none where the parser says it in other words, as another version of it may.
    static var all: [DeclaredCommand] {
        struct Root: Decodable {
            let command: Command
            struct Command: Decodable { let subcommands: [DeclaredCommand]? }
        }
        let root = try? JSONDecoder().decode(Root.self, from: Data(Unroll._dumpHelp().utf8))
        return root?.command.subcommands ?? []
    }
}
