import Files
import Glibc
package import Trials

/// One measurements.csv.
package struct Results: Hashable, Sendable {
    package var file: String
    package var rows: [Row]
    /// The last line had no end, as when a process is killed while it writes, and was left out.
    package var isTruncated: Bool
    /// Columns of the file that this version does not have, and of this version that the file does not have: it is
    /// another version's.
    package var unknownColumns: [String] = []
    /// Those of the rows that are recorded next to the file, by their keys.
    package var environments: [String: Environment] = [:]

    package static let fileName = "measurements.csv"
    package static let header = Column.all.map(\.name)
    /// The largest file read.
    package static let largestFile = 1 << 30

    package init(file: String, rows: [Row], isTruncated: Bool = false) {
        self.file = file
        self.rows = rows
        self.isTruncated = isTruncated
    }

    /// One row as a line of the file.
    package static func line(_ row: Row) -> String { CSV.line(Column.all.map { $0.text(row) }) }

    /// Rows as a whole file.
    package static func text(_ rows: [Row]) -> String { CSV.line(header) + rows.map(line).joined() }

    /// Reads one CSV file and the environments of its rows next to it. Every row is checked.
    ///
    /// - Throws: ``ResultsError``, naming the line.
    package static func read(file: String) throws(ResultsError) -> Results {
        let bytes: [UInt8]
        do throws(FileBytes.Failure) {
            bytes = try FileBytes.read(file, limit: largestFile)
        } catch {
            throw ResultsError(error, reading: file)
        }
        var results = try Results(bytes: consume bytes, file: file)
        try results.findEnvironments()
        return results
    }

    /// Reads a CSV file, the directory of one experiment, or a directory of several, in the order of their names.
    ///
    /// - Throws: ``ResultsError``; also when there is nothing to read.
    package static func read(at path: String) throws(ResultsError) -> [Results] {
        var all: [Results] = []
        for file in try files(at: path) { all.append(try read(file: file)) }
        return all
    }

    /// The CSV files a path stands for.
    package static func files(at path: String) throws(ResultsError) -> [String] {
        try files(at: path, named: { $0 == fileName })
    }

    /// The CSV files a path stands for, those of shards among them.
    package static func partFiles(at path: String) throws(ResultsError) -> [String] {
        try files(at: path, named: { $0 == fileName || Shard(fileName: $0) != nil })
    }

    private static func files(at path: String, named isResult: (String) -> Bool) throws(ResultsError) -> [String] {
        guard let names = try names(in: path) else { return [path] }
        let base = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let own = names.filter(isResult)
        if !own.isEmpty { return own.map { "\(base)/\($0)" } }
        var found: [String] = []
        for name in names where !name.hasPrefix(".") {
            // What is not a directory, or cannot be read, has none.
            guard let inner = try? self.names(in: "\(base)/\(name)") else { continue }
            found += inner.filter(isResult).map { "\(base)/\(name)/\($0)" }
        }
        guard !found.isEmpty else { throw .nothing(path) }
        return found
    }

    /// The names in a directory, sorted; nil when the path is a file.
    private static func names(in path: String) throws(ResultsError) -> [String]? {
        guard let directory = opendir(path) else {
            if errno == ENOTDIR { return nil }
            throw .system(file: path, doing: "read it", reason: FileBytes.reason(errno))
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names.sorted()
    }
}
