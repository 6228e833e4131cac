import CSystem
import Glibc

/// Ends with the process that started this one and waits for its figures, when that is killed: nothing else would tell it
/// before the step it is in is done, and processors and memory would be taken meanwhile.
///
/// The parent says its number in `UNROLL_PARENT`. Who starts this program by hand does not, and it outlives them.
func endWithParent() {
    guard let text = getenv("UNROLL_PARENT"), let parent = pid_t(String(cString: text)) else { return }
    // By SIGTERM, upon which files of saved states are removed; ignored, as it may come from a shell, it would end nothing.
    signal(SIGTERM, SIG_DFL)
    _ = unroll_end_with_parent()
    // It may have died before it was heard. A child leads a process group; a program between the two is the parent then.
    if getpgrp() == getpid(), getppid() != parent { _exit(1) }
}
