import Glibc

/// A process of this one's with a pipe to its standard input and one from each of its outputs: the one place where pipes
/// are laid and a program is started.
///
/// Not swift-subprocess: a process is an asynchronous call there, and here one thread asks it line by line for hours while
/// another may kill it on a signal.
final class ChildProcess {
    let children: Children
    let identifier: pid_t
    /// Nil when nothing more is to be written, and where there is nothing to read from it.
    var input: FileDescriptor?
    /// Nil when it has ended.
    private(set) var output: FileDescriptor?
    private(set) var errors: FileDescriptor?
    /// How it ended; nil while it runs, or where it has not been asked for yet.
    private(set) var exitStatus: Children.ExitStatus?

    /// What its standard input is.
    enum Input { case nothing, pipe }

    /// Which of its outputs.
    enum Stream { case output, errors }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - descriptors: what it has from 3 on; they may be closed when this returns.
    ///   - scratch: a directory the process makes for itself; what it leaves of it is removed.
    ///   - variables: of its environment; nil for those of this process, and its number.
    /// - Throws: ``SpawnError``; also after ``Children/killAll()``.
    init(
        _ executable: String, _ arguments: [String], input: Input, descriptors: [Int32] = [], scratch: String? = nil,
        variables: Variables? = nil, children: Children
    ) throws(SpawnError) {
        let theirInput: FileDescriptor
        var ourInput: FileDescriptor?
        switch input {
        case .nothing:
            let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard null >= 0 else { throw SpawnError(executable: executable, reason: "/dev/null cannot be read") }
            theirInput = FileDescriptor(null)
        case .pipe: (theirInput, ourInput) = try FileDescriptor.pipe()
        }
        let (ourOutput, theirOutput) = try FileDescriptor.pipe()
        let (ourErrors, theirErrors) = try FileDescriptor.pipe()
        ourOutput.doNotWait()
        ourErrors.doNotWait()
        // Ours lose their other ends only now, when the program has them.
        defer { withExtendedLifetime((theirInput, theirOutput, theirErrors)) {} }
        let child = try children.spawn(
            executable, arguments, streams: [theirInput, theirOutput, theirErrors].map(\.descriptor) + descriptors,
            scratch: scratch, variables: variables)
        guard let child else { throw SpawnError(executable: executable, reason: "the run was interrupted") }
        self.children = children
        identifier = child
        self.input = ourInput
        output = ourOutput
        errors = ourErrors
    }

    deinit { kill() }

    /// What has arrived of an output; nil when there is nothing now, or its end has come.
    func read(_ stream: Stream) -> [UInt8]? {
        switch (stream == .output ? output : errors)?.read() {
        case .bytes(let bytes): return bytes
        case .nothing, nil: return nil
        case .end:
            if stream == .output { output = nil } else { errors = nil }
            return nil
        }
    }

    /// Waits until an output has something to read or, where asked, the input takes something; a slice of the deadline at most.
    ///
    /// - Parameters:
    ///   - writes: whether something is to be written.
    ///   - child: see ``Deadline/wait(for:_:)``.
    /// - Returns: those that have something, or have ended, and whether the input is ready.
    func wait(until deadline: inout Deadline, for child: pid_t?, writes: Bool = false) -> (ready: [Stream], takes: Bool)
    {
        let ends = [output, errors, writes ? input : nil]
        var polls = zip(ends, [POLLIN, POLLIN, POLLOUT]).map { end, event in
            pollfd(fd: end?.descriptor ?? -1, events: Int16(event), revents: 0)
        }
        let isSilent = ends.allSatisfy { $0 == nil }
        deadline.wait(for: child) { milliseconds in
            if isSilent { usleep(1000) } else { _ = poll(&polls, nfds_t(polls.count), milliseconds) }
        }
        let ready = zip([Stream.output, .errors], polls).filter { $0.1.revents != 0 }.map(\.0)
        return (ready, polls[2].revents != 0)
    }

    /// How it ended, and from then on nothing of it is left; nil while it runs.
    func reap() -> Children.ExitStatus? {
        if exitStatus == nil { exitStatus = children.reap(identifier) }
        return exitStatus
    }

    /// Stops it and what it started, and waits until it stands still or has ended.
    func stop() { if exitStatus == nil { children.stop(identifier) } }

    /// Has it and what it started continue.
    func resume() { if exitStatus == nil { children.resume(identifier) } }

    /// Ends what it started where it has ended itself: that may hold its outputs open.
    func killOrphans() { if exitStatus == nil { children.killOrphans(of: identifier) } }

    /// Ends it at once, and everything it started.
    func kill() {
        guard exitStatus == nil else { return }
        children.kill(identifier)
        while reap() == nil { usleep(500) }
    }
}
