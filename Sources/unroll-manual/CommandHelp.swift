/// A command as `--experimental-dump-help` of swift-argument-parser has it (ToolInfo.swift, version 0). What makes DocC pages of
/// it there, generate-docc-reference, is no product that a package could call in a build.
struct CommandHelp: Decodable {
    let commandName: String
    let abstract: String?
    let discussion: String?
    let arguments: [Argument]?
    let subcommands: [CommandHelp]?

    struct Argument: Decodable {
        let kind: String
        let preferredName: Name?
        let valueName: String?
        let sectionTitle: String?
        let isOptional: Bool
        let isRepeating: Bool
        let shouldDisplay: Bool
        let defaultValue: String?
        let allValues: [String]?
        let abstract: String?
        let discussion: String?

        struct Name: Decodable {
            let kind: String
            let name: String
        }

        /// As help writes it: `--hidden <hidden>`.
        var spelling: String {
            let value = "<\(valueName ?? "")>"
            guard let preferredName else { return isRepeating ? value + " ..." : value }
            let dashes = preferredName.kind == "long" ? "--" : "-"
            return dashes + preferredName.name + (kind == "flag" ? "" : " " + value)
        }
    }
}
