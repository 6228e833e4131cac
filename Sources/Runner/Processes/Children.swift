import Glibc
import Machine
import Synchronization

/// The processes this one has started and not yet reaped. An interrupt ends them all from here.
///
/// Starting, reaping and killing hold one lock: no process is started after ``killAll()``, and no number is killed that
/// the system may have given to another process.
package final class Children: Sendable {
    private struct State {
        var alive: Set<pid_t> = []
        /// Directories to be removed with their processes.
        var scratch: [pid_t: String] = [:]
        var isClosed = false
        var isExiting = false
    }

    private let state = Mutex(State())

    package init() {}

    /// After ``killAll()``: nothing more is started.
    package var isClosed: Bool { state.withLock { $0.isClosed } }

    package var count: Int { state.withLock { $0.alive.count } }

    /// Ends every process and what it started, and lets no new one start.
    ///
    /// - Parameter beforeExit: this process ends next; threads that drive a child wait for that.
    package func killAll(beforeExit: Bool = false) {
        state.withLock { state in
            state.isClosed = true
            state.isExiting = beforeExit
            for child in state.alive { Children.end(child) }
            // The thread that drives a child no longer reaps it: when the dead have let go, what they leave is removed here.
            guard beforeExit else { return }
            for (child, directory) in state.scratch {
                var information = siginfo_t()
                waitid(P_PID, id_t(child), &information, WEXITED | WNOWAIT)
                Children.remove(directory)
            }
        }
    }

    /// Removes a directory of plain files, if it is there.
    private static func remove(_ directory: String) {
        guard let listing = opendir(directory) else { return }
        while let entry = readdir(listing) {
            withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { _ = unlinkat(dirfd(listing), $0, 0) }
            }
        }
        closedir(listing)
        rmdir(directory)
    }

    /// Does not return when this process is about to end.
    package func waitForExit() {
        while state.withLock({ $0.isExiting }) { sleep(1) }
    }

    /// Returns when nothing more is started, or when the time is up.
    func waitUntilClosed(within limit: Duration) {
        let end = ContinuousClock.now + limit
        while !isClosed, ContinuousClock.now < end { usleep(1000) }
    }

    /// Ends one process and what it started. It is to be reaped yet.
    func kill(_ child: pid_t) {
        state.withLock { if $0.alive.contains(child) { Children.end(child) } }
    }

    /// Stops one process and what it started, and waits until it stands still or has ended.
    ///
    /// One that starts another by vfork(2), as shells do, waits in the kernel until that has begun; where the other is stopped first,
    /// it stands still there.
    func stop(_ child: pid_t) {
        guard state.withLock({ $0.alive.contains(child) && Glibc.kill(-child, SIGSTOP) == 0 }) else { return }
        while true {
            var information = siginfo_t()
            let answer = waitid(P_PID, id_t(child), &information, WSTOPPED | WEXITED | WNOWAIT | WNOHANG)
            guard answer < 0 ? errno == EINTR : information.si_signo == 0 else { return }
            guard ProcessState(of: child) != .uninterruptible else { return }
            usleep(50)
        }
    }

    /// Has one that was stopped continue.
    func resume(_ child: pid_t) {
        state.withLock { if $0.alive.contains(child) { _ = Glibc.kill(-child, SIGCONT) } }
    }

    /// Ends what a process started that has ended itself and is to be reaped yet.
    func killOrphans(of child: pid_t) {
        state.withLock { if $0.alive.contains(child), Children.hasEnded(child) { Children.end(child) } }
    }

    /// Whether a process has ended; it is still to be reaped.
    private static func hasEnded(_ child: pid_t) -> Bool {
        var information = siginfo_t()
        return waitid(P_PID, id_t(child), &information, WEXITED | WNOHANG | WNOWAIT) == 0
            && information.si_signo == SIGCHLD
    }

    /// Each child leads its own process group.
    private static func end(_ child: pid_t) { _ = Glibc.kill(-child, SIGKILL) }

    /// How a process ended.
    package enum ExitStatus: Hashable, Sendable {
        case exit(Int32)
        case signal(Int32)
        /// Another process reaped it, as the system does when SIGCHLD is ignored.
        case lost

        /// - Parameter status: as waitpid(2) gives it.
        init(waitStatus status: Int32) {
            // The macros WIFSIGNALED, WTERMSIG and WEXITSTATUS, which Swift cannot import.
            let signal = status & 0x7F
            self = signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
        }
    }

    /// The exit status of a process, which is then forgotten; nil while it runs.
    func reap(_ child: pid_t) -> ExitStatus? {
        state.withLock { state in
            // No process may take its number while it is not reaped: what it started and left goes with it.
            if Children.hasEnded(child) { Children.end(child) }
            var status: Int32 = 0
            let found = waitpid(child, &status, WNOHANG)
            guard found == child || (found < 0 && errno == ECHILD) else { return nil }
            state.alive.remove(child)
            if let directory = state.scratch.removeValue(forKey: child) { Children.remove(directory) }
            guard found == child else { return .lost }
            return ExitStatus(waitStatus: status)
        }
    }

    /// This process's, and its number, by which a child finds out whether its parent is still there.
    private static var variables: Variables { Variables().setting("UNROLL_PARENT", to: "\(getpid())") }

    /// Starts a process in its own group, so that Ctrl-C reaches only this one.
    ///
    /// unroll-trial has the kernel kill it when the thread ends that called this: let that be one that lives as long as the child.
    ///
    /// Not Foundation's Process: it leaves SIGPIPE ignored in the child and waits by run loop.
    ///
    /// - Parameters:
    ///   - streams: descriptors for the child's standard input, output and error.
    ///   - scratch: a directory of plain files to be removed when the process has ended.
    ///   - variables: of its environment; nil for those of this process, and its number.
    /// - Returns: nil after ``killAll()``.
    /// - Throws: ``SpawnError``.
    func spawn(
        _ executable: String, _ arguments: [String], streams: [Int32], scratch: String? = nil,
        variables: Variables? = nil
    ) throws(SpawnError) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, stream) in streams.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, stream, Int32(number))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var usual = sigset_t()
        sigemptyset(&usual)
        posix_spawnattr_setsigmask(&attributes, &usual)
        // Ignored here, so that a child that dies does not take this process along. Signals that have a handler are the child's
        // own again without being told, and what this process was told to ignore, as by nohup, the child ignores as well.
        sigaddset(&usual, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        var words = ([executable] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var settings = (variables ?? Children.variables).copies
        defer { for setting in settings { free(setting) } }
        let (child, code) = state.withLock { state -> (pid_t?, Int32) in
            guard !state.isClosed else { return (nil, 0) }
            var child: pid_t = 0
            // No pipe may be half made meanwhile: the child would inherit it and keep it open.
            let code = FileDescriptor.making.withLock { _ in
                posix_spawn(&child, executable, &actions, &attributes, &words, &settings)
            }
            if code == 0 {
                state.alive.insert(child)
                state.scratch[child] = scratch
            }
            return (child, code)
        }
        if child == nil { waitForExit() }
        guard code == 0 else { throw SpawnError(executable: executable, reason: SystemLimits().words(for: code)) }
        return child
    }
}

/// A program that does not start.
package struct SpawnError: Error, Hashable, CustomStringConvertible {
    package let executable: String
    /// The system's words.
    package let reason: String
    /// The system's number of it, where that is asked for; 0 elsewhere.
    package private(set) var number: Int32 = 0

    package var description: String { "cannot start \(executable): \(reason)" }
}
