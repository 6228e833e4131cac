import Glibc
import Testing
import Trials

@Suite struct ContentTests {
    private static let base = "/tmp/unroll-tests-\(getpid())-content-"

    private func write(_ text: String, to path: String) {
        let file = fopen(path, "w")!
        fputs(text, file)
        fclose(file)
    }

    /// Of a file larger than what is read at once as well.
    @Test(arguments: [0, 1, 31, 32, 33, 1 << 20, (1 << 20) + 5]) func aFileIsItsBytes(count: Int) throws {
        let path = ContentTests.base + "\(count)"
        defer { unlink(path) }
        let text = String(repeating: "0123456789", count: count / 10 + 1).prefix(count)
        write(String(text), to: path)
        let content = try Content(file: path)
        #expect(content == Array(text.utf8).withUnsafeBytes { Content(of: $0) })
        #expect(content.count == count)
        #expect(Content(content.description) == content)
    }

    @Test(arguments: [
        "", "1", "1-", "-1-0123456789abcdef", "01-0123456789abcdef", "1-123", "1-0123456789ABCDEF", "1-x",
    ])
    func textsThatAreNone(text: String) { #expect(Content(text) == nil) }

    /// A trial without a file is called as ever; two contents are two trials, and so is one that nothing has read.
    @Test func contentIsPartOfATrial() throws {
        let words = ["task=text:file=a.txt", "input=256"]
        let unread = try Trial(words: words)
        let trials = try ["2-0000000000000001", "2-0000000000000002"].map {
            try Trial(words: words + ["task_content=\($0)"])
        }
        #expect(Set(([unread] + trials).map(\.identifier)).count == 3)
        #expect(Set([unread] + trials).count == 3)
        for trial in trials {
            #expect(try Trial(words: trial.words) == trial)
            #expect(trial.ofAnyContent == unread)
        }
        #expect(unread.words.allSatisfy { !$0.hasPrefix("task_content") })
        #expect(try Trial(words: []).identifier == "\(try Trial(words: ["task=noise"]).identifier)")
        for words in [["task_content=2-0000000000000001"], words + ["task_content=2"]] {
            let error = #expect(throws: TrialError.self) { try Trial(words: words) }
            #expect(error?.description.hasSuffix("; allowed: \(Content.allowed)") == true)
        }
    }

    /// What is not a regular file is refused, and none is waited for.
    @Test(arguments: ["/tmp", "/dev/null", "/dev/zero", "fifo", "link to a fifo", "socket", "missing", "dangling"])
    func whatIsNoFile(kind: String) throws {
        let path = kind.hasPrefix("/") ? kind : ContentTests.base + kind
        let fifo = path + ".fifo"
        defer { for path in [path, fifo] where path.hasPrefix(ContentTests.base) { unlink(path) } }
        var descriptor: Int32 = -1
        switch kind {
        case "fifo": mkfifo(path, 0o600)
        case "link to a fifo":
            mkfifo(fifo, 0o600)
            symlink(fifo, path)
        case "socket":
            descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        case "dangling": symlink("/none/there", path)
        default: break
        }
        defer { if descriptor >= 0 { close(descriptor) } }
        let error = #expect(throws: DataFileError.self) { try Content(file: path) }
        let missing = ["missing", "dangling"].contains(kind)
        #expect(
            error
                == (missing
                    ? .system(path: path, reason: "No such file or directory") : .irregular(path: path, "a text")))
    }
}
