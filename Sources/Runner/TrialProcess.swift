import Experiments
package import Files
import Glibc
import Quantities
package import Trials

/// One measured process: it prepares itself, says it is ready, and measures one repetition each time it is asked.
///
/// Not Sendable: one thread drives it. Every wait ends at a deadline; a process that misses it is killed.
package final class TrialProcess {
    private let children: Children
    private let child: pid_t
    private var input: PipeEnd?
    private let output: PipeEnd
    private let complaints: PipeEnd
    /// Output behind the last line read.
    private var pending: [UInt8] = []
    private var outputEnded = false
    /// The end of what it wrote to standard error.
    private var tail: [UInt8] = []
    private var complaintsEnded = false
    private let memoryKills = MemoryKills.count
    private var isBuried = false
    /// What the user calls the outputs that the process knows by number.
    private let names: [String]

    /// The longest line read, and the most of standard error that is kept.
    private static let longestLine = 1 << 16
    private static let longestTail = 8 << 10
    /// What a process that has nothing more to do may take to end.
    package static let grace = Duration.seconds(10)

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - scratch: a directory the process makes for itself; what it leaves of it is removed.
    ///   - outputs: those it gets as descriptors, from 3 on; see ``name(of:among:)``.
    /// - Throws: ``SpawnError``; also after ``Children/killAll()``.
    package init(
        executable: String, arguments: [String], scratch: String? = nil, outputs: [HandedOutput] = [],
        children: Children
    ) throws(SpawnError) {
        // A child that dies must not take this process along when it is written to.
        signal(SIGPIPE, SIG_IGN)
        self.children = children
        let (theirInput, ourInput) = try PipeEnd.pair()
        let (ourOutput, theirOutput) = try PipeEnd.pair()
        let (ourComplaints, theirComplaints) = try PipeEnd.pair()
        ourOutput.doNotWait()
        ourComplaints.doNotWait()
        let streams =
            [theirInput.descriptor, theirOutput.descriptor, theirComplaints.descriptor]
            + outputs.compactMap(\.descriptor)
        names = outputs.map(\.path)
        // Ours lose their other ends only now, when the child has them.
        defer { withExtendedLifetime((theirInput, theirOutput, theirComplaints, outputs)) {} }
        guard let child = try children.spawn(executable, arguments, streams: streams, scratch: scratch) else {
            throw SpawnError(executable: executable, reason: "the run was interrupted")
        }
        self.child = child
        self.input = ourInput
        self.output = ourOutput
        self.complaints = ourComplaints
    }

    deinit { kill() }

    /// Waits for the line `ready`.
    package func waitUntilReady(within limit: Duration?) throws(TrialFailure) {
        let line = try nextLine(doing: "not ready", limit: limit)
        guard line == "ready" else { throw unexpected(line) }
    }

    /// Measures one repetition.
    package func repeatOnce(within limit: Duration?) throws(TrialFailure) -> Measurement {
        try ask("go", for: "repetition", within: limit) { Measurement(line: $0) }
    }

    /// Times one repetition in which no gauge is read.
    package func repeatBare(within limit: Duration?) throws(TrialFailure) -> Measurement {
        try ask("bare", for: "repetition", within: limit) { Measurement(line: $0) }
    }

    /// Says a word and reads the line that answers it.
    ///
    /// - Parameters:
    ///   - what: what the answer is, for messages.
    ///   - read: nil where the line is no such answer.
    package func ask<Answer>(
        _ word: String, for what: String, within limit: Duration?, read: (String) -> Answer?
    ) throws(TrialFailure) -> Answer {
        // Should nobody read, the process has died, and waiting for its line tells why.
        _ = input?.write(word + "\n")
        let line = try nextLine(doing: "no \(what)", limit: limit)
        guard let answer = read(line) else { throw unexpected(line) }
        return answer
    }

    /// Everything it prints until it ends.
    func remainingLines(within limit: Duration) throws(TrialFailure) -> [String] {
        input = nil
        var deadline = Deadline(after: limit)
        while !outputEnded {
            guard !deadline.isPast, pending.count <= TrialProcess.longestLine else {
                kill()
                throw TrialFailure(status: .timedOut, message: "no end of output within \(limit.inSeconds) s; killed")
            }
            listen(until: &deadline)
        }
        let ending = end(within: limit)
        guard ending == .exit(0) else { throw failure(ending) }
        return String(decoding: pending, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Says there is nothing more to do and waits for the end.
    ///
    /// - Parameter limit: what it may take; nil where it has something to write yet.
    /// - Throws: ``TrialFailure`` when it does not end well; what was measured before stays measured.
    package func finish(within limit: Duration? = grace) throws(TrialFailure) {
        guard !isBuried else { return }
        input = nil
        let ending = end(within: limit)
        guard ending == .exit(0) else { throw failure(ending) }
    }

    /// Ends the process at once, and everything it started.
    package func kill() {
        guard !isBuried else { return }
        children.kill(child)
        while children.bury(child) == nil { usleep(500) }
        isBuried = true
    }

    // MARK: Listening

    private func nextLine(doing: String, limit: Duration?) throws(TrialFailure) -> String {
        var deadline = Deadline(after: limit)
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeSubrange(...end)
                return line
            }
            if pending.count > TrialProcess.longestLine { throw unexpected(String(decoding: pending, as: UTF8.self)) }
            if outputEnded { throw failure(end(within: .seconds(1))) }
            if deadline.isPast {
                kill()
                let seconds = limit.map { "\($0.inSeconds) s" } ?? "any time"
                throw TrialFailure(status: .timedOut, message: "\(doing) within \(seconds); killed")
            }
            listen(until: &deadline)
        }
    }

    /// Waits for output and takes it in. Standard error is taken in too, or a talkative child would wait for ever.
    private func listen(until deadline: inout Deadline) {
        var polls = [
            pollfd(fd: outputEnded ? -1 : output.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: complaintsEnded ? -1 : complaints.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        var ready: Int32 = 0
        deadline.wait(for: child) { ready = poll(&polls, 2, $0) }
        guard ready > 0 else { return }
        if polls[0].revents != 0 {
            switch output.read() {
            case .bytes(let bytes): pending += bytes
            case .nothing: break
            case .end: outputEnded = true
            }
        }
        if polls[1].revents != 0 { takeComplaint() }
    }

    /// Whether more may be there.
    @discardableResult
    private func takeComplaint() -> Bool {
        switch complaints.read() {
        case .bytes(let bytes):
            tail = (tail + bytes).suffix(TrialProcess.longestTail)
            return true
        case .nothing:
            return false
        case .end:
            complaintsEnded = true
            return false
        }
    }

    // MARK: Endings

    /// Waits for the process to end, and kills it when it does not.
    private func end(within limit: Duration?) -> Children.Ending? {
        var deadline = Deadline(after: limit)
        while !deadline.isPast {
            if let ending = children.bury(child) {
                isBuried = true
                while takeComplaint() {}
                return ending
            }
            while takeComplaint() {}
            deadline.wait(for: child) { _ in usleep(500) }
        }
        kill()
        return nil
    }

    private func failure(_ ending: Children.Ending?) -> TrialFailure {
        children.waitForExit()
        guard let ending else {
            return TrialFailure(status: .failed, message: "its output ended, but it did not; killed")
        }
        let kills = MemoryKills.count
        return TrialFailure(
            ending, complaint: complaint, killedForMemory: kills.map { $0 > memoryKills ?? $0 } ?? false)
    }

    private func unexpected(_ line: String) -> TrialFailure {
        kill()
        return TrialFailure(status: .failed, message: "unexpected output '\(line.prefix(200))'")
    }

    /// The last line on standard error that says something.
    private var complaint: String {
        let line =
            String(decoding: tail, as: UTF8.self).split(whereSeparator: \.isNewline)
            .last { $0.contains { !$0.isWhitespace } }.map(String.init) ?? ""
        return names.enumerated().reduce(line) { line, output in
            line.replacing("'\(TrialProcess.descriptorName(output.offset))'", with: "'\(output.element)'")
        }
    }

    // MARK: Outputs

    /// What the process is told to call an output: its path, or, where a descriptor is handed over, the number that this has
    /// there.
    static func name(of output: HandedOutput, among outputs: inout [HandedOutput]) -> String {
        guard output.descriptor != nil else { return output.path }
        outputs.append(output)
        return descriptorName(outputs.count - 1)
    }

    private static func descriptorName(_ index: Int) -> String { "/dev/fd/\(3 + index)" }
}
