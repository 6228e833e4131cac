import Experiments
import Reports
import Trials

/// The rows of several files of results, one after the other, as an export has them.
struct ExportedRows {
    private var files: ArraySlice<String>
    private var file = ""
    /// How many files were opened: one may be named twice.
    private var opened = 0
    private var stream: RowStream?
    /// Of rows in a file of an older version, which does not say whose they are.
    private var origin: Origin?
    private var typed = TypedRows()
    /// Where each experiment is.
    private var places: [String: (file: String, number: Int)] = [:]
    private var found: [String: Environment] = [:]
    private var keys: Set<String> = []
    private(set) var count = 0

    init(files: [String]) { self.files = files[...] }

    var experiments: Set<String> { Set(places.keys) }

    /// Of the rows so far, those that are recorded next to them.
    var environments: [Environment] { found.values.sorted { $0.key < $1.key } }

    /// The next row, a value for each column; nil at the end.
    mutating func next() throws -> [Table.Entry?]? {
        while true {
            guard stream != nil else {
                guard let file = files.popFirst() else { return nil }
                try open(file)
                continue
            }
            guard var (row, _) = try reporting({ try stream!.next() }) else {
                if let stream, stream.isTruncated { throw truncated(file, line: stream.line) }
                stream = nil
                continue
            }
            if let origin { row.origin = origin }
            try note(row)
            count += 1
            return typed.entries(row)
        }
    }

    private mutating func open(_ file: String) throws {
        try reporting {
            let stream = try RowStream(file: file)
            let isOlder = !stream.names.contains(Column.environment.name)
            origin = isOlder ? try Environment.last(of: file).map { Origin(key: $0.key) } : nil
            (self.file, self.stream) = (file, stream)
            opened += 1
        }
    }

    /// Expects an experiment in one file, and finds a row's environment.
    private mutating func note(_ row: Row) throws {
        if let place = places[row.experiment] {
            guard place.number == opened else { throw twoPlaces(row.experiment, place.file, file) }
        } else {
            places[row.experiment] = (file, opened)
        }
        let key = row.origin.key
        guard !key.isEmpty, keys.insert(key).inserted else { return }
        let file = file
        found[key] = try reporting {
            let last = try Environment.last(of: file)
            return last?.key == key ? last : try Environment.kept(key, of: file)
        }
    }
}

extension Environment {
    /// As a separate table: what a row's key stands for.
    static let table = TypedTable("environments", columns.map(\.0))

    var entries: [Table.Entry?] { Environment.columns.map { $0.1(self) } }

    private static let columns: [(TypedColumn, @Sendable (Environment) -> Table.Entry?)] = [
        (TypedColumn("environment", .text), { .text($0.key) }),
        (TypedColumn("commit", .text), { $0.commit.map { .text($0) } }),
        (TypedColumn("dirty", .flag), { $0.dirty.map { .flag($0) } }),
        (TypedColumn("unroll_version", .text), { $0.unrollVersion.map { .text($0) } }),
        (TypedColumn("program_fingerprint", .text), { $0.programFingerprint.map { .text($0) } }),
        (TypedColumn("swift_version", .text), { .text($0.swiftVersion) }),
        (TypedColumn("jemalloc_version", .text), { .text($0.jemallocVersion) }),
        (TypedColumn("blas_version", .text), { .text($0.blasVersion) }),
        (TypedColumn("warmup", .integer), { $0.warmup.map { .integer($0) } }),
        (TypedColumn("warmup_seconds", .real), { $0.warmupSeconds.map { .real($0) } }),
        (TypedColumn("host_name", .text), { $0.hostName.map { .text($0) } }),
        (TypedColumn("cpu_model", .text), { $0.cpuModel.map { .text($0) } }),
        (TypedColumn("cores", .integer), { .integer($0.cores) }),
        (TypedColumn("processor_quota", .real), { $0.processorQuota.map { .real($0) } }),
        (TypedColumn("memory_bytes", .integer), { .integer($0.memoryBytes) }),
        (TypedColumn("kernel", .text), { .text($0.kernel) }),
    ]
}
