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
    /// Where the old file goes when it is not gone on with; nil to replace it.
    private let aside: String?

    /// - Parameters:
    ///   - name: of the file; processes that measure parts of an experiment have one each.
    ///   - isFresh: the old file is not read, and kept as measurements.previous.csv when the new one begins.
    /// - Throws: ``ResultsError`` when the directory cannot be made or written, another process writes to the file, or
    ///   what is there is malformed.
    package init(directory: String, name: String = Results.fileName, isFresh: Bool = false) throws(ResultsError) {
        self.directory = directory
        aside = isFresh ? "\(directory)/\(Results.previousName)" : nil
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
    package func begin(keeping rows: [Row] = []) throws(ResultsError) {
        precondition(output < 0, "a file begins once")
        let new = "\(file).new"
        output = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o666)
        guard output >= 0, flock(output, LOCK_EX | LOCK_NB) == 0 else { throw failure("write it") }
        do throws(ResultsError) {
            try write(Results.text(rows))
            if let aside, lseek(claim, 0, SEEK_END) > 0 {
                unlink(aside)
                guard link(file, aside) == 0 else { throw failure("keep the old one") }
            }
            guard rename(new, file) == 0 else { throw failure("replace it") }
            // The new name is to last as well.
            let names = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard names >= 0 else { throw failure("replace it") }
            defer { close(names) }
            guard fsync(names) == 0 else { throw failure("replace it") }
        } catch {
            // What was there stays, and nothing half written beside it.
            unlink(new)
            close(output)
            output = -1
            throw error
        }
    }

    /// Adds one row: one write, then to the disk. After a failure the file ends where it ended before.
    package func append(_ row: Row) throws(ResultsError) {
        precondition(output >= 0, "a file begins before its rows")
        try write(Results.line(row))
    }

    private func write(_ text: String) throws(ResultsError) {
        let end = lseek(output, 0, SEEK_END)
        var text = text
        let done = text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(output, bytes.baseAddress! + written, bytes.count - written)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                written += count
            }
            return true
        }
        guard done, fsync(output) == 0 else {
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
