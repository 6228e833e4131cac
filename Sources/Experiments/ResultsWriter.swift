import Files
import Glibc
package import Trials

/// Writes one experiment's measurements.csv: every row as it lands, so that what was measured is kept whatever happens.
///
/// Opening it makes the directory, claims the file for this process and finds what is there; ``begin(keeping:of:describing:)`` then
/// starts the file afresh with the rows worth keeping. Nothing is written through a link. Not Sendable: one thread writes.
package final class ResultsWriter {
    package let directory: String
    package let file: String
    /// What the file held when it was opened; nil when there was none or it is set aside.
    package let existing: Results?
    /// What the user should know of the file system; nil for nothing.
    package var warning: String? { lock.warning }
    /// The file as it was found, locked as long as this lives: a process that opens it before or after it is replaced finds a
    /// lock. Negative where a link stands there: it is read, and replaced as it is.
    let claim: Int32
    let lock: FileLock
    /// The file being written, the last, and those whose place it took: open, so that they stay locked.
    var outputs: [OutputFile] = []
    package let isFresh: Bool

    /// - Parameters:
    ///   - name: of the file; processes that measure parts of an experiment have one each.
    ///   - isFresh: the old file is not read, and set aside when the new one begins.
    /// - Throws: ``ResultsError`` when the directory cannot be made or written, another process writes to the file, or
    ///   what is there is malformed.
    package init(directory: String, name: String = Results.fileName, isFresh: Bool = false) throws(ResultsError) {
        self.directory = directory
        self.isFresh = isFresh
        let file = "\(directory)/\(name)"
        self.file = file
        do { try Folder.make(directory) } catch { throw ResultsError(error) }
        let claim = try ResultsWriter.claim(file)
        do throws(ResultsError) {
            do throws(FileLock.Failure) {
                lock = try FileLock(file, descriptor: claim >= 0 ? claim : nil)
            } catch {
                throw ResultsError(error, of: file)
            }
            guard access(directory, W_OK) == 0 else {
                throw .system(file: directory, doing: "write to it", reason: FileBytes.reason(errno))
            }
            let isEmpty = claim >= 0 ? lseek(claim, 0, SEEK_END) == 0 : access(file, F_OK) != 0
            existing = isFresh || isEmpty ? nil : try Results.read(file: file)
        } catch {
            if claim >= 0 { close(claim) }
            throw error
        }
        self.claim = claim
        OutputFile.removeLeftover(of: file)
    }

    /// Opens the file that is there, or an empty one; −1 where a link is there.
    private static func claim(_ file: String) throws(ResultsError) -> Int32 {
        func failure(_ number: Int32) -> ResultsError {
            .system(file: file, doing: "write it", reason: FileBytes.reason(number))
        }
        let claim = open(file, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o666)
        guard claim >= 0 else {
            guard errno == ELOOP, Folder.isLink(file) else { throw failure(errno) }
            return -1
        }
        var status = stat()
        guard fstat(claim, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(claim)
            throw .system(file: file, doing: "write it", reason: "it is no regular file")
        }
        return claim
    }

    deinit {
        if outputs.isEmpty, claim >= 0, lseek(claim, 0, SEEK_END) == 0 {
            // Nothing was begun: leave nothing, as it was found.
            unlink(file)
        }
        if claim >= 0 { close(claim) }
    }

    /// Adds one row: one write, then to the disk. After a failure the file ends where it ended before.
    package func append(_ row: Row) throws(ResultsError) {
        guard let output = outputs.last else { preconditionFailure("a file begins before its rows") }
        try WriteLock.hold { () throws(ResultsError) in
            // Written to a file that has no name any more, a row is lost.
            guard output.isNamed else { throw .vanished(file, rescued: try rescue(output, Results.line(row))) }
            let end = lseek(output.descriptor, 0, SEEK_END)
            do throws(FileError) {
                try output.write(Results.line(row))
                try output.sync()
            } catch {
                // A truncated line would be recognised, but need not be left.
                if end >= 0 { _ = ftruncate(output.descriptor, end) }
                throw ResultsError(error)
            }
        }
    }

    /// Writes the rows of a file that was removed while it was written, and this line, to one in the present directory.
    private func rescue(_ output: OutputFile, _ line: String) throws(ResultsError) -> String {
        var bytes: [UInt8] = []
        var part = Array(repeating: UInt8(0), count: 1 << 16)
        while case let count = pread(output.descriptor, &part, part.count, bytes.count), count > 0 {
            bytes += part[..<count]
        }
        let name = "\(directory.split(separator: "/").last ?? "results").rescued.csv"
        guard access(name, F_OK) != 0, !Folder.isLink(name) else {
            throw .system(file: name, doing: "write it", reason: FileBytes.reason(EEXIST))
        }
        do {
            let rescued = try OutputFile(name, links: .replaced)
            try rescued.write(String(decoding: bytes, as: UTF8.self) + line)
            try rescued.commit()
        } catch {
            throw ResultsError(error)
        }
        return name
    }
}
