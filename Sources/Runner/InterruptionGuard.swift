import Foundation
import Glibc

/// Ends the run in good order on Ctrl-C or `kill`: the children die, the caller says what it has to say, and the
/// process exits with 130. A second signal exits at once. Threads that drive a child wait for the exit, so that nobody
/// takes its death for a result.
///
/// It listens as long as it lives: hold it with `withExtendedLifetime`. Only one at a time. Children that would start
/// after the first signal are refused by ``Children``.
///
/// Not a DispatchSource: between making and activating one a signal is lost.
package final class InterruptionGuard {
    package static let exitCode: Int32 = 130

    private static let signals = [SIGINT, SIGTERM]
    private let ear: PipeEnd

    /// - Parameters:
    ///   - children: what is killed.
    ///   - first: what the first signal does instead, on another thread; the second then ends the run. Nil when the first does.
    ///   - farewell: called once, on another thread, when the children are dead.
    package init(
        _ children: Children, first: (@Sendable () -> Void)? = nil, farewell: @escaping @Sendable () -> Void = {}
    ) {
        guard let (mouth, ear) = try? PipeEnd.pair() else { fatalError("no pipe to hear signals by") }
        precondition(earOfSignals < 0, "one guard at a time")
        earOfSignals = ear
        self.ear = PipeEnd(ear)
        Thread.detachNewThread {
            let mouth = PipeEnd(mouth)
            guard InterruptionGuard.hears(mouth) else { return }
            if let first {
                first()
                guard InterruptionGuard.hears(mouth) else { return }
            }
            // On a thread of its own, so that a second signal is heard while this one is dealt with.
            Thread.detachNewThread {
                children.killAll(beforeExit: true)
                farewell()
                exit(InterruptionGuard.exitCode)
            }
            if InterruptionGuard.hears(mouth) { _exit(InterruptionGuard.exitCode) }
        }
        for number in InterruptionGuard.signals {
            signal(number) { _ in
                // Only what is allowed in a signal handler.
                let before = errno
                var byte: UInt8 = 0
                _ = write(earOfSignals, &byte, 1)
                errno = before
            }
        }
        // Whoever started this process may have left them blocked, as threads of libdispatch do.
        var heard = sigset_t()
        sigemptyset(&heard)
        for number in InterruptionGuard.signals { sigaddset(&heard, number) }
        pthread_sigmask(SIG_UNBLOCK, &heard, nil)
    }

    deinit {
        for number in InterruptionGuard.signals { signal(number, SIG_DFL) }
        earOfSignals = -1
    }

    /// Waits for a signal; false when the guard has gone.
    private static func hears(_ mouth: PipeEnd) -> Bool {
        if case .bytes = mouth.read(limit: 1) { true } else { false }
    }
}

/// Where the signal handler writes. A global of a constant, for a handler may not wait for one to be made; written
/// while no handler is installed.
nonisolated(unsafe) private var earOfSignals: Int32 = -1
