import Glibc

/// An output being written: a regular file is replaced in one step when the new one is whole, and everything else is
/// opened and written.
///
/// A reader, and a process that is killed, finds the old file or the new one. Until then the new one is `FILE.new` in the same
/// directory: one name, so that a killed writer leaves one file and the next takes it over. It is made by this writer
/// alone and never through a link. Who may read and write the old file may do so with the new one.
package final class OutputFile {
    private let path: String
    /// Of a regular file: its directory, its name and that of the new one.
    private let place: (folder: Folder, name: String, draft: String)?
    /// Open for reading too, where it is a regular file.
    package let descriptor: Int32
    private var pending: [UInt8] = []
    private var isCommitted = false

    private static let buffer = 1 << 16

    /// Opens the output; a FIFO waits for its reader.
    ///
    /// - Throws: ``FileError``.
    package init(_ path: String, links: Links = .followed) throws(FileError) {
        self.path = path
        switch try Destination(path, links: links) {
        case .descriptor(let number):
            place = nil
            descriptor = fcntl(number, F_DUPFD_CLOEXEC, 3)
        case .stream(let name):
            place = nil
            descriptor = OutputFile.open(stream: name)
        case .file(let directory, let name):
            let folder: Folder
            do { folder = try Folder(directory) } catch {
                throw FileError(path, doing: "write it", reason: error.reason)
            }
            let draft = OutputFile.draft(of: name)
            place = (folder, name, draft)
            descriptor = OutputFile.open(draft: draft, for: name, in: folder)
        }
        guard descriptor >= 0 else { throw FileError(path, doing: "write it") }
    }

    deinit {
        let reason = errno
        if let place, !isCommitted, isStillThere(place.folder, place.draft) {
            unlinkat(place.folder.descriptor, place.draft, 0)
        }
        close(descriptor)
        errno = reason
    }

    /// Where the new file stands until it is whole, for a library that opens files by their names: of it no part but the last is
    /// a link, and none may be followed there. Nil of what is no regular file.
    package var draftPath: String? {
        guard let place, let folder = realpath(place.folder.path, nil) else { return nil }
        defer { free(folder) }
        return "\(String(cString: folder))/\(place.draft)"
    }

    // MARK: Opening

    /// The name of the new file while it is written. The longest names leave no room for more.
    private static func draft(of name: String) -> String { name.utf8.count <= 251 ? name + ".new" : ".unroll.new" }

    static func open(stream path: String) -> Int32 {
        while true {
            let output = Glibc.open(path, O_WRONLY | O_TRUNC | O_NOCTTY | O_CLOEXEC)
            if output >= 0 || errno != EINTR { return output }
        }
    }

    /// Makes the new file, with the rights of the one that it replaces; −1 and a reason where it cannot.
    private static func open(draft: String, for name: String, in folder: Folder) -> Int32 {
        let directory = folder.descriptor
        var old = stat()
        let isReplacing = fstatat(directory, name, &old, AT_SYMLINK_NOFOLLOW) == 0 && old.st_mode & S_IFMT == S_IFREG
        // Renaming asks for the rights of the directory alone.
        if isReplacing, faccessat(directory, name, W_OK, AT_EACCESS) != 0 { return -1 }
        let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND | O_CLOEXEC
        for _ in 0..<16 {
            let output = openat(directory, draft, flags, isReplacing ? 0o600 : 0o666)
            if output >= 0 {
                if isReplacing { keepRights(of: old, on: output) }
                return output
            }
            // What a killed writer left, or what stands there for the unwary.
            guard errno == EEXIST else { return -1 }
            guard unlinkat(directory, draft, 0) == 0 || errno == ENOENT else { return -1 }
        }
        errno = EEXIST
        return -1
    }

    /// Owner and group where possible; where the group cannot be kept, no one else gets rights by the new one. A file system
    /// without owners or modes has none to keep.
    private static func keepRights(of old: stat, on output: Int32) {
        var new = stat()
        guard fstat(output, &new) == 0 else { return }
        var mode = old.st_mode & 0o777
        if new.st_uid != old.st_uid { _ = fchown(output, old.st_uid, gid_t.max) }
        if new.st_gid != old.st_gid, fchown(output, uid_t.max, old.st_gid) != 0 { mode &= ~0o070 | (mode & 0o007) << 3 }
        _ = fchmod(output, mode)
    }

    // MARK: Writing

    /// - Throws: ``FileError``.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        if bytes.count < OutputFile.buffer {
            pending += bytes
        } else {
            // Not copied: tensors may be most of the memory there is.
            try flush()
            guard Descriptor.write(bytes, to: descriptor) else { throw FileError(path, doing: "write it") }
        }
        if pending.count >= OutputFile.buffer { try flush() }
    }

    package func write(_ bytes: [UInt8]) throws(FileError) {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(FileError) in try write(bytes) }
        }
        try result.get()
    }

    package func write(_ text: String) throws(FileError) {
        pending += text.utf8
        if pending.count >= OutputFile.buffer { try flush() }
    }

    /// Hands over to the system what is written so far.
    package func flush() throws(FileError) {
        let bytes = pending
        pending = []
        guard bytes.withUnsafeBytes({ Descriptor.write($0, to: descriptor) }) else {
            throw FileError(path, doing: "write it")
        }
    }

    /// Hands over what is written so far, to the disk where it is a regular file.
    package func sync() throws(FileError) {
        try flush()
        guard place == nil || Disk.sync(descriptor) else { throw FileError(path, doing: "write it") }
    }

    /// The file is whole: it has its name from here on. What is written later is added to it.
    ///
    /// - Throws: ``FileError``; the old file stays then.
    package func commit() throws(FileError) {
        try sync()
        guard let place, !isCommitted else { return }
        guard isStillThere(place.folder, place.draft) else {
            throw FileError(path, doing: "write it", reason: "another process writes it at the same time")
        }
        let directory = place.folder.descriptor
        guard renameat(directory, place.draft, directory, place.name) == 0 else {
            throw FileError(path, doing: "replace it")
        }
        isCommitted = true
        guard place.folder.sync() else { throw FileError(path, doing: "replace it") }
    }

    /// Whether a name is that of the file being written.
    private func isStillThere(_ folder: Folder, _ name: String) -> Bool {
        var (own, named) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && fstatat(folder.descriptor, name, &named, AT_SYMLINK_NOFOLLOW) == 0
            && (own.st_dev, own.st_ino) == (named.st_dev, named.st_ino)
    }

    /// Whether the file has a name yet: a file that was removed takes rows that no one will find.
    package var isNamed: Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_nlink > 0
    }
}

