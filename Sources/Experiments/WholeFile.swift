import Glibc
import Synchronization

/// Files that are written as a whole: whoever reads, and whoever is killed, finds the old file or the new one.
///
/// Not Foundation's atomic writing: a process that is killed leaves its temporary file there under a random name, one more
/// each time. Ours has one name, `FILE.new`, which the next writer takes over.
package enum WholeFile {
    /// Held while files are written; true when nothing more may be.
    private static let isStopped = Mutex(false)

    /// Writes a file in one step and to the disk.
    package static func write(_ text: String, to file: String) throws(ResultsError) {
        try exclusively { () throws(ResultsError) in try replace(file, with: text) }
    }

    /// Waits for whoever is writing; from then on nobody writes any more. For a process that is about to exit.
    package static func stop() { isStopped.withLock { $0 = true } }

    /// Removes what a killed writer of this file may have left.
    package static func removeLeftover(of file: String) { unlink(temporary(file)) }

    static func temporary(_ file: String) -> String { file + ".new" }

    /// Does nothing half: ``stop()`` waits for the end of the body.
    static func exclusively<Answer, Failure: Error>(
        _ body: () throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        try isStopped.withLock { stopped throws(Failure) in
            while stopped { sleep(1) }
            return try body()
        }
    }

    private static func replace(_ file: String, with text: String) throws(ResultsError) {
        func failure() -> ResultsError { .system(file: file, doing: "write it", reason: FileBytes.reason(errno)) }
        let new = temporary(file)
        let output = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard output >= 0 else { throw failure() }
        defer { close(output) }
        guard write(text, to: output), fsync(output) == 0, rename(new, file) == 0 else {
            let error = failure()
            unlink(new)
            throw error
        }
    }

    /// Writes all of a text; false when the system refuses.
    static func write(_ text: String, to output: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(output, bytes.baseAddress! + written, bytes.count - written)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                written += count
            }
            return true
        }
    }
}
