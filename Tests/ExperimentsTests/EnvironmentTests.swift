import Experiments
import Files
import Foundation
import Testing
import Trials

private typealias Measured = Experiments.Environment

/// Which build and machine a row is of, and what may differ without making times another's.
@Suite("A row knows its build and machine") struct EnvironmentTests {
    private static let made: Measured = {
        var environment = Measured(
            commit: "60d04ab51021ece856202b03d2a8a376df0ffd7c", dirty: false, swiftVersion: "6.3",
            jemallocVersion: "5.3.0", jemallocConfiguration: "config.prof=true", blasVersion: "OpenBLAS 0.3.21",
            blasConfiguration: "Haswell", start: Date(timeIntervalSince1970: 0))
        environment.cpuModel = "AMD EPYC"
        environment.hostName = "node1"
        environment.cores = 2
        environment.processorQuota = nil
        environment.kernel = "Linux 6.18.44"
        environment.memoryBytes = 25_276_510_208
        environment.unrollVersion = "0.1.0"
        environment.unrollFingerprint = "0000000000000001"
        environment.programFingerprint = "52369f5dbed2020f"
        environment.warmup = 1
        return environment
    }()

    enum Expected { case sameKey, comparable, otherMachine, otherBuild }

    /// A change of one field, and what it makes of rows.
    private static let changes: [(String, Expected, @Sendable (inout Measured) -> Void)] = [
        ("nothing", .sameKey, { _ in }),
        ("the start", .sameKey, { $0.startTime = "2030-01-01T00:00:00Z" }),
        ("the end", .sameKey, { $0.endTime = "2030-01-01T00:00:00Z" }),
        ("where the time went", .sameKey, { $0.effort = Effort(training: 1, preparation: 2, wall: 4) }),
        ("what is mixed in", .sameKey, { $0.mixed = ["x"] }),
        ("the commit of the same measuring program", .comparable, { $0.commit = "unknown" }),
        ("a tree with changes", .comparable, { $0.dirty = true }),
        ("the program that runs trials", .comparable, { $0.unrollFingerprint = "0000000000000002" }),
        ("a kernel's reserve of memory", .comparable, { $0.memoryBytes -= 1 << 20 }),
        ("the host", .otherMachine, { $0.hostName = "node2" }),
        ("no host", .otherMachine, { $0.hostName = nil }),
        ("the processor", .otherMachine, { $0.cpuModel = "Intel Xeon" }),
        ("the number of processors", .otherMachine, { $0.cores = 96 }),
        ("a quota of processor time", .otherMachine, { $0.processorQuota = 1.5 }),
        ("the memory", .otherMachine, { $0.memoryBytes = 540 << 30 }),
        ("a container's memory", .otherMachine, { $0.memoryBytes = 4 << 30 }),
        ("more memory than there can be", .otherMachine, { $0.memoryBytes = .max }),
        ("less memory than none", .otherMachine, { $0.memoryBytes = .min }),
        ("the kernel", .otherMachine, { $0.kernel = "Linux 6.1.0" }),
        ("the measuring program", .otherBuild, { $0.programFingerprint = "0123" }),
        ("a program that was not noted", .otherBuild, { $0.programFingerprint = nil }),
        ("jemalloc", .otherBuild, { $0.jemallocVersion = "5.2.1" }),
        ("a setting of jemalloc", .otherBuild, { $0.jemallocConfiguration = "" }),
        ("BLAS", .otherBuild, { $0.blasVersion = "OpenBLAS 0.3.30" }),
        ("the kernels of BLAS", .otherBuild, { $0.blasConfiguration = "SkylakeX" }),
        ("the compiler", .otherBuild, { $0.swiftVersion = "6.2" }),
        ("the warm-up", .otherBuild, { $0.warmup = 3 }),
        ("a warm-up by time", .otherBuild, { ($0.warmup, $0.warmupSeconds) = (nil, 0.01) }),
    ]

    @Test("What makes a row another build's or machine's, and what does not", arguments: changes.indices)
    func conditions(index: Int) throws {
        let (name, expected, change) = EnvironmentTests.changes[index]
        var other = EnvironmentTests.made
        change(&other)
        let (one, two) = (EnvironmentTests.made.origin, other.origin)
        #expect((one.key == two.key) == (expected == .sameKey), "\(name)")
        #expect((one.machine == two.machine) == (expected != .otherMachine), "\(name)")
        #expect((one.build == two.build) == (expected != .otherBuild), "\(name)")
        #expect(one.isComparable(with: two) == (expected == .sameKey || expected == .comparable), "\(name)")
        #expect((EnvironmentTests.made.difference(from: other) == nil) == one.isComparable(with: two), "\(name)")
        // As text and back it has the same key.
        let read = try JSONDecoder().decode(Measured.self, from: Data(other.json.utf8))
        #expect(read == other && read.origin == two)
    }

