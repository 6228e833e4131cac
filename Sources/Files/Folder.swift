import Glibc

/// A directory, held open so that what is done in it is done there, wherever its name points meanwhile.
package final class Folder {
    let descriptor: Int32
    package let path: String
    /// O_PATH, which Swift does not import; the same number on every processor that Swift runs on.
    private static let pathAlone: Int32 = 0x20_0000

    /// - Throws: ``FileError`` where there is no such directory.
    package init(_ path: String, doing: String = "write it") throws(FileError) {
        self.path = path
        var opened = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // A directory that may be searched and not listed can be written to all the same.
        if opened < 0, errno == EACCES { opened = open(path, Folder.pathAlone | O_DIRECTORY | O_CLOEXEC) }
        guard opened >= 0 else { throw FileError(path, doing: doing) }
        descriptor = opened
    }

    deinit { close(descriptor) }

    /// The directory and the last name of a path.
    package static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        return (folder, String(path[path.utf8.index(after: slash)...]))
    }

    /// Makes a directory and those above it that are missing.
    ///
    /// - Throws: ``FileError`` with the name that was asked for.
    package static func make(_ path: String) throws(FileError) {
        guard !path.isEmpty else { throw FileError(path, doing: "make the directory", number: ENOENT) }
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw FileError(path, doing: "make the directory", number: ENOTDIR)
            }
            return
        }
        var missing: [String] = []
        var rest = path
        while rest.count > 1, rest.hasSuffix("/") { rest.removeLast() }
        while stat(rest, &status) != 0 {
            guard errno == ENOENT else { throw FileError(path, doing: "make the directory") }
            missing.append(rest)
            let above = split(rest).folder
            guard above != rest else { break }
            rest = above
            while rest.count > 1, rest.hasSuffix("/") { rest.removeLast() }
        }
        for name in missing.reversed() {
            // Another process may make it at the same time; a link that leads nowhere is no directory.
            guard mkdir(name, 0o777) == 0 || errno == EEXIST && stat(name, &status) == 0 else {
                throw FileError(path, doing: "make the directory")
            }
        }
    }

    /// Whether a path names a link, whatever that leads to.
    package static func isLink(_ path: String) -> Bool {
        var status = stat()
        var name = path
        // "link/" is what the link leads to.
        while name.count > 1, name.hasSuffix("/") { name.removeLast() }
        return lstat(name, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// Expects a directory, where it is there, to be one and no link to one: within a folder that somebody else may have
    /// made, a link leads anywhere.
    ///
    /// - Throws: ``FileError``.
    package static func expectOwn(_ path: String) throws(FileError) {
        guard isLink(path) else { return }
        throw FileError(path, doing: "write there", reason: "it is a link to another directory; name that itself")
    }

    /// Sends names to the disk. A file system that cannot do that for a directory is no error.
    func sync() -> Bool { Disk.sync(descriptor) }
}

/// What reaches the disk.
enum Disk {
    /// Sends a file to the disk; false where it did not get there. Where the file system, as some in user space and over a
    /// network, has no such call, there is nothing more to be done.
    static func sync(_ descriptor: Int32) -> Bool {
        while fsync(descriptor) != 0 {
            switch errno {
            case EINTR: continue
            case EIO, ENOSPC, EDQUOT: return false
            default: return true
            }
        }
        return true
    }
}
