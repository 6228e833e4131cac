import Glibc

/// A read of a mapped page that the file no longer has raises SIGBUS, which nothing can throw: the process ends with this
/// sentence and 74. Copies made with `read` would need no handler, but memory, or a system call at every step.
///
/// - Parameter path: of the file mapped last; a trial has one.
func endWithASentence(whenCutShort path: String) {
    // Made here, for a handler may allocate nothing. It lives as long as the process.
    let line = Array("'\(path)' was cut short while it was read\n".utf8)
    let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: line.count)
    _ = bytes.initialize(from: line)
    sentence = UnsafeBufferPointer(bytes)
    var action = sigaction()
    action.__sigaction_handler.sa_sigaction = { _, _, _ in
        _ = write(STDERR_FILENO, sentence.baseAddress, sentence.count)
        _exit(EX_IOERR)
    }
    action.sa_flags = SA_SIGINFO
    sigaction(SIGBUS, &action, nil)
}

/// Written before the handler is set and only read by it.
private nonisolated(unsafe) var sentence = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
