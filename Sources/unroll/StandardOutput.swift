import Files
import Foundation
import Synchronization

/// Writes to standard output. It stands before Swift's own `print` in this module: that reports no error, and a table cut
/// short must not pass for a whole one.
///
/// Where no reader is left the command ends, as `head` expects: by SIGPIPE, without a word. Where the program that started this
/// process ignores that signal, and for every other reason, it ends with 74 and says why.
func print(_ text: String) { StandardOutput.write(text + "\n") }

/// An empty line.
func print() { StandardOutput.write("\n") }

/// The same with another end, or none. A separate function: with a default value Swift's `print` would be the better match.
func print(_ text: String, terminator: String) { StandardOutput.write(text + terminator) }

/// What is printed, gathered into few writes.
enum StandardOutput {
    private static let pending = Mutex<[UInt8]>([])
    private static let isTerminal = isatty(STDOUT_FILENO) == 1
    private static let buffer = 1 << 16
    private static let endsSilently = Atomic(false)

    /// Before anything is printed: SIGPIPE is an error of the write that it comes of, here and in every other pipe.
    static func begin() {
        let before = signal(SIGPIPE, SIG_IGN)
        // The default handler is no function.
        endsSilently.store(before == nil, ordering: .relaxed)
        // A run that is interrupted ends on another thread.
        atexit { StandardOutput.pending.withLockIfAvailable { _ = StandardOutput.flush(&$0) } }
    }

    static func write(_ text: String) {
        let isWritten = pending.withLock { pending in
            pending += text.utf8
            return pending.count < buffer && !isTerminal || flush(&pending)
        }
        if !isWritten { end(errno) }
    }

    /// After everything is printed. Some file systems report a full disk only when a file is closed.
    static func finish() {
        guard pending.withLock({ flush(&$0) }), fflush(nil) == 0 else { end(errno) }
        let copy = dup(STDOUT_FILENO)
        if copy >= 0, close(copy) != 0 { end(errno) }
    }

    private static func flush(_ pending: inout [UInt8]) -> Bool {
        let bytes = pending
        pending = []
        return bytes.withUnsafeBytes { Descriptor.write($0, to: STDOUT_FILENO) }
    }

    private static func end(_ reason: Int32) -> Never {
        if reason == EPIPE, endsSilently.load(ordering: .relaxed) {
            signal(SIGPIPE, SIG_DFL)
            raise(SIGPIPE)
        }
        writeError("unroll: cannot write standard output: \(String(cString: strerror(reason)))\n")
        exit(Exit.system)
    }
}
