import Glibc
import Machine

/// Ends the run in good order on Ctrl-C, `kill` or the end of the terminal: the children die, the caller says what it has to say, and the
/// process exits with 130. A second signal exits at once; one within a second of the first is none, for timeout(1) and some
/// schedulers send two at once, to the process and to its group. Threads that drive a child wait for the exit, so that its
/// death is not taken for a result.
///
/// Only one at a time, which is why it begins and ends with what it guards. Children that would start after the first signal
/// are refused by ``Children``.
///
/// A signal that was ignored when this process began, as under nohup or in the background of a script, stays ignored.
///
/// Not a DispatchSource: between making and activating one a signal is lost.
package final class InterruptionGuard {
    package static let exitCode: Int32 = 130

    /// Those that interrupt.
    static let signals = [SIGINT, SIGTERM, SIGHUP]
    private let writeEnd: FileDescriptor
    /// Those that are handled, and what was done with them before.
    private let handled: [(number: Int32, before: sigaction)]

    /// Listens while something runs.
    ///
    /// - Parameters:
    ///   - children: what is killed.
    ///   - first: what the first signal does instead, on another thread; the second then ends the run. Nil when the first does.
    ///   - onInterrupt: called once, on another thread, when the children are dead.
    /// - Throws: ``SpawnError`` where there are no descriptors left for signals, and what the body throws.
    package static func during<Answer>(
        _ children: Children, first: (@Sendable () -> Void)? = nil, onInterrupt: @escaping @Sendable () -> Void = {},
        _ body: () throws -> Answer
    ) throws -> Answer {
        let listener = try InterruptionGuard(children, first: first, onInterrupt: onInterrupt)
        defer { listener.end() }
        return try body()
    }

    private init(
        _ children: Children, first: (@Sendable () -> Void)?, onInterrupt: @escaping @Sendable () -> Void
    ) throws(SpawnError) {
        precondition(signalPipe < 0, "one guard at a time")
        let (readEnd, writeEnd) = try FileDescriptor.pipe()
        signalPipe = writeEnd.descriptor
        self.writeEnd = writeEnd
        InterruptionGuard.start {
            var last: Double?
            guard InterruptionGuard.waitForSignal(readEnd, after: &last) else { return }
            if let first {
                first()
                guard InterruptionGuard.waitForSignal(readEnd, after: &last) else { return }
            }
            // On a separate thread, so that a second signal is handled while this one is dealt with.
            InterruptionGuard.start {
                children.killAll(beforeExit: true)
                onInterrupt()
                exit(InterruptionGuard.exitCode)
            }
            if InterruptionGuard.waitForSignal(readEnd, after: &last) { _exit(InterruptionGuard.exitCode) }
        }
        handled = InterruptionGuard.signals.compactMap { number in
            var before = sigaction()
            sigaction(number, nil, &before)
            guard unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self) != InterruptionGuard.ignored else {
                return nil
            }
            signal(number) { _ in
                // Only what is allowed in a signal handler. The time is taken here: the thread that reads it may be kept waiting.
                let before = errno
                var now = timespec()
                clock_gettime(CLOCK_MONOTONIC, &now)
                _ = write(signalPipe, &now, MemoryLayout<timespec>.size)
                errno = before
            }
            return (number, before)
        }
        InterruptionGuard.unblock()
    }

    /// Lets the signals reach this process: the one that started it may have left them blocked, as threads of libdispatch do, and
    /// no interrupt would end it then. Those that are ignored stay ignored.
    package static func unblock() {
        var unblocked = sigset_t()
        sigemptyset(&unblocked)
        for number in signals { sigaddset(&unblocked, number) }
        pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
    }

    private func end() {
        for (number, before) in handled {
            var before = before
            sigaction(number, &before, nil)
        }
        signalPipe = -1
    }

    /// SIG_IGN as a number: functions are not compared.
    private static let ignored = 1

    /// Runs the body on a thread; ends the process with the reason where there is none.
    private static func start(_ body: @escaping @Sendable () -> Void) {
        let argument = Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
                return nil
            }, argument.toOpaque())
        guard code == 0 else { refuse(SystemFailure("cannot start a thread", code).description) }
        pthread_detach(thread)
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Ends this process, which cannot be interrupted in good order: something is missing that the system has to give.
    private static func refuse(_ reason: String) -> Never {
        var line = "unroll: \(reason)\n"
        line.withUTF8 { bytes in _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
        exit(EX_UNAVAILABLE)
    }

    /// Within which signals are one, in seconds.
    private static let once = 1.0

    /// Waits for a signal that comes a second after the last, in seconds of the monotonic clock; false when the guard has gone.
    private static func waitForSignal(_ readEnd: FileDescriptor, after last: inout Double?) -> Bool {
        while case .bytes(let bytes) = readEnd.read(limit: MemoryLayout<timespec>.size) {
            let time = bytes.withUnsafeBytes { $0.loadUnaligned(as: timespec.self) }
            let now = Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
            if let last, now - last < once { continue }
            last = now
            return true
        }
        return false
    }
}

/// Where the signal handler writes. A global of a constant, for a handler may not wait for one to be made; written
/// while no handler is installed.
nonisolated(unsafe) private var signalPipe: Int32 = -1
