import Dispatch
import Glibc
import Synchronization

/// Ends the run in good order on Ctrl-C or `kill`: the children die, the caller says what it has to say, and the process
/// exits with 130. A second signal exits at once.
///
/// It listens as long as it lives: hold it with `withExtendedLifetime`. Children that appear after the first signal are
/// refused by ``Children``.
package final class InterruptionGuard {
    private let sources: [any DispatchSourceSignal]

    /// Signals so far.
    private final class Count: Sendable { let value = Mutex(0) }

    package static let exitCode: Int32 = 130

    /// - Parameters:
    ///   - children: what is killed.
    ///   - exit: how the process ends; for tests.
    ///   - farewell: called once, on another thread, when the children are dead.
    package init(
        _ children: Children, exit: @escaping @Sendable (Int32) -> Void = { Glibc.exit($0) },
        farewell: @escaping @Sendable () -> Void = {}
    ) {
        let signals = Count()
        sources = [SIGINT, SIGTERM].map { number in
            // The source sees the signal only if it does not end the process first.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                let earlier = signals.value.withLock { count in
                    defer { count += 1 }
                    return count
                }
                guard earlier == 0 else { _exit(InterruptionGuard.exitCode) }
                // On a thread of its own, so that a second signal is heard while this one is dealt with.
                DispatchQueue.global().async {
                    children.killAll()
                    farewell()
                    exit(InterruptionGuard.exitCode)
                }
            }
            source.activate()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
}
