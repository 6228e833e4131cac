import Foundation
import Glibc
package import Trials

/// Writes one experiment's measurements.csv: every row as it lands, so that what was measured is kept whatever happens.
///
/// Opening it makes the directory, claims the file for this process and finds what is there; ``begin(keeping:)`` then
/// starts the file anew with the rows worth keeping. Not Sendable: one thread writes.
package final class ResultsWriter {
    package let directory: String
    package let file: String
    /// What the file held when it was opened; nil when there was none or it is set aside.
    package let existing: Results?
    /// The file as it was found, locked as long as this lives: whoever opens it before or after it is replaced finds a
    /// lock.
    private let claim: Int32
    private var output: Int32 = -1
    private let isFresh: Bool

    /// - Parameters:
    ///   - name: of the file; processes that measure parts of an experiment have one each.
    ///   - isFresh: the old file is not read, and set aside when the new one begins.
    /// - Throws: ``ResultsError`` when the directory cannot be made or written, another process writes to the file, or
    ///   what is there is malformed.
    package init(directory: String, name: String = Results.fileName, isFresh: Bool = false) throws(ResultsError) {
        self.directory = directory
        self.isFresh = isFresh
        file = "\(directory)/\(name)"
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            // Foundation's error hides the reason; asking for the directory itself gives the system's.
            let reason = mkdir(directory, 0o777) == 0 ? "\(error)" : FileBytes.reason(errno)
            throw .system(file: directory, doing: "make the directory", reason: reason)
        }
        let claim = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard claim >= 0 else { throw .system(file: file, doing: "write it", reason: FileBytes.reason(errno)) }
        do throws(ResultsError) {
            guard flock(claim, LOCK_EX | LOCK_NB) == 0 else { throw .inUse(file) }
            guard access(directory, W_OK) == 0 else {
                throw .system(file: directory, doing: "write to it", reason: FileBytes.reason(errno))
            }
            existing = isFresh || lseek(claim, 0, SEEK_END) == 0 ? nil : try Results.read(file: file)
        } catch {
            close(claim)
            throw error
        }
        self.claim = claim
        WholeFile.removeLeftover(of: file)
    }

    deinit {
        if output >= 0 {
            close(output)
        } else if lseek(claim, 0, SEEK_END) == 0 {
            // Nothing was begun: leave nothing, as it was found.
            unlink(file)
        }
        close(claim)
    }

    /// Starts the file with the header and these rows. What was there is replaced in one step: whoever reads, and a
    /// process that is killed, sees the old file or the new one.
    ///
    /// - Parameter settingAside: the old file is kept under another name, as it always is when this one is fresh.
    /// - Returns: that name; nil when no file was set aside.
    @discardableResult
    package func begin(keeping rows: [Row] = [], settingAside: Bool = false) throws(ResultsError) -> String? {
        precondition(output < 0, "a file begins once")
        return try WholeFile.exclusively { () throws(ResultsError) in
            let new = WholeFile.temporary(file)
            output = open(new, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o666)
            guard output >= 0, flock(output, LOCK_EX | LOCK_NB) == 0 else { throw failure("write it") }
            do throws(ResultsError) {
                try write(Results.text(rows))
                let hasOld = lseek(claim, 0, SEEK_END) > 0
                let aside = hasOld && (isFresh || settingAside) ? try setAside() : nil
                guard rename(new, file) == 0 else { throw failure("replace it") }
                // The new name is to last as well.
                let names = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                guard names >= 0 else { throw failure("replace it") }
                defer { close(names) }
                guard fsync(names) == 0 else { throw failure("replace it") }
                return aside
            } catch {
                // What was there stays, and nothing half written beside it.
                unlink(new)
                close(output)
                output = -1
                throw error
            }
        }
    }

    /// Gives the old file a second name, the first free one: measurements.previous.csv, measurements.2.previous.csv, …
    private func setAside() throws(ResultsError) -> String {
        let stem = file.hasSuffix(".csv") ? String(file.dropLast(4)) : file
        for number in 1... {
            let aside = number == 1 ? "\(stem).previous.csv" : "\(stem).\(number).previous.csv"
            if link(file, aside) == 0 { return String(aside.dropFirst(directory.count + 1)) }
            guard errno == EEXIST else { throw failure("keep the old one") }
        }
        fatalError("numbers do not end")
    }

    /// Adds one row: one write, then to the disk. After a failure the file ends where it ended before.
    package func append(_ row: Row) throws(ResultsError) {
        precondition(output >= 0, "a file begins before its rows")
        try WholeFile.exclusively { () throws(ResultsError) in
            // Written to a file that has no name any more, a row is lost.
            var status = stat()
            guard fstat(output, &status) == 0, status.st_nlink > 0 else {
                throw .vanished(file, rescued: try rescue(Results.line(row)))
            }
            try write(Results.line(row))
        }
    }

    /// Writes the rows of a file that was removed under our hands, and this line, to one in the present directory.
    private func rescue(_ line: String) throws(ResultsError) -> String {
        var bytes: [UInt8] = []
        var part = Array(repeating: UInt8(0), count: 1 << 16)
        while case let count = pread(output, &part, part.count, bytes.count), count > 0 { bytes += part[..<count] }
        let name = "\(directory.split(separator: "/").last ?? "results").rescued.csv"
        let rescued = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard rescued >= 0 else { throw .system(file: name, doing: "write it", reason: FileBytes.reason(errno)) }
        defer { close(rescued) }
        guard WholeFile.write(String(decoding: bytes, as: UTF8.self) + line, to: rescued), fsync(rescued) == 0 else {
            throw .system(file: name, doing: "write it", reason: FileBytes.reason(errno))
        }
        return name
    }

    private func write(_ text: String) throws(ResultsError) {
        let end = lseek(output, 0, SEEK_END)
        guard WholeFile.write(text, to: output), fsync(output) == 0 else {
            let error = failure("write it")
            // A torn line would be recognised, but need not be left.
            if end >= 0 { _ = ftruncate(output, end) }
            throw error
        }
    }

    private func failure(_ doing: String) -> ResultsError {
        .system(file: file, doing: doing, reason: FileBytes.reason(errno))
    }
}
