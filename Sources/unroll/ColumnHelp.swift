import ArgumentParser
import Foundation
import Reports

/// A command that prints tables: what their columns are stands at the end of its help.
protocol TablePrinting: ParsableCommand {
    /// The lists of columns, each under a heading.
    static var tables: [ColumnList] { get }
}

/// Columns under a heading.
struct ColumnList: Sendable {
    let heading: String
    let columns: [Table.Column]

    init(_ heading: String, _ columns: [Table.Column]) { (self.heading, self.columns) = (heading, columns) }
}

extension TablePrinting {
    /// A line a column, under the name that '--columns' takes: what it is, wrapped beside it.
    static var columnHelp: String {
        let width = Terminal.outputColumns ?? 80
        return tables.map { list in
            let indent = 2
            let longest = list.columns.map(\.name.count).max() ?? 0
            let lines = list.columns.map { column in
                let about = wrap(column.about, to: max(24, width - indent - longest - 2))
                    .split(separator: "\n", omittingEmptySubsequences: false)
                let name = column.name.padding(toLength: longest + 2, withPad: " ", startingAt: 0)
                return about.enumerated().map { index, line in
                    String(repeating: " ", count: indent)
                        + (index == 0 ? name : String(repeating: " ", count: longest + 2)) + line
                }.joined(separator: "\n")
            }
            return "\n\(list.heading.uppercased()):\n\(lines.joined(separator: "\n"))\n"
        }.joined()
    }
}

extension Unroll {
    /// The help with what the columns are, where it is that of a command that prints tables.
    static func completed(_ help: String) -> String {
        for case let command as any TablePrinting.Type in configuration.subcommands
        where help == helpMessage(for: command) {
            // What prints it ends the last line.
            return help + command.columnHelp.dropLast()
        }
        return help
    }
}
