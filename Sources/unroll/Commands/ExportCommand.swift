import ArgumentParser
import Experiments
import Files
import Foundation
import Quantities
import Reports
import Runner
import Trials

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes results as one typed table for other programs: JSON lines, SQLite or Parquet.",
        discussion: """
            All experiments in one table, a row a repetition, with the columns of measurements.csv: bytes and steps are \
            whole numbers, seconds and ratios real ones, exactness is true or false, and what was not measured is null. A row is \
            written as it is read, whatever the number of rows. Each is checked by itself; 'unroll compare' checks them \
            against each other.

              unroll export results > results.jsonl
              unroll export results --format sqlite --output results.db
              unroll export results --format parquet --output results.parquet

            SQLite has a second table, environments: the build and the machine that a row's 'environment' stands for. Parquet \
            is written by DuckDB: pip install duckdb-cli.
            """)

    @Argument(help: "measurements.csv files, or directories that hold them.", transform: pathArgument) var results:
        [String]
    @Option(help: "What to write.") var format = ExportFormat.jsonl
    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp(
            "Where to write it; standard output when not given. A file is replaced when the new one is whole.",
            valueName: "file"), transform: pathArgument)
    var output: String?

    func validate() throws {
        if format == .sqlite, output == nil {
            throw ValidationError("'--format sqlite' writes a database, which is a file: give '--output FILE'")
        }
    }

    func run() throws {
        let path = output ?? "-"
        let destination = try writing(path) { try Destination(path) }
        if format != .jsonl, case .descriptor(let number) = destination, isatty(number) == 1 {
            throw fail(
                "'--format \(format.rawValue)' is nothing to read on a terminal: give '--output FILE'",
                code: Exit.usage)
        }
        try expectWritable([path])
        var rows = try ExportedRows(files: results.flatMap { path in try reporting { try Results.files(at: path) } })
        let children = Children()
        try InterruptionGuard.during(
            children,
            onInterrupt: {
                guard case .file(let folder, let name) = destination else {
                    return writeError("unroll: interrupted\n")
                }
                OutputFile.removeLeftover(of: "\(folder)/\(name)")
                writeError("unroll: interrupted; '\(path)' is as it was\n")
            }
        ) {
            switch format {
            case .jsonl: try writeLines(&rows)
            case .sqlite: try writeDatabase(&rows, to: path)
            case .parquet:
                let program = try DuckDB()
                let file = try writing(path) { try OutputFile(path) }
                do {
                    try program.write(.measurements, to: file, children: children) { try rows.next() }
                } catch let failure as OtherProgramFailure {
                    throw fail("\(failure)", code: Exit.failed)
                } catch let error as FileError {
                    throw fail("cannot write '\(path)': \(error.reason)", code: Exit.system)
                }
                try writing(path) { try file.commit() }
            }
        }
        guard case .file = destination else { return }
        print("\(counted(rows.count, "row")) of \(counted(rows.experiments.count, "experiment")) in \(path)")
    }

    private func writeLines(_ rows: inout ExportedRows) throws {
        let keys = Table.keys(TypedTable.measurements.columns.map(\.name))
        guard let output else {
            while let row = try rows.next() { print(Table.object(keys, row)) }
            return
        }
        let file = try writing(output) { try OutputFile(output) }
        while let row = try rows.next() { try writing(output) { try file.write(Table.object(keys, row) + "\n") } }
        try writing(output) { try file.commit() }
    }

    private func writeDatabase(_ rows: inout ExportedRows, to path: String) throws {
        let file = try writing(path) { try SQLiteFile(path, [.measurements, Environment.table]) }
        while let row = try rows.next() { try writing(path) { try file.add(row, to: 0) } }
        for environment in rows.environments { try writing(path) { try file.add(environment.entries, to: 1) } }
        try writing(path) { try file.commit() }
    }
}

enum ExportFormat: String, CaseIterable, ExpressibleByArgument { case jsonl, sqlite, parquet }
