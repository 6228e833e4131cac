import Glibc

/// A time after which to give up, of which only that counts in which this process and the one it waits for could run: a run
/// that is stopped (Ctrl-Z, SIGSTOP, a suspended job, a frozen container, a machine asleep) uses up none of it.
///
/// It is waited for in slices, none of which counts for more than its length.
struct Deadline {
    /// Nil means never.
    private var left: Duration?
    /// When it was last waited: what is done between two waits counts too, as reading what a program floods its output with.
    private var last: SuspendingClock.Instant?

    /// The longest wait at once, where there is a limit.
    private static let slice = Duration.milliseconds(200)

    init(after limit: Duration?) { left = limit }

    var isPast: Bool { left.map { $0 <= .zero } ?? false }

    /// What poll(2) takes for the next slice: milliseconds rounded up; a second without a limit.
    private var milliseconds: Int32 {
        guard let left else { return 1000 }
        return Int32(max(0, min(left, Deadline.slice) / .milliseconds(1)).rounded(.up))
    }

    /// Waits for a slice at most, and takes it from what is left.
    ///
    /// - Parameters:
    ///   - child: the process waited for; while it is stopped no time counts. Nil where its time counts all the same, as
    ///     that of a program that asks for a password where no terminal is.
    ///   - wait: waits n milliseconds at most.
    mutating func wait(for child: pid_t?, _ wait: (Int32) -> Void) {
        let slice = milliseconds
        let start = last ?? .now
        wait(slice)
        let now = SuspendingClock.now
        last = now
        guard let left else { return }
        let elapsed = min(now - start, .milliseconds(Int(slice)))
        let isStopped = elapsed >= .milliseconds(Int(slice)) && child.map { ProcessState(of: $0) == .stopped } ?? false
        if !isStopped { self.left = left - elapsed }
    }
}
