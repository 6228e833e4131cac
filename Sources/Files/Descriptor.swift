import Glibc

/// Calls on descriptors as programs want them: all of it, or a reason.
package enum Descriptor {
    /// Writes all bytes; false when the system refuses, for the reason in `errno`.
    ///
    /// A pipe that is read no more is such a reason and no signal, whatever SIGPIPE is set to.
    package static func write(_ bytes: UnsafeRawBufferPointer, to output: Int32) -> Bool {
        withoutPipeSignal {
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(output, bytes.baseAddress! + written, bytes.count - written)
                if count > 0 {
                    written += count
                } else if count < 0, errno == EAGAIN {
                    // Another program has made a shared descriptor one that does not wait.
                    var ready = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&ready, 1, -1)
                } else if count == 0 || errno != EINTR {
                    if count == 0 { errno = EIO }
                    return false
                }
            }
            return true
        }
    }

    package static func write(_ text: String, to output: Int32) -> Bool {
        var text = text
        return text.withUTF8 { write(UnsafeRawBufferPointer($0), to: output) }
    }

    /// Runs the body with SIGPIPE held back from this thread; one that the body brought about is taken away.
    ///
    /// - Parameter body: returns whether it has written, with the reason in `errno` where it has not.
    package static func withoutPipeSignal(_ body: () -> Bool) -> Bool {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        var pending = sigset_t()
        sigpending(&pending)
        let wasPending = sigismember(&pending, SIGPIPE) == 1
        var before = sigset_t()
        pthread_sigmask(SIG_BLOCK, &signals, &before)
        let isWritten = body()
        let reason = errno
        if !isWritten, reason == EPIPE, !wasPending {
            var none = timespec()
            while sigtimedwait(&signals, nil, &none) < 0, errno == EINTR {}
        }
        pthread_sigmask(SIG_SETMASK, &before, nil)
        errno = reason
        return isWritten
    }

    /// Whether this process may open this many more files.
    package static func canOpen(_ count: Int) -> Bool {
        var opened: [Int32] = []
        defer { for descriptor in opened { close(descriptor) } }
        while opened.count < count {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return false }
            opened.append(descriptor)
        }
        return true
    }

    /// Takes the numbers 0, 1 and 2 where the caller left them closed: else a file of results would get one of them, and
    /// what is printed would land in it. Writing there fails as it did.
    package static func reserveStandard() {
        for (number, flags) in [(STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
        where fcntl(number, F_GETFD) < 0 {
            _ = open("/dev/null", flags)
        }
    }
}
