import Glibc

/// The right to write a file, which one process at a time has.
///
/// By flock(2) where the file system has it. Else by a file beside it, made exclusively, that names its owner; an owner that
/// is known to be dead holds it no more.
package final class FileLock {
    package enum Failure: Error, Hashable {
        /// Another process has it; who that is, where it says so.
        case held(by: String?)
        case system(FileError)
    }

    /// What the user should know of a file system without locks; nil where it has them.
    package private(set) var warning: String?
    private let path: String
    /// What this process wrote into the lock file; nil where it has none.
    private var record: String?

    private static let name = ".lock"
    private var file: String { path + FileLock.name }

    /// Takes the right to write.
    ///
    /// - Parameters:
    ///   - path: the file that is to be written.
    ///   - descriptor: the file as it is, open; nil where it is not to be touched, as a link.
    package init(_ path: String, descriptor: Int32?) throws(Failure) {
        self.path = path
        guard let descriptor else {
            try takeFile()
            return
        }
        try lock(descriptor)
        // Another machine may not see this kind of lock, and have left the other.
        if record == nil, let text = Owner.text(of: file), let owner = Owner(text) {
            guard owner.isDead else { throw .held(by: owner.description) }
            removeFile(of: text)
        }
    }

    deinit {
        // The process that took it over holds it by right: this process was taken for dead.
        if let record, Owner.text(of: file) == record { unlink(file) }
    }

    /// Locks another file that is to take the first one's place.
    package func lock(_ descriptor: Int32) throws(Failure) {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            guard errno != EWOULDBLOCK else { throw .held(by: nil) }
            guard record == nil else { return }
            let reason = String(cString: strerror(errno))
            try takeFile()
            warning = "\(path): this file system has no locks (\(reason)); \(file) stands for one"
            return
        }
    }

    /// Makes the lock file, or takes it over from a dead owner.
    private func takeFile() throws(Failure) {
        let own = Owner.here.text
        for attempt in 0..<16 {
            let made = open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
            if made >= 0 {
                defer { close(made) }
                guard Descriptor.write(own, to: made) else {
                    let failure = Failure.system(FileError(file, doing: "write it"))
                    unlink(file)
                    throw failure
                }
                record = own
                return
            }
            guard errno == EEXIST else { throw .system(FileError(file, doing: "write it")) }
            guard let text = Owner.text(of: file) else {
                // Gone meanwhile, or nothing that a lock could be: a link, a directory.
                if Folder.isLink(file) { unlink(file) }
                continue
            }
            guard let owner = Owner(text) else {
                // Being written just now, or cut short by a death: time tells.
                guard attempt == 15 else {
                    usleep(20_000)
                    continue
                }
                throw .held(by: nil)
            }
            guard owner.isDead else { throw .held(by: owner.description) }
            removeFile(of: text)
        }
        throw .held(by: nil)
    }

    /// Removes a dead owner's file, and no other's that came meanwhile.
    private func removeFile(of dead: String) {
        let aside = "\(file).\(getpid())"
        guard rename(file, aside) == 0 else { return }
        if Owner.text(of: aside) != dead, link(aside, file) != 0 { rename(aside, file) }
        unlink(aside)
    }
}

/// Who holds a lock file.
struct Owner {
    let host: String
    let process: Int32
    /// Of the machine's start, and of the space that process numbers are of: elsewhere the number is another's.
    let boot: String
    let space: String
    /// When the process began, in ticks since the machine's start: numbers are given again.
    let start: String

    static var here: Owner {
        Owner(
            host: hostName, process: getpid(), boot: currentBoot, space: currentSpace, start: begin(of: getpid()) ?? "")
    }

    var text: String { "host=\(host)\npid=\(process)\nboot=\(boot)\nspace=\(space)\nstart=\(start)\nend\n" }

    var description: String { "process \(process) on \(host)" }

    private init(host: String, process: Int32, boot: String, space: String, start: String) {
        (self.host, self.process, self.boot, self.space, self.start) = (host, process, boot, space, start)
    }

    /// Nil where the text is not whole.
    init?(_ text: String) {
        var values: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let sides = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            values[sides[0]] = sides.count > 1 ? sides[1] : ""
        }
        guard values["end"] != nil, let host = values["host"], let process = values["pid"].flatMap({ Int32($0) }),
            process > 0, let boot = values["boot"], let space = values["space"], let start = values["start"]
        else { return nil }
        self.init(host: host, process: process, boot: boot, space: space, start: start)
    }

    /// Known to be dead: of another host nothing is known.
    var isDead: Bool {
        guard host == Owner.hostName else { return false }
        guard boot == Owner.currentBoot else { return true }
        guard space == Owner.currentSpace else { return false }
        if kill(process, 0) != 0, errno == ESRCH { return true }
        guard let now = Owner.begin(of: process) else { return false }
        return !start.isEmpty && now != start
    }

    static func text(of file: String) -> String? {
        let lock = open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard lock >= 0 else { return nil }
        defer { close(lock) }
        var bytes = Array(repeating: UInt8(0), count: 4096)
        let count = read(lock, &bytes, bytes.count)
        return count >= 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }

    private static var hostName: String {
        var names = utsname()
        guard uname(&names) == 0 else { return "unknown" }
        return withUnsafeBytes(of: names.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static var currentBoot: String {
        (text(of: "/proc/sys/kernel/random/boot_id") ?? "unknown").split(separator: "\n").first.map(String.init) ?? ""
    }

    private static var currentSpace: String {
        Destination.target(of: "/proc/self/ns/pid") ?? "unknown"
    }

    /// The 22nd field of /proc/PID/stat; the second, a name in parentheses, may hold anything.
    private static func begin(of process: Int32) -> String? {
        guard let text = text(of: "/proc/\(process)/stat"), let close = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: close)...].split(separator: " ")
        return fields.count > 19 ? String(fields[19]) : nil
    }
}
