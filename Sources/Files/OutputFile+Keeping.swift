import Glibc

extension OutputFile {
    /// Keeps a file under a second name as well: as the same file, or as a copy where the file system has no second names.
    ///
    /// - Returns: false when the name is taken, by a link too.
    /// - Throws: ``FileError``.
    package static func keep(_ path: String, as second: String) throws(FileError) -> Bool {
        if link(path, second) == 0 { return true }
        switch errno {
        case EEXIST: return false
        case EPERM, EOPNOTSUPP, ENOSYS, EMLINK, EXDEV, EINVAL, ENOTTY: return try copy(path, to: second)
        default: throw FileError(path, doing: "keep the old one")
        }
    }

    /// Through another name, so that what has the second name is whole.
    private static func copy(_ path: String, to second: String) throws(FileError) -> Bool {
        var status = stat()
        guard lstat(second, &status) != 0 else { return false }
        let source = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw FileError(path, doing: "keep the old one") }
        defer { close(source) }
        let output = try OutputFile(second, links: .replaced)
        var part = Array(repeating: UInt8(0), count: 1 << 16)
        while true {
            let count = read(source, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError(path, doing: "keep the old one") }
            guard count > 0 else { break }
            try output.write(Array(part[..<count]))
        }
        if fstat(source, &status) == 0 { _ = fchmod(output.descriptor, status.st_mode & 0o777) }
        try output.commit()
        return true
    }
}
