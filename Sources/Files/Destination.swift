import Glibc

/// How a name that is a link is taken.
package enum Links: Sendable {
    /// As anybody's shell takes it: what it leads to is written. For an output named on the command line.
    case followed
    /// The link itself is replaced by a file. For names within a folder that somebody else may have made.
    case replaced
}

/// What the name of an output stands for, which decides how it is written.
package enum Destination: Hashable, Sendable {
    /// A descriptor of this process: `-`, `/dev/stdout`, `/dev/fd/63`.
    case descriptor(Int32)
    /// What is opened and written as it is: a FIFO, a device, or a file that has no name.
    case stream(String)
    /// A regular file, there or not: its directory and its name in it. It is replaced when the new one is whole.
    case file(folder: String, name: String)

    private static let mostLinks = 40

    /// - Throws: ``FileError`` where nothing can be written: a directory, a descriptor that is not open, links in a circle.
    package init(_ path: String, links: Links = .followed) throws(FileError) {
        func failure(_ number: Int32) -> FileError { FileError(path, doing: "write it", number: number) }
        guard !path.isEmpty else { throw failure(ENOENT) }
        var status = stat()
        if links == .replaced {
            if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { throw failure(EISDIR) }
            self = try Destination.file(named: path, of: path)
            return
        }
        // Link by link: a descriptor is used as it is, not opened a second time with a separate position.
        var name = path
        for step in 0...Destination.mostLinks {
            if let number = Destination.ownDescriptor(name) {
                let flags = fcntl(number, F_GETFL)
                guard flags >= 0, flags & O_ACCMODE != O_RDONLY else { throw failure(EBADF) }
                self = .descriptor(number)
                return
            }
            guard let target = Destination.target(of: name) else { break }
            guard step < Destination.mostLinks else { throw failure(ELOOP) }
            name = target.hasPrefix("/") ? target : Folder.split(name).folder + "/" + target
        }
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT else { throw failure(errno) }
            self = try Destination.file(named: name, of: path)
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: throw failure(EISDIR)
        case S_IFREG:
            // Links of /proc lead to files that their text does not name.
            var named = stat()
            let isNamed =
                lstat(name, &named) == 0 && (named.st_dev, named.st_ino) == (status.st_dev, status.st_ino)
            self = isNamed ? try Destination.file(named: name, of: path) : .stream(path)
        default: self = .stream(path)
        }
    }

    private static func file(named name: String, of path: String) throws(FileError) -> Destination {
        let (folder, last) = Folder.split(name)
        guard !["", ".", ".."].contains(last) else { throw FileError(path, doing: "write it", number: EISDIR) }
        return .file(folder: folder, name: last)
    }

    /// What a link says; nil where the name is none.
    static func target(of name: String) -> String? {
        var text = Array(repeating: CChar(0), count: Int(PATH_MAX))
        let count = readlink(name, &text, text.count)
        return count > 0 ? String(decoding: text[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }

    /// The descriptor of this process that a name stands for.
    private static func ownDescriptor(_ name: String) -> Int32? {
        switch name {
        case "-", "/dev/stdout": return STDOUT_FILENO
        case "/dev/stderr": return STDERR_FILENO
        default: break
        }
        let folders = ["/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/", "/proc/\(getpid())/fd/"]
        guard let folder = folders.first(where: name.hasPrefix) else { return nil }
        return Int32(name.dropFirst(folder.count)).flatMap { $0 >= 0 ? $0 : nil }
    }

    /// Finds before any work whether something can be written there, as far as that can be known.
    ///
    /// - Throws: ``FileError``.
    package static func expectWritable(_ path: String) throws(FileError) {
        guard case .file(let folder, let name) = try Destination(path) else { return }
        guard access(folder + "/.", W_OK | X_OK) == 0 else { throw FileError(path, doing: "write it") }
        guard access("\(folder)/\(name)", F_OK) != 0 || access("\(folder)/\(name)", W_OK) == 0 else {
            throw FileError(path, doing: "write it")
        }
    }
}
