import CSystem
import Glibc

/// Ends with the process that started this one and waits for its figures, when that is killed: nothing else would tell it
/// before the step it is in is done, and processors and memory would be taken meanwhile.
///
/// The parent says its number in `UNROLL_PARENT`. Who starts this program by hand does not, and it outlives them.
func endWithParent() {
    guard let parent else { return }
    // By SIGTERM, upon which files of saved states are removed; ignored, as it may come from a shell, it would end nothing.
    signal(SIGTERM, SIG_DFL)
    _ = unroll_end_with_parent()
    expect(parent)
}

/// `attend PROGRAM WORD…`: becomes another engine's program, which ends with the parent as well. By SIGKILL: it is stopped while
/// others are measured, and no other signal reaches what is stopped.
///
/// `UNROLL_PRELOAD` is what that program is to load before everything else, and this one not.
func attend(_ words: [String]) throws {
    guard let program = words.first else { throw UsageError.option("attend", "", allowed: "a program and its words") }
    if let parent {
        _ = unroll_die_with_parent()
        expect(parent)
    }
    unsetenv("UNROLL_PARENT")
    if let library = getenv("UNROLL_PRELOAD") {
        setenv("LD_PRELOAD", library, 1)
        unsetenv("UNROLL_PRELOAD")
    }
    var arguments = words.map { strdup($0) } + [nil]
    execv(program, &arguments)
    throw UsageError.start(program, String(cString: strerror(errno)))
}

/// The number that the parent says it has.
private var parent: pid_t? { getenv("UNROLL_PARENT").flatMap { pid_t(String(cString: $0)) } }

/// Ends where the parent died before it was heard. A child leads a process group; a program between the two is the parent then.
private func expect(_ parent: pid_t) {
    if getpgrp() == getpid(), getppid() != parent { _exit(1) }
}
