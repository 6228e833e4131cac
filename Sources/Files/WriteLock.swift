import Glibc
import Synchronization

/// Held while files are written, so that a process that is about to exit ends between two of them.
package enum WriteLock {
    /// True when nothing more may be written.
    private static let isStopped = Mutex(false)

    /// Waits for what is being written; nothing is written from then on. For a process that is about to exit.
    package static func stop() { isStopped.withLock { $0 = true } }

    /// Does nothing half: ``stop()`` waits for the end of the body.
    package static func hold<Answer, Failure: Error>(
        _ body: () throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        try isStopped.withLock { stopped throws(Failure) in
            while stopped { sleep(1) }
            return try body()
        }
    }
}
