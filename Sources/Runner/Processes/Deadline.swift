import Glibc

/// A time after which to give up, of which only that counts in which this process and the one it waits for could run: a run
/// that is stopped (Ctrl-Z, SIGSTOP, a suspended job, a frozen container, a machine asleep) uses up none of it.
///
/// It is waited for in slices, none of which counts for more than its length.
struct Deadline {
    /// Nil means never.
    private var left: Duration?

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
        let start = SuspendingClock.now
        wait(slice)
        guard let left else { return }
        let elapsed = min(SuspendingClock.now - start, .milliseconds(Int(slice)))
        let isStopped = elapsed >= .milliseconds(Int(slice)) && child.map(Deadline.isStopped) ?? false
        if !isStopped { self.left = left - elapsed }
    }

    /// Whether a process stands still by a signal or for a debugger.
    private static func isStopped(_ process: pid_t) -> Bool {
        let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var text = Array(repeating: UInt8(0), count: 512)
        let count = read(file, &text, text.count)
        // The state follows the name, which may have any character in it, and its parenthesis.
        guard count > 0, let end = text[..<count].lastIndex(of: UInt8(ascii: ")")), end + 2 < count else {
            return false
        }
        return text[end + 2] == UInt8(ascii: "T") || text[end + 2] == UInt8(ascii: "t")
    }
}
