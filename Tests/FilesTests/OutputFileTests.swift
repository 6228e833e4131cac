import Files
import Foundation
import Glibc
import Testing

/// A directory that goes when the test is over.
final class Scratch {
    let path = FileManager.default.temporaryDirectory.path + "/unroll-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func read(_ name: String) -> String? { try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }

    func link(_ name: String, to target: String) throws { try #require(symlink(target, "\(path)/\(name)") == 0) }

    func mode(_ name: String) -> mode_t {
        var status = stat()
        return lstat("\(path)/\(name)", &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

struct OutputFileTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func write(_ text: String, _ name: String, _ links: Links = .followed) throws {
        try OutputFile.write(text, to: "\(scratch.path)/\(name)", links: links)
    }

    @Test func aFileIsReplacedAndKeepsItsRights() throws {
        for mode in [0o600, 0o640, 0o666] as [mode_t] {
            try scratch.write("old", to: "a")
            chmod("\(scratch.path)/a", mode)
            try write("new", "a")
            #expect(scratch.read("a") == "new")
            #expect(scratch.mode("a") == mode)
        }
        #expect(scratch.names == ["a"])
    }

    @Test func rightsThatAreNotOursToGiveAreNotKept() throws {
        try scratch.write("old", to: "a")
        chmod("\(scratch.path)/a", 0o4755)
        try write("new", "a")
        #expect(scratch.mode("a") == 0o755)
    }

    @Test func linksAreFollowedToTheirEnd() throws {
        try FileManager.default.createDirectory(atPath: scratch.path + "/b", withIntermediateDirectories: true)
        try scratch.write("old", to: "b/end")
        try scratch.link("one", to: "b/two")
        try scratch.link("b/two", to: "../three")
        try scratch.link("three", to: scratch.path + "/b/end")
        try write("new", "one")
        #expect(scratch.read("b/end") == "new")
        #expect(scratch.names == ["b", "one", "three"])
        #expect(Folder.isLink(scratch.path + "/one") && Folder.isLink(scratch.path + "/b/two"))
        // One that leads nowhere yet makes its end.
        try scratch.link("dangling", to: "b/made")
        try write("made", "dangling")
        #expect(scratch.read("b/made") == "made")
    }

    @Test func linksInACircle() throws {
        try scratch.link("a", to: "b")
        try scratch.link("b", to: "a")
        let error = #expect(throws: FileError.self) { try write("new", "a") }
        #expect(error?.reason == "Too many levels of symbolic links")
    }

    @Test("Within a folder a link is replaced, and so is whatever stands under the temporary name")
    func linksAreReplaced() throws {
        try FileManager.default.createDirectory(atPath: scratch.path + "/inside", withIntermediateDirectories: true)
        try scratch.write("precious", to: "victim")
        try scratch.link("inside/report.md", to: "../victim")
        try scratch.link("inside/report.md.new", to: "../victim")
        try scratch.link("inside/page", to: "../made-by-nobody")
        #expect(mkfifo("\(scratch.path)/inside/pipe", 0o666) == 0)
        for name in ["report.md", "page", "pipe"] {
            try OutputFile.write("text", in: scratch.path + "/inside", as: name)
            #expect(scratch.read("inside/\(name)") == "text")
            #expect(!Folder.isLink("\(scratch.path)/inside/\(name)"))
        }
        #expect(scratch.read("victim") == "precious")
        #expect(scratch.names == ["inside", "victim"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/inside").count == 3)
    }

    @Test("The temporary name is never written through a link, on the command line neither")
    func temporaryLink() throws {
        try scratch.write("precious", to: "victim")
        try scratch.link("curve.csv.new", to: "victim")
        try write("text", "curve.csv")
        #expect(scratch.read("victim") == "precious")
        #expect(scratch.read("curve.csv") == "text")
        #expect(scratch.names == ["curve.csv", "victim"])
    }

    @Test("What cannot be written", arguments: ["", ".", "dir", "dir/", "none/x", "file/x"])
    func refused(name: String) throws {
        try FileManager.default.createDirectory(atPath: scratch.path + "/dir", withIntermediateDirectories: true)
        try scratch.write("text", to: "file")
        let path = name.isEmpty ? "" : "\(scratch.path)/\(name)"
        for links in [Links.followed, .replaced] {
            let error = #expect(throws: FileError.self) { try OutputFile.write("new", to: path, links: links) }
            #expect(error?.doing == "write it")
        }
        #expect(scratch.names == ["dir", "file"])
        #expect(scratch.read("file") == "text")
    }

    @Test func theLongestNamesAreWritten() throws {
        let name = String(repeating: "n", count: 255)
        try write("one", name)
        try write("two", name)
        #expect(scratch.read(name) == "two")
        #expect(scratch.names == [name])
    }

    @Test func whatIsNotCommittedLeavesTheOldFile() throws {
        try scratch.write("old", to: "a")
        do {
            let output = try OutputFile("\(scratch.path)/a")
            try output.write("half")
            try output.flush()
            #expect(scratch.names == ["a", "a.new"])
        }
        #expect(scratch.read("a") == "old")
        #expect(scratch.names == ["a"])
    }

    @Test("Two writers of one name: the one that lost its temporary file says so")
    func twoWriters() throws {
        let first = try OutputFile("\(scratch.path)/a")
        try first.write("first")
        try write("second", "a")
        let error = #expect(throws: FileError.self) { try first.commit() }
        #expect(error?.reason == "another process writes it at the same time")
        #expect(scratch.read("a") == "second")
    }

    @Test func aPipeWithoutReaderIsAnError() throws {
        let pipe = "\(scratch.path)/pipe"
        #expect(mkfifo(pipe, 0o666) == 0)
        let reader = open(pipe, O_RDONLY | O_NONBLOCK)
        let output = try OutputFile(pipe)
        close(reader)
        try output.write("text")
        let error = #expect(throws: FileError.self) { try output.commit() }
        #expect(error?.reason == "Broken pipe")
        var status = stat()
        #expect(lstat(pipe, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    }

    @Test("A descriptor is written where it stands, whatever it is called")
    func descriptors() throws {
        let file = open("\(scratch.path)/a", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = Descriptor.write("before\n", to: file)
        try scratch.link("link", to: "/dev/fd/\(file)")
        for name in [
            "/dev/fd/\(file)", "/proc/self/fd/\(file)", "/proc/\(getpid())/fd/\(file)", scratch.path + "/link",
        ] {
            #expect(try Destination(name) == .descriptor(file))
            try OutputFile.write("\(name)\n", to: name)
        }
        close(file)
        #expect(scratch.read("a")?.split(separator: "\n").count == 5)
        #expect(try Destination("-") == .descriptor(STDOUT_FILENO))
        #expect(throws: FileError.self) { try Destination("/dev/fd/999") }
        let reading = open("/dev/null", O_RDONLY)
        defer { close(reading) }
        #expect(throws: FileError.self) { try Destination("/dev/fd/\(reading)") }
    }
}
