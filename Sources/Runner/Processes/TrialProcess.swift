import Experiments
import Files
import Glibc
import Quantities
package import Trials

/// One measured process: it prepares itself, says it is ready, and measures one repetition each time it is asked.
///
/// Not Sendable: one thread drives it. Every wait ends at a deadline; a process that misses it is killed.
package final class TrialProcess {
    private let process: ChildProcess
    /// Output after the last line read.
    private var pending: [UInt8] = []
    /// The end of what it wrote to standard error.
    private var tail: [UInt8] = []
    private let memoryKills = MemoryKills.count
    /// What the user calls the outputs that the process knows by number.
    private let names: [String]
    /// Of another engine's program, which stands still unless it is asked; nil for unroll-trial, whose threads sleep.
    private let gauge: EngineGauge?

    /// The longest line read, and the most of standard error that is kept.
    private static let longestLine = 1 << 16
    private static let longestTail = 8 << 10
    /// What a process that has nothing more to do may take to end.
    package static let grace = Duration.seconds(10)
    /// What a signal may take from a trial's death to this process.
    private static let moment = Duration.seconds(2)

    /// Starts a program.
    ///
    /// - Throws: ``SpawnError``; also after ``Children/killAll()``.
    package convenience init(executable: String, arguments: [String], children: Children) throws(SpawnError) {
        try self.init(executable: executable, arguments: arguments, outputs: [], children: children)
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - scratch: a directory the process makes for itself; what it leaves of it is removed.
    ///   - outputs: those it gets as descriptors, from 3 on; see ``name(of:among:)``.
    ///   - gauge: what counts another engine's program.
    ///   - variables: of its environment; nil for those of this process.
    /// - Throws: ``SpawnError``; also after ``Children/killAll()``.
    init(
        executable: String, arguments: [String], scratch: String? = nil, outputs: [HandedOutput],
        gauge: EngineGauge? = nil, variables: Variables? = nil, children: Children
    ) throws(SpawnError) {
        names = outputs.map(\.path)
        self.gauge = gauge
        defer { withExtendedLifetime(outputs) {} }
        process = try ChildProcess(
            executable, arguments, input: .pipe, descriptors: outputs.compactMap(\.descriptor), scratch: scratch,
            variables: variables, children: children)
    }

    /// Waits for the line `ready`.
    ///
    /// - Returns: what the process did before, as it says behind the word.
    @discardableResult
    package func waitUntilReady(within limit: Duration?) throws(TrialFailure) -> Preparation {
        let line = try nextLine(doing: "not ready", limit: limit)
        guard line == "ready" || line.hasPrefix("ready "),
            let preparation = Preparation(line: String(line.dropFirst(5)))
        else { throw unexpected(line) }
        try rest()
        return preparation
    }

    /// Measures one repetition.
    package func repeatOnce(within limit: Duration?) throws(TrialFailure) -> Measurement {
        gauge?.begin()
        var measurement = try ask("go", for: "repetition", within: limit) { Measurement(line: $0) }
        gauge?.end(&measurement)
        return measurement
    }

    /// Times one repetition in which no gauge is read.
    package func repeatBare(within limit: Duration?) throws(TrialFailure) -> Measurement {
        try ask("bare", for: "repetition", within: limit) { Measurement(line: $0) }
    }

    /// Writes a word and reads the line that answers it.
    ///
    /// - Parameters:
    ///   - what: what the answer is, for messages.
    ///   - read: nil where the line is no such answer.
    package func ask<Answer>(
        _ word: String, for what: String, within limit: Duration?, read: (String) -> Answer?
    ) throws(TrialFailure) -> Answer {
        try expectSilence()
        // Where there is no reader, the process has died, and waiting for its line tells why.
        _ = process.input?.write(word + "\n")
        if gauge != nil { process.resume() }
        let line = try nextLine(doing: "no \(what)", limit: limit)
        try rest()
        guard let answer = read(line) else { throw unexpected(line) }
        return answer
    }

    /// Has another engine's program stand still until it is asked again.
    private func rest() throws(TrialFailure) {
        if gauge != nil { process.stop() }
        try expectSilence()
    }

    /// It answers what it is asked, and says nothing else.
    private func expectSilence() throws(TrialFailure) {
        while let bytes = process.read(.output) { pending += bytes }
        guard pending.isEmpty else { throw unexpected(String(decoding: pending, as: UTF8.self)) }
    }

    /// Everything it prints until it ends.
    func remainingLines(within limit: Duration) throws(TrialFailure) -> [String] {
        process.input = nil
        var deadline = Deadline(after: limit)
        while process.output != nil {
            guard !deadline.isPast, pending.count <= TrialProcess.longestLine else {
                kill()
                throw TrialFailure(status: .timedOut, message: "no end of output within \(limit.inSeconds) s; killed")
            }
            listen(until: &deadline)
        }
        let exitStatus = end(within: limit)
        guard exitStatus == .exit(0) else { throw failure(exitStatus) }
        return String(decoding: pending, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Closes the input, upon which it ends.
    package func leave() {
        if gauge != nil { process.resume() }
        process.input = nil
    }

    /// Closes the input and waits for the end.
    ///
    /// - Parameter limit: what it may take; nil where it has something to write yet.
    /// - Throws: ``TrialFailure`` when it does not end well; what was measured before stays measured.
    package func finish(within limit: Duration? = grace) throws(TrialFailure) {
        guard process.exitStatus == nil else { return }
        leave()
        let exitStatus = end(within: limit)
        guard exitStatus == .exit(0) else { throw failure(exitStatus) }
    }

    /// Ends the process at once, and everything it started.
    package func kill() { process.kill() }

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
            if process.output == nil { throw failure(end(within: .seconds(1))) }
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
        for stream in process.wait(until: &deadline, for: process.identifier).ready {
            switch stream {
            case .output: pending += process.read(.output) ?? []
            case .errors: takeErrors()
            }
        }
        process.killOrphans()
    }

    /// Whether more may be there.
    @discardableResult
    private func takeErrors() -> Bool {
        guard let bytes = process.read(.errors) else { return false }
        tail = (tail + bytes).suffix(TrialProcess.longestTail)
        return true
    }

    // MARK: Exit statuses

    /// Waits for the process to end, and kills it when it does not.
    private func end(within limit: Duration?) -> Children.ExitStatus? {
        var deadline = Deadline(after: limit)
        while !deadline.isPast {
            if let exitStatus = process.reap() {
                while takeErrors() {}
                return exitStatus
            }
            while takeErrors() {}
            deadline.wait(for: process.identifier) { _ in usleep(500) }
        }
        kill()
        return nil
    }

    private func failure(_ exitStatus: Children.ExitStatus?) -> TrialFailure {
        // What interrupts a whole job, as preemption does, reaches the trial too, which may be dead before this process hears
        // of it. That is no result.
        if case .signal(let number) = exitStatus, InterruptionGuard.signals.contains(number) {
            process.children.waitUntilClosed(within: TrialProcess.moment)
        }
        process.children.waitForExit()
        guard let exitStatus else {
            return TrialFailure(status: .failed, message: "its output ended, but it did not; killed")
        }
        let kills = MemoryKills.count
        return TrialFailure(
            exitStatus, errorLine: errorLine, killedForMemory: kills.map { $0 > memoryKills ?? $0 } ?? false)
    }

    private func unexpected(_ line: String) -> TrialFailure {
        kill()
        let shown = line.split(whereSeparator: \.isNewline).first.map { String($0.prefix(200)) } ?? ""
        return TrialFailure(status: .failed, message: "unexpected output '\(shown)'")
    }

    /// The last line on standard error that says something.
    private var errorLine: String {
        let line =
            String(decoding: tail, as: UTF8.self).split(whereSeparator: \.isNewline)
            .last { $0.contains { !$0.isWhitespace } }.map(String.init) ?? ""
        return names.enumerated().reduce(line) { line, output in
            line.replacing("'\(TrialProcess.descriptorName(output.offset))'", with: "'\(output.element)'")
        }
    }

    // MARK: Outputs

    /// What the process calls an output: its path, or, where a descriptor is handed over, the number that this has
    /// there.
    static func name(of output: HandedOutput, among outputs: inout [HandedOutput]) -> String {
        guard output.descriptor != nil else { return output.path }
        outputs.append(output)
        return descriptorName(outputs.count - 1)
    }

    private static func descriptorName(_ index: Int) -> String { "/dev/fd/\(3 + index)" }
}
