import Glibc

/// A program that runs in this one's place: on its streams and terminal, in its process group. Ctrl-C reaches both, and
/// is the program's; what is sent to this process alone is passed to it.
struct ForegroundProcess {
    private let identifier: pid_t
    private let before: sigset_t
    private var heard: sigset_t
    /// Of this process, in KiB. Linux counts it to the program as well, which shares this process's memory until it begins.
    private let ownResident: Int

    /// - Parameter words: the program, sought as a shell does, and its arguments.
    /// - Throws: ``SpawnError``.
    init(_ words: [String], variables: Variables) throws(SpawnError) {
        // Where it is ignored the system reaps what ends, and the exit code is lost.
        signal(SIGCHLD, SIG_DFL)
        var heard = sigset_t()
        sigemptyset(&heard)
        for signal in [SIGCHLD, SIGINT, SIGQUIT, SIGTERM, SIGHUP] { sigaddset(&heard, signal) }
        var before = sigset_t()
        pthread_sigmask(SIG_BLOCK, &heard, &before)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setsigmask(&attributes, &before)
        // What this program ignores for itself.
        var usual = sigset_t()
        sigemptyset(&usual)
        for signal in [SIGPIPE, SIGXFSZ] { sigaddset(&usual, signal) }
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var settings = variables.copies
        defer { for setting in settings { free(setting) } }
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        ownResident = usage.ru_maxrss
        var child: pid_t = 0
        let code = posix_spawnp(&child, words[0], nil, &attributes, &arguments, &settings)
        guard code == 0 else {
            pthread_sigmask(SIG_SETMASK, &before, nil)
            throw SpawnError(executable: words[0], reason: String(cString: strerror(code)), number: code)
        }
        identifier = child
        (self.heard, self.before) = (heard, before)
    }

    /// Waits for its end.
    ///
    /// - Parameter body: called every so often until then.
    /// - Returns: how it ended, and the most resident memory of it, or of one of those that it waited for; nil where that
    ///   is not more than this process's own.
    mutating func wait(every interval: Duration, _ body: () -> Void) -> (status: Children.ExitStatus, resident: Int?) {
        let (seconds, attoseconds) = interval.components
        var pause = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        var status: Int32 = 0
        var usage = rusage()
        while wait4(identifier, &status, WNOHANG, &usage) == 0 {
            var information = siginfo_t()
            let signal = sigtimedwait(&heard, &information, &pause)
            // From a process and not the terminal, which has sent it to the program too.
            if signal > 0, signal != SIGCHLD, information.si_code <= 0 { kill(identifier, signal) }
            if signal <= 0 { body() }
        }
        var before = before
        pthread_sigmask(SIG_SETMASK, &before, nil)
        let resident = usage.ru_maxrss > ownResident ? usage.ru_maxrss << 10 : nil
        return (Children.ExitStatus(waitStatus: status), resident)
    }
}