extension OutputFile {
    /// Writes a whole text.
    ///
    /// - Throws: ``FileError``.
    package static func write(_ text: String, to path: String, links: Links = .followed) throws(FileError) {
        // Who reads a pipe may take its time; an exit does not wait for it.
        guard case .file = try Destination(path, links: links) else {
            return try OutputFile(path, links: links).commit(text)
        }
        try WriteLock.hold { () throws(FileError) in try OutputFile(path, links: links).commit(text) }
    }

    private func commit(_ text: String) throws(FileError) {
        try write(text)
        try commit()
    }

    /// Writes a whole text to a file within a folder, where a link is replaced.
    ///
    /// - Throws: ``FileError``.
    package static func write(_ text: String, in folder: String, as name: String) throws(FileError) {
        try write(text, to: "\(folder)/\(name)", links: .replaced)
    }

    /// Removes a link, for a program that would write through it.
    ///
    /// - Throws: ``FileError``.
    package static func removeLink(_ path: String) throws(FileError) {
        guard Folder.isLink(path), unlink(path) != 0, errno != ENOENT else { return }
        throw FileError(path, doing: "remove the link")
    }

    /// Removes what a killed writer of this file may have left.
    package static func removeLeftover(of path: String) {
        let (folder, name) = Folder.split(path)
        unlink("\(folder)/\(draft(of: name))")
    }
}
