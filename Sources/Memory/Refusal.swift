import Glibc
import Quantities

/// Ends the process with a line on standard error: the system refused what it cannot continue without, in the middle of
/// work that has no way back. Not a trap, whose message a release build leaves out, and which ends as a signal.
func endProcess(_ reason: String) -> Never {
    var line = reason + "\n"
    line.withUTF8 { bytes in _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
    // Without what libraries do at an orderly end, which may need what there is none of.
    _exit(1)
}

/// Ends the process, which found no memory, with the limits that may be why.
func endOutOfMemory(allocating size: Bytes, limits reasons: [String]) -> Never {
    endProcess(
        "out of memory allocating \(size)" + (reasons.isEmpty ? "" : "; allowed: " + reasons.joined(separator: ", ")))
}
