import Files
import Foundation
import Glibc
import Testing

/// Locks as they are where the file system has none: a file that names its owner.
struct FileLockTests {
    let scratch: Scratch
    private var file: String { scratch.path + "/rows.csv" }

    init() throws { scratch = try Scratch() }

    private func take() throws(FileLock.Failure) -> FileLock { try FileLock(file, descriptor: nil) }

    /// What this process writes, with some of it changed.
    private func record(_ changes: [String: String]) throws -> String {
        let lock = try take()
        defer { withExtendedLifetime(lock) {} }
        let own = try #require(scratch.read("rows.csv.lock"))
        return own.split(separator: "\n").map { line in
            let key = line.split(separator: "=").first.map(String.init) ?? ""
            return changes[key].map { "\(key)=\($0)" } ?? String(line)
        }.joined(separator: "\n") + "\n"
    }

    /// The number of a process that has ended.
    private func deadProcess() throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/true")
        try process.run()
        process.waitUntilExit()
        return String(process.processIdentifier)
    }

    @Test func oneAtATime() throws {
        do {
            let lock = try take()
            defer { withExtendedLifetime(lock) {} }
            let error = #expect(throws: FileLock.Failure.self) { try take() }
            let host = ProcessInfo.processInfo.hostName
            #expect(error == .held(by: "process \(getpid()) on \(host)"))
        }
        #expect(scratch.names == [])
        _ = try take()
    }

    @Test("A dead owner holds nothing: by its process, by the start of the machine, by the start of its process")
    func deadOwners() throws {
        for changes in [["pid": try deadProcess()], ["boot": "another"], ["start": "1"]] {
            try scratch.write(record(changes), to: "rows.csv.lock")
            do {
                let lock = try take()
                defer { withExtendedLifetime(lock) {} }
                #expect(scratch.names == ["rows.csv.lock"])
                #expect(throws: FileLock.Failure.self) { try take() }
            }
            #expect(scratch.names == [])
        }
    }

    @Test("Of another host, and of another space of process numbers, nothing is known: it is held")
    func strangers() throws {
        for changes in [["host": "elsewhere"], ["space": "pid:[1]", "pid": try deadProcess()]] {
            let text = try record(changes)
            try scratch.write(text, to: "rows.csv.lock")
            #expect(throws: FileLock.Failure.self) { try take() }
            #expect(scratch.read("rows.csv.lock") == text)
            try FileManager.default.removeItem(atPath: scratch.path + "/rows.csv.lock")
        }
    }

    @Test("Where the file system has locks, the other kind of a living owner counts too, and that of a dead one goes")
    func bothKinds() throws {
        let claim = open(file, O_RDWR | O_CREAT, 0o666)
        defer { close(claim) }
        try scratch.write(record(["host": "elsewhere"]), to: "rows.csv.lock")
        let error = #expect(throws: FileLock.Failure.self) { try FileLock(file, descriptor: claim) }
        guard case .held(let owner?) = error else {
            Issue.record("no owner")
            return
        }
        #expect(owner.hasSuffix("on elsewhere"))
        try FileManager.default.removeItem(atPath: scratch.path + "/rows.csv.lock")
        try scratch.write(record(["pid": deadProcess()]), to: "rows.csv.lock")
        let lock = try FileLock(file, descriptor: claim)
        #expect(lock.warning == nil)
        #expect(scratch.names == ["rows.csv"])
    }

    @Test func aPlantedLinkIsNotWrittenThrough() throws {
        try scratch.write("precious", to: "victim")
        try scratch.link("rows.csv.lock", to: "victim")
        let lock = try take()
        #expect(scratch.read("victim") == "precious")
        #expect(!Folder.isLink(file + ".lock"))
        withExtendedLifetime(lock) {}
    }
}