    @Test("Every field of an environment is in that list, but for its version's name")
    func allFields() throws {
        let keys = try JSONSerialization.jsonObject(with: Data(EnvironmentTests.made.json.utf8)) as? [String: Any]
        var seen: Set<String> = ["unroll_version"]
        for (_, _, change) in EnvironmentTests.changes {
            var other = EnvironmentTests.made
            change(&other)
            let changed = try JSONSerialization.jsonObject(with: Data(other.json.utf8)) as? [String: Any]
            for key in Set((keys ?? [:]).keys).union((changed ?? [:]).keys)
            where "\(keys?[key] ?? "")" != "\(changed?[key] ?? "")" {
                seen.insert(key)
            }
        }
        #expect(Set((keys ?? [:]).keys).subtracting(seen) == [])
    }

    @Test("An environment of before there were keys has one, and it does not depend on this version")
    func published() throws {
        let text = """
            {"blas_configuration": "Haswell", "blas_version": "OpenBLAS 0.3.21", "commit": "60d04ab51021", "cores": 2,
             "cpu_model": "AMD EPYC", "dirty": false, "end_time": "2026-11-24T16:57:37Z", "host_name": "vm",
             "jemalloc_configuration": "opt.thp=always", "jemalloc_version": "5.3.0", "kernel": "Linux 6.18",
             "memory_bytes": 25276510208, "program_fingerprint": "52369f5dbed2020f",
             "start_time": "2026-11-24T16:54:48Z", "swift_version": "6.3", "unroll_version": "0.1.0", "warmup": 1}
            """
        let environment = try JSONDecoder().decode(Measured.self, from: Data(text.utf8))
        // By an FNV-1a in Python over its keys, sorted, one a line.
        #expect(environment.key == "0a7eb07941ef411d")
    }

    // MARK: Beside the rows

    private func write(_ rows: [Row], to scratch: Scratch, as name: String = Results.fileName, hasColumn: Bool = true)
        throws
    {
        var text = Results.text(rows)
        if !hasColumn {
            let place = Results.header.firstIndex(of: "environment")!
            text = try CSV.records(Array(text.utf8)).map { record in
                var fields = record.fields
                fields.remove(at: place)
                return CSV.line(fields)
            }.joined()
        }
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(scratch.path)/\(name)"))
    }

    private func rows(of origin: Origin = .unknown) throws -> [Row] {
        try sampleRows().map { row in
            var row = row
            row.origin = origin
            return row
        }
    }

    private func origins(_ scratch: Scratch, _ name: String = Results.fileName) throws -> Set<Origin> {
        Set(try Results.read(file: "\(scratch.path)/\(name)").rows.map(\.origin))
    }

    @Test("A file without keys is of the environment.json beside it, or of none")
    func withoutKeys() throws {
        let scratch = try Scratch()
        try write(rows(), to: scratch, hasColumn: false)
        try write(rows(), to: scratch, as: "measurements.2-of-3.csv", hasColumn: false)
        try write(rows(), to: scratch, as: "measurements.previous.csv", hasColumn: false)
        #expect(try origins(scratch) == [.unknown])
        try EnvironmentTests.made.write(to: scratch.path)
        #expect(try origins(scratch) == [EnvironmentTests.made.origin])
        // Another file's environment is not theirs.
        #expect(try origins(scratch, "measurements.2-of-3.csv") == [.unknown])
        #expect(try origins(scratch, "measurements.previous.csv") == [.unknown])
        try EnvironmentTests.made.write(to: scratch.path, name: "environment.2-of-3.json")
        #expect(try origins(scratch, "measurements.2-of-3.csv") == [EnvironmentTests.made.origin])
        // The column is written with the rows, and then it counts: empty stays unknown.
        try write(rows(), to: scratch)
        #expect(try origins(scratch) == [.unknown])
    }

