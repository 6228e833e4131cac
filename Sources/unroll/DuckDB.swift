import Files
import Reports
import Runner

/// The program that writes Parquet: DuckDB's command line, which reads CSV on its standard input and writes the file to its
/// output, row group by row group. Arrow's own library is C++ with templates across its interface, which Swift does not import.
struct DuckDB {
    private let program: OtherProgram

    /// Ends the command where it is not installed.
    init() throws {
        do {
            program = try OtherProgram("duckdb", dropping: ["DUCKDB*"])
        } catch {
            throw fail(
                "Parquet is written by DuckDB, and \(error); install it with: pip install duckdb-cli",
                code: Exit.lacking)
        }
    }

    /// Writes a table to an output, which is not whole before the caller commits it.
    ///
    /// - Parameter next: the next row; nil at the end.
    func write(
        _ table: TypedTable, to output: OutputFile, children: Children, rows next: () throws -> [Table.Entry?]?
    ) throws {
        let columns = table.columns.map { "'\($0.name)': '\($0.kind.duckDB)'" }.joined(separator: ", ")
        // One thread keeps the order, and one row group in memory. Nothing of somebody's own settings is read.
        let statement = """
            SET threads = 1; \
            COPY (SELECT * FROM read_csv('/dev/stdin', auto_detect = false, header = false, delim = ',', quote = '"', \
            escape = '"', nullstr = '', columns = {\(columns)})) TO '/dev/stdout' (FORMAT parquet)
            """
        try program.stream(
            ["-init", "/dev/null", "-c", statement], children: children,
            input: {
                var part = ""
                while part.utf8.count < DuckDB.part, let row = try next() { part += Table.line(row) }
                return part.isEmpty ? nil : Array(part.utf8)
            }, output: { try output.write($0) })
    }

    /// How many bytes of rows are handed over at once.
    private static let part = 1 << 16
}

extension TypedColumn.Kind {
    fileprivate var duckDB: String {
        switch self {
        case .text: "VARCHAR"
        case .integer: "BIGINT"
        case .real: "DOUBLE"
        case .flag: "BOOLEAN"
        }
    }
}
