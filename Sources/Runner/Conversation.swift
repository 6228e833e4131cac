import Glibc

/// One process of another program: what it is told and what it has said so far.
final class Conversation {
    private let children: Children
    private let child: pid_t
    private var input: PipeEnd?
    private var unwritten: ArraySlice<UInt8>
    private var streams: [PipeEnd?]
    private(set) var output: [UInt8] = []
    /// The end of its standard error.
    private(set) var complaint: [UInt8] = []
    /// How it ended; nil while it runs.
    private(set) var ending: Children.Ending?

    /// Reads that take in all that a pipe holds.
    private static let pipefuls = 128

    init(
        _ path: String, _ arguments: [String], input text: String, variables: Variables, children: Children
    ) throws(SpawnError) {
        // A program that does not read its input must not take this process along.
        signal(SIGPIPE, SIG_IGN)
        let theirInput: PipeEnd
        var ourInput: PipeEnd?
        if text.isEmpty {
            let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard null >= 0 else { throw SpawnError(executable: path, reason: "/dev/null cannot be read") }
            theirInput = PipeEnd(null)
        } else {
            (theirInput, ourInput) = try PipeEnd.pair()
        }
        let (ourOutput, theirOutput) = try PipeEnd.pair()
        let (ourComplaint, theirComplaint) = try PipeEnd.pair()
        for end in [ourInput, ourOutput, ourComplaint] { end?.doNotWait() }
        // Ours lose their other ends only now, when the program has them.
        defer { withExtendedLifetime((theirInput, theirOutput, theirComplaint)) {} }
        let child = try children.spawn(
            path, arguments, streams: [theirInput, theirOutput, theirComplaint].map(\.descriptor),
            variables: variables)
        guard let child else { throw SpawnError(executable: path, reason: "the run was interrupted") }
        self.children = children
        self.child = child
        self.input = ourInput
        unwritten = Array(text.utf8)[...]
        streams = [ourOutput, ourComplaint]
    }

    /// Waits until there is something to read or to write, and does that; or finds that it has ended.
    func listen(until deadline: inout Deadline, most: Int, tail: Int) {
        if let ended = children.bury(child) {
            // What it said is in the pipes; what it started may hold them open and write to them without end.
            for index in streams.indices {
                for _ in 0..<Conversation.pipefuls where !take(index, most: most, tail: tail) { break }
            }
            ending = ended
            return
        }
        var polls = (streams.map { ($0, POLLIN) } + [(input, POLLOUT)]).map { end, event in
            pollfd(fd: end?.descriptor ?? -1, events: Int16(event), revents: 0)
        }
        let isSilent = polls.allSatisfy { $0.fd < 0 }
        deadline.wait(for: nil) { milliseconds in
            if isSilent { usleep(1000) } else { _ = poll(&polls, nfds_t(polls.count), milliseconds) }
        }
        for index in streams.indices where polls[index].revents != 0 { _ = take(index, most: most, tail: tail) }
        if polls[2].revents != 0 { give() }
    }

    /// Whether more may be there.
    private func take(_ index: Int, most: Int, tail: Int) -> Bool {
        guard let stream = streams[index], output.count <= most else { return false }
        switch stream.read() {
        case .nothing: return false
        case .end:
            streams[index] = nil
            return false
        case .bytes(let bytes) where index == 0: output += bytes
        case .bytes(let bytes): complaint = (complaint + bytes).suffix(tail)
        }
        return true
    }

    private func give() {
        guard let end = input else { return }
        let count = unwritten.withUnsafeBytes { write(end.descriptor, $0.baseAddress, $0.count) }
        if count > 0 { unwritten = unwritten.dropFirst(count) }
        if unwritten.isEmpty || count < 0 && errno != EAGAIN && errno != EINTR { input = nil }
    }

    /// Ends it and what it started.
    func kill() {
        guard ending == nil else { return }
        children.kill(child)
        while ending == nil {
            ending = children.bury(child)
            usleep(500)
        }
    }
}
