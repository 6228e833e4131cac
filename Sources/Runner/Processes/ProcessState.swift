import Glibc

/// What the kernel has a process do.
enum ProcessState: Equatable {
    /// It stands still, by a signal or for a debugger.
    case stopped
    /// It waits in the kernel, where no signal meets it before it continues.
    case uninterruptible
    case other

    /// Nil where there is no such process.
    init?(of process: pid_t) {
        let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var text = Array(repeating: UInt8(0), count: 512)
        let count = read(file, &text, text.count)
        // The state follows the name, which may have any character in it, and its parenthesis.
        guard count > 0, let end = text[..<count].lastIndex(of: UInt8(ascii: ")")), end + 2 < count else { return nil }
        switch text[end + 2] {
        case UInt8(ascii: "T"), UInt8(ascii: "t"): self = .stopped
        case UInt8(ascii: "D"): self = .uninterruptible
        default: self = .other
        }
    }
}
