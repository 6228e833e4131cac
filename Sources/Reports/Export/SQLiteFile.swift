import CSQLite
package import Files
import Glibc

/// A new SQLite database, written row by row: it takes its name when it is whole.
///
/// A boolean is 0 or 1 in a column of type BOOLEAN, for SQLite has no other; what was not measured is NULL.
package final class SQLiteFile {
    private let path: String
    private let output: OutputFile
    private var database: OpaquePointer?
    private var statements: [OpaquePointer] = []

    /// - Throws: ``FileError``; also where the path is of a pipe or a device, in which nothing can be found again.
    package init(_ path: String, _ tables: [TypedTable]) throws(FileError) {
        self.path = path
        output = try OutputFile(path)
        guard let draft = output.draftPath else {
            throw FileError(path, doing: "write it", reason: "a database needs a regular file")
        }
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX
        try check(sqlite3_open_v2(draft, &database, flags, nil))
        // The draft is thrown away where it does not become whole, and goes to the disk when it takes its name.
        for setting in ["journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE"] {
            try run("PRAGMA \(setting)")
        }
        try run("BEGIN")
        for table in tables {
            let columns = table.columns.map { "\(quoted($0.name)) \($0.kind.sql)" }.joined(separator: ", ")
            try run("CREATE TABLE \(quoted(table.name)) (\(columns))")
            let places = table.columns.map { _ in "?" }.joined(separator: ", ")
            var statement: OpaquePointer?
            let insertion = "INSERT INTO \(quoted(table.name)) VALUES (\(places))"
            try check(sqlite3_prepare_v2(database, insertion, -1, &statement, nil))
            statements.append(statement!)
        }
    }

    deinit {
        for statement in statements { sqlite3_finalize(statement) }
        sqlite3_close(database)
    }

    /// Adds a row to the table with this number.
    package func add(_ entries: [Table.Entry?], to table: Int) throws(FileError) {
        let statement = statements[table]
        for (place, entry) in zip(Int32(1)..., entries) { try check(bind(entry, statement, place)) }
        try check(sqlite3_step(statement))
        try check(sqlite3_reset(statement))
    }

    /// The database is whole: it has its name from here on.
    package func commit() throws(FileError) {
        try run("COMMIT")
        try output.commit()
    }

    private func bind(_ entry: Table.Entry?, _ statement: OpaquePointer, _ place: Int32) -> Int32 {
        switch entry {
        case nil: return sqlite3_bind_null(statement, place)
        case .integer(let value): return sqlite3_bind_int64(statement, place, Int64(value))
        // A real number that is not finite is one not measured.
        case .real(let value):
            return value.isFinite
                ? sqlite3_bind_double(statement, place, value) : sqlite3_bind_null(statement, place)
        case .flag(let value): return sqlite3_bind_int64(statement, place, value ? 1 : 0)
        case .text(var text), .labelled(_, word: var text):
            return text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    unroll_bind_text(statement, place, $0.baseAddress, Int32($0.count))
                }
            }
        }
    }

    private func run(_ sql: String) throws(FileError) { try check(sqlite3_exec(database, sql, nil, nil, nil)) }

    private func check(_ code: Int32) throws(FileError) {
        guard ![SQLITE_OK, SQLITE_DONE, SQLITE_ROW].contains(code) else { return }
        // SQLite says "disk I/O error" where the system has said why; its own note of that is gone after some statements.
        let last = errno
        let noted = sqlite3_system_errno(database)
        let number = noted == 0 ? last : noted
        switch code & 0xFF {
        case SQLITE_FULL: throw FileError(path, doing: "write it", number: ENOSPC)
        case SQLITE_IOERR, SQLITE_CANTOPEN: throw FileError(path, doing: "write it", number: number)
        default: throw FileError(path, doing: "write it", reason: String(cString: sqlite3_errmsg(database)))
        }
    }

    private func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
}

extension TypedColumn.Kind {
    fileprivate var sql: String {
        switch self {
        case .text: "TEXT"
        case .integer: "INTEGER"
        case .real: "REAL"
        case .flag: "BOOLEAN"
        }
    }
}
