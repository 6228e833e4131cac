package import Files
import Glibc
package import Machine
package import Quantities
import Schedules
package import Trials

/// The program that measures: where it is, and how it is asked.
package struct TrialProgram: Sendable {
    package let executable: String

    package init(executable: String) { self.executable = executable }

    /// The directory of the running program, where what belongs to it lies; nil where the system does not say.
    static var directory: String? {
        var path = Array(repeating: CChar(0), count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &path, path.count)
        guard length > 0 else { return nil }
        let own = String(decoding: path[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
        return String(own[..<(own.lastIndex(of: "/") ?? own.startIndex)])
    }

    /// unroll-trial next to the running program; nil when it is not there.
    package static var adjacent: TrialProgram? { directory.flatMap { among($0, for: .processor) } }

    /// The measuring program of a directory: of several that were built for different processors (`make install PORTABLE=1`) the one
    /// for the widest vectors that a processor has.
    package static func among(_ directory: String, for processor: InstructionSet) -> TrialProgram? {
        let levels = InstructionSet.allCases.filter { $0 <= processor }.reversed()
        let names = levels.map { "unroll-trial-\($0.name)" } + ["unroll-trial"]
        return names.map { "\(directory)/\($0)" }.first { access($0, X_OK) == 0 }.map(TrialProgram.init)
    }

    /// What tells this file from one that takes its place; nil when it cannot be found.
    package struct Identity: Hashable, Sendable {
        let device: UInt, inode: UInt, bytes: Int, seconds: Int, nanoseconds: Int
    }

    package var identity: Identity? {
        var status = stat()
        guard stat(executable, &status) == 0 else { return nil }
        return Identity(
            device: UInt(status.st_dev), inode: UInt(status.st_ino), bytes: Int(status.st_size),
            seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }

    /// Starts measuring a trial.
    ///
    /// - Parameters:
    ///   - warmup: training steps before the first repetition; nil for as many as take ``Trials/Trial/warmupTime``.
    ///   - reference: up to which predicted peak full unrolling is the gradient's reference; nil for the program's own.
    ///   - memory: what its tensors may need; beyond this and a margin the process gets no more. Nil for no limit.
    ///   - within: the limit that admitted the trial: the gradient's reference is measured only where it fits as well. Nil for
    ///     the memory that the system leaves to this process.
    ///   - export: where to write tensors; nil for nowhere.
    ///   - timeline: where to write the bytes after every action; nil for nowhere.
    ///   - evidence: where to write the error of each parameter's gradient; nil for nowhere.
    ///   - gradient: a file in which trials of one reference share its gradient; nil where each has its own.
    ///   - disk: a directory for strategies that keep states on disk. The trial has its own within it, which is
    ///     removed with the process.
    package func measure(
        _ trial: Trial, warmup: Int? = nil, reference: Bytes? = nil, memory: Bytes? = nil, within: Bytes? = nil,
        export: HandedOutput? = nil, timeline: HandedOutput? = nil, evidence: HandedOutput? = nil,
        gradient: HandedOutput? = nil, disk: String? = nil, children: Children
    ) throws(SpawnError) -> TrialProcess {
        var arguments = ["measure"] + trial.words
        if let warmup { arguments.append("warmup=\(warmup)") }
        if let reference { arguments.append("reference=\(reference.count)") }
        if let memory { arguments.append("memory=\(memory.count)") }
        arguments.append("within=\((within ?? TrialProgram.memory).count)")
        var outputs: [HandedOutput] = []
        let named = [("export", export), ("timeline", timeline), ("evidence", evidence), ("gradient", gradient)]
        for case (let name, let output?) in named {
            arguments.append("\(name)=\(TrialProcess.name(of: output, among: &outputs))")
        }
        let scratch = scratch(trial, disk: disk)
        if let scratch { arguments.append("disk=\(scratch)") }
        return try TrialProcess(
            executable: executable, arguments: arguments, scratch: scratch, outputs: outputs, children: children)
    }

    /// Starts a training, which makes an update whenever it is asked.
    ///
    /// - Parameters:
    ///   - checkpoint: where it is written when it is asked for; nil for nowhere.
    ///   - resume: a checkpoint to continue from; nil to begin.
    ///   - disk: as for ``measure(_:warmup:reference:memory:within:export:timeline:evidence:gradient:disk:children:)``.
    package func train(
        _ trial: Trial, checkpoint: HandedOutput? = nil, resume: String? = nil, disk: String? = nil, children: Children
    ) throws(SpawnError) -> TrialProcess {
        var arguments = ["train"] + trial.words + ["within=\(TrialProgram.memory.count)"]
        var outputs: [HandedOutput] = []
        if let checkpoint {
            arguments.append("checkpoint=\(TrialProcess.name(of: checkpoint, among: &outputs))")
        }
        if let resume { arguments.append("resume=\(resume)") }
        let scratch = scratch(trial, disk: disk)
        if let scratch { arguments.append("disk=\(scratch)") }
        return try TrialProcess(
            executable: executable, arguments: arguments, scratch: scratch, outputs: outputs, children: children)
    }

    /// Starts a survey of windows, which answers `pass`, `batch` and `summary`: see ``Trials/WindowSurvey``.
    package func survey(_ trial: Trial, windows: [Int], children: Children) throws(SpawnError) -> TrialProcess {
        let list = windows.map(String.init).joined(separator: ",")
        let arguments = ["survey"] + trial.words + ["windows=\(list)", "within=\(TrialProgram.memory.count)"]
        return try TrialProcess(executable: executable, arguments: arguments, children: children)
    }

    /// What the system leaves to this process and those it starts.
    private static var memory: Bytes { Bytes(SystemLimits().memoryLimit.value) }

    /// A directory for the states that a trial keeps on disk; nil when it keeps none.
    private func scratch(_ trial: Trial, disk: String?) -> String? {
        guard trial.strategy.usesDisk, let disk else { return nil }
        // Of all processes on this machine and those before them, no other comes to this name.
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return "\(disk)/unroll-\(getpid())-\(now.tv_sec)-\(now.tv_nsec)"
    }

    /// Starts timing large products, the rate that everything else is held against.
    package func products(threads: Int, children: Children) throws(SpawnError) -> TrialProcess {
        try TrialProcess(executable: executable, arguments: ["products", "threads=\(threads)"], children: children)
    }

    /// Starts timing multiply-adds in registers, which no kernel exceeds.
    package func multiplyAdds(threads: Int, children: Children) throws(SpawnError) -> TrialProcess {
        try TrialProcess(
            executable: executable, arguments: ["multiply_adds", "threads=\(threads)"], children: children)
    }

    /// Starts timing barriers of threads, which is how soon one reads what another has written.
    package func barriers(threads: Int, children: Children) throws(SpawnError) -> TrialProcess {
        try TrialProcess(executable: executable, arguments: ["barriers", "threads=\(threads)"], children: children)
    }

    /// Starts timing copies from memory to memory, the other rate that bounds everything.
    package func copies(threads: Int, children: Children) throws(SpawnError) -> TrialProcess {
        try TrialProcess(executable: executable, arguments: ["copies", "threads=\(threads)"], children: children)
    }

    /// Starts timing reads, of which each thread has its own bytes and goes over them again and again: the rate of the level of memory
    /// that holds them.
    package func reads(threads: Int, bytes: Bytes, children: Children) throws(SpawnError) -> TrialProcess {
        try TrialProcess(
            executable: executable, arguments: ["reads", "threads=\(threads)", "bytes=\(bytes.count)"],
            children: children)
    }

    /// What the program says of itself: versions and configurations of what it is linked with.
    ///
    /// - Throws: ``TrialFailure``, as when it does not start or a gauge does not work.
    package func probe(children: Children = Children(), within limit: Duration = .seconds(30)) throws(TrialFailure)
        -> [String: String]
    {
        let process: TrialProcess
        do throws(SpawnError) {
            process = try TrialProcess(executable: executable, arguments: ["probe"], children: children)
        } catch {
            throw TrialFailure(status: .failed, message: error.description)
        }
        var answers: [String: String] = [:]
        for line in try process.remainingLines(within: limit) {
            let sides = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard sides.count == 2, answers.updateValue(sides[1], forKey: sides[0]) == nil else {
                throw TrialFailure(status: .failed, message: "unexpected output '\(line.prefix(200))'")
            }
        }
        return answers
    }
}