    @Test("A key finds its environment, whatever the last run was; without it the rows are like no others")
    func withKeys() throws {
        let scratch = try Scratch()
        let made = EnvironmentTests.made
        try write(rows(of: Origin(key: made.key)), to: scratch)
        #expect(try origins(scratch) == [Origin(key: made.key)])
        try made.write(to: scratch.path)
        #expect(try origins(scratch) == [made.origin])
        var later = made
        later.cores = 96
        try later.takeOver(in: scratch.path)
        #expect(try origins(scratch) == [made.origin])
        #expect(try Measured.read(from: scratch.path) == later)
        #expect(try Measured.read(from: scratch.path, name: Measured.keptName(made.key)) == made.identity)
        // The same one again: nothing is kept twice.
        try later.takeOver(in: scratch.path)
        try made.takeOver(in: scratch.path)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted()
                == [
                    "environment.\(later.key).json", "environment.\(made.key).json", "environment.json",
                    "measurements.csv",
                ]
                .sorted())
        // Rows with a key do not become those of a file without.
        try FileManager.default.removeItem(atPath: scratch.path + "/environment.json")
        try FileManager.default.removeItem(atPath: scratch.path + "/environment.\(made.key).json")
        #expect(try origins(scratch) == [Origin(key: made.key)])
    }

    @Test("A file that lies about a key, and a key that is none, are refused")
    func lies() throws {
        let scratch = try Scratch()
        let made = EnvironmentTests.made
        try write(rows(of: Origin(key: "0123456789abcdef")), to: scratch)
        try made.write(to: scratch.path, name: "environment.0123456789abcdef.json")
        let error = #expect(throws: ResultsError.self) { try Results.read(file: "\(scratch.path)/measurements.csv") }
        #expect(
            error?.description == "\(scratch.path)/environment.0123456789abcdef.json:1: it describes the environment "
                + "\(made.key), and not 0123456789abcdef; without the file its rows are of an unknown one")
        for text in ["../../etc/passwd", "0123456789ABCDEF", "0123", "0123456789abcdeg"] {
            try write(rows(of: Origin(key: text)), to: scratch)
            let error = #expect(throws: ResultsError.self) {
                try Results.read(file: "\(scratch.path)/measurements.csv")
            }
            #expect(
                error?.description == "\(scratch.path)/measurements.csv:2: 'environment' is '\(text)'; allowed: 16 "
                    + "hexadecimal digits, or nothing when it is unknown")
        }
    }

    @Test("A pipe, a device and a directory have no fingerprint, and nobody waits for one")
    func fingerprints() throws {
        let scratch = try Scratch()
        mkfifo(scratch.path + "/pipe", 0o600)
        symlink("pipe", scratch.path + "/link")
        for name in ["pipe", "link", "", "none"] { #expect(Fingerprint.ofFile("\(scratch.path)/\(name)") == nil) }
        #expect(Fingerprint.ofFile("/dev/zero") == nil)
        // FNV-1a of "a" is published with the function.
        try Data("a".utf8).write(to: URL(fileURLWithPath: scratch.path + "/a"))
        #expect(Fingerprint.ofFile(scratch.path + "/a") == "af63dc4c8601ec8c")
        #expect(Fingerprint.of("") == "cbf29ce484222325")
    }

    /// All fields there are, each with a value.
    private static func whole() throws -> [String: Any] {
        var environment = made
        (environment.processorQuota, environment.differenceFingerprint, environment.mixed) = (
            1.5, "d", ["build (a, now b)"]
        )
        environment.effort = Effort(training: 1, preparation: 2, wall: 4)
        environment.end()
        return try #require(try JSONSerialization.jsonObject(with: Data(environment.json.utf8)) as? [String: Any])
    }

    /// What reading a file of these fields throws; nil when it is read.
    private func fault(_ fields: Any) throws -> String? {
        let directory = FileManager.default.temporaryDirectory.path + "/unroll-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let bytes = try JSONSerialization.data(withJSONObject: fields, options: .fragmentsAllowed)
        try bytes.write(to: URL(fileURLWithPath: "\(directory)/environment.json"))
        do throws(ResultsError) {
            _ = try Measured.read(from: directory)
            return nil
        } catch {
            #expect(error.isMalformed)
            return error.description.replacing("\(directory)/environment.json:1: ", with: "")
        }
    }

    @Test("Each field of environment.json is checked: its type, and that texts are a line")
    func fields() throws {
        let whole = try EnvironmentTests.whole()
        #expect(try fault(whole) == nil)
        #expect(whole.count == 22, "a field that has no value here is not tested")
        for (key, value) in whole {
            var fields = whole
            fields[key] = [["x": 1]]
            let found = try #require(try fault(fields), "\(key)")
            #expect(found.hasPrefix("'\(key)"), "\(found)")
            let isText = value is String
            for text in ["a\nb", "\u{1B}[31m", String(repeating: "x", count: 1001)] where isText || value is [String] {
                fields[key] = isText ? text : ["good", text]
                let found = try #require(try fault(fields), "\(key)")
                #expect(found.hasPrefix("'\(key)' is '") && found.contains("; allowed: "), "\(found)")
            }
        }
        for (key, value, expected) in [
            ("cores", 0, "'cores' is 0; allowed: a whole number from 1"),
            ("memory_bytes", -1, "'memory_bytes' is -1; allowed: a whole number from 1"),
            ("warmup", -1, "'warmup' is -1; allowed: a whole number from 0"),
            ("warmup_seconds", 0, "'warmup_seconds' is 0.0; allowed: a number above 0"),
            ("processor_quota", 0, "'processor_quota' is 0.0; allowed: a number above 0"),
            ("start_time", "now", "'start_time' is 'now'; allowed: a time such as 2026-01-31T12:00:00Z"),
            (
                "effort", ["training_seconds": -1, "preparation_seconds": 0, "wall_seconds": 0],
                "'training_seconds' is -1.0; allowed: a number from 0"
            ),
            (
                "effort", ["training_seconds": 1, "preparation_seconds": 0, "wall_seconds": 2, "audit_seconds": -2],
                "'audit_seconds' is -2.0; allowed: a number from 0"
            ),
        ] as [(String, Any, String)] {
            var fields = whole
            fields[key] = value
            #expect(try fault(fields) == expected)
        }
        var missing = whole
        missing["kernel"] = nil
        #expect(try fault(missing) == "'kernel' is missing")
        #expect(try fault([1]) == "the file is not an object")
    }
}
