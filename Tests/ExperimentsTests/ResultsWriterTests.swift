import Experiments
import Foundation
import Glibc
import Testing
import Trials

/// A directory that goes when the test is over.
final class Scratch {
    let path = FileManager.default.temporaryDirectory.path + "/unroll-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Test func rowsLandOneByOne() throws {
    let scratch = try Scratch()
    let directory = scratch.path + "/results/a"
    let rows = try sampleRows()
    let writer = try ResultsWriter(directory: directory)
    #expect(writer.existing == nil)
    try writer.begin()
    #expect(try Results.read(file: writer.file) == Results(file: writer.file, rows: []))
    for count in rows.indices {
        try writer.append(rows[count])
        #expect(try Results.read(file: writer.file).rows == Array(rows[...count]))
    }
}

@Test func aSecondRunKeepsWhatIsWorthKeeping() throws {
    let scratch = try Scratch()
    let rows = try sampleRows()
    do {
        let writer = try ResultsWriter(directory: scratch.path)
        let early = #expect(throws: ResultsError.self) { try ResultsWriter(directory: scratch.path) }
        #expect(early == .inUse(scratch.path + "/measurements.csv"))
        try writer.begin(keeping: rows)
        let busy = #expect(throws: ResultsError.self) { try ResultsWriter(directory: scratch.path) }
        #expect(busy == .inUse(scratch.path + "/measurements.csv"))
        // Another part of the same experiment is not in the way.
        try ResultsWriter(directory: scratch.path, name: "measurements.2.csv").begin()
        withExtendedLifetime(writer) {}
    }
    let handle = try #require(FileHandle(forWritingAtPath: scratch.path + "/measurements.csv"))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("a,torn".utf8))
    try handle.close()
    let writer = try ResultsWriter(directory: scratch.path)
    #expect(writer.existing == Results(file: writer.file, rows: rows, isTruncated: true))
    try writer.begin(keeping: Array(rows[..<2]))
    try writer.append(rows[4])
    #expect(try Results.read(file: writer.file).rows == [rows[0], rows[1], rows[4]])
    let files = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
    #expect(files.sorted() == ["measurements.2.csv", "measurements.csv", "measurements.previous.csv"])
    let kept = try String(contentsOfFile: scratch.path + "/measurements.previous.csv", encoding: .utf8)
    #expect(kept == Results.text(rows) + "a,torn")
}

@Test func whatIsNotBegunLeavesNothing() throws {
    let scratch = try Scratch()
    #expect(try ResultsWriter(directory: scratch.path).existing == nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [])
}

@Test func aDirectoryThatCannotBeMade() throws {
    let scratch = try Scratch()
    try Data().write(to: URL(fileURLWithPath: scratch.path + "/file"))
    let error = #expect(throws: ResultsError.self) { try ResultsWriter(directory: scratch.path + "/file/a") }
    #expect(
        error == .system(file: scratch.path + "/file/a", doing: "make the directory", reason: "Not a directory"))
    #expect(error?.isMalformed == false)
}

@Test func aMalformedFileIsNotOverwritten() throws {
    let scratch = try Scratch()
    try Data("notes\n".utf8).write(to: URL(fileURLWithPath: scratch.path + "/measurements.csv"))
    let error = #expect(throws: ResultsError.self) { try ResultsWriter(directory: scratch.path) }
    #expect(error?.isMalformed == true)
    #expect(try String(contentsOfFile: scratch.path + "/measurements.csv", encoding: .utf8) == "notes\n")
}

@Test func afterAFailedWriteTheFileIsWhole() async throws {
    // A limit on the size of files stands in for a full disk; it holds for a whole process.
    let scratch = try Scratch()
    defer { withExtendedLifetime(scratch) {} }
    await #expect(processExitsWith: .success) { [path = scratch.path as String] in
        let rows = try sampleRows()
        let writer = try ResultsWriter(directory: path)
        try writer.begin(keeping: [rows[0]])
        signal(SIGXFSZ, SIG_IGN)
        let size = rlim_t(Results.text([rows[0]]).utf8.count + 10)
        var limit = rlimit(rlim_cur: size, rlim_max: size)
        setrlimit(__rlimit_resource_t(1), &limit)
        let error = #expect(throws: ResultsError.self) { try writer.append(rows[1]) }
        #expect(error == .system(file: writer.file, doing: "write it", reason: "File too large"))
        #expect(try Results.read(file: writer.file) == Results(file: writer.file, rows: [rows[0]]))
        exit(try Results.read(file: writer.file).rows == [rows[0]] && error != nil ? 0 : 1)
    }
}

@Test func resultsAreFound() throws {
    let scratch = try Scratch()
    let nothing = #expect(throws: ResultsError.self) { try Results.read(at: scratch.path) }
    #expect(nothing?.description == "\(scratch.path): no measurements.csv here or one directory below")
    for name in ["b", "a", "c"] {
        let writer = try ResultsWriter(directory: scratch.path + "/" + name)
        try writer.begin()
    }
    let files = ["a", "b", "c"].map { "\(scratch.path)/\($0)/measurements.csv" }
    #expect(try Results.read(at: scratch.path).map(\.file) == files)
    #expect(try Results.files(at: scratch.path + "/") == files)
    #expect(try Results.files(at: scratch.path + "/b") == [files[1]])
    #expect(try Results.files(at: files[2]) == [files[2]])
    let missing = #expect(throws: ResultsError.self) { try Results.read(at: "/nowhere") }
    #expect(missing == .system(file: "/nowhere", doing: "read it", reason: "No such file or directory"))
}

@Test func theEnvironmentComesBack() throws {
    let scratch = try Scratch()
    #expect(try Experiments.Environment.read(from: scratch.path) == nil)
    var environment = Experiments.Environment(
        jemallocVersion: "5.3.0", jemallocConfiguration: "config.prof=true",
        blasVersion: "0.3.21", blasConfiguration: "OpenBLAS SkylakeX", start: Date(timeIntervalSince1970: 0))
    #expect(environment.commit == nil && environment.dirty == nil)
    #expect(environment.startTime == "1970-01-01T00:00:00Z")
    #expect(environment.cores >= 1 && environment.memoryBytes > 1 << 20)
    #expect(environment.kernel.hasPrefix("Linux "))
    environment.end(Date(timeIntervalSince1970: 60))
    try environment.write(to: scratch.path)
    #expect(try Experiments.Environment.read(from: scratch.path) == environment)
    #expect(environment.json.contains("\n  \"blas_configuration\" : \"OpenBLAS SkylakeX\",\n"))
    let error = #expect(throws: ResultsError.self) { try environment.write(to: scratch.path + "/nowhere") }
    #expect(error?.isMalformed == false)
}
