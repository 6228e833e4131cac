import ArgumentParser
import Experiments
import Files
import Foundation
import Glibc
import Quantities
import Reports
import Runner
import Synchronization
import Trials

/// Runs one experiment as a job array of shards: submits what is missing, waits, submits again what was lost, merges.
///
/// All state is in the shards' files and in the number of the job: it can be ended and started again at any moment.
struct Submitting {
    private let file: ExperimentFile
    private let trials: [Trial]
    private let directory: String
    private let results: String
    private let isFresh: Bool
    private let options: SlurmOptions
    /// What a trial may take, where the command says so.
    private let memory: Bytes?
    private let passedOn: [String]
    private let mixesBuilds: Bool
    private let voice: Progress.Voice
    private let slurm = Slurm()
    private let shards: [Shard]

    private static let defaultAttempts = 3
    private static let mostShards = 64

    init(
        _ file: ExperimentFile, trials: [Trial], results: String, isFresh: Bool, options: SlurmOptions,
        memory: Bytes?, passedOn: [String], mixesBuilds: Bool, voice: Progress.Voice
    ) throws {
        self.file = file
        self.trials = trials
        self.isFresh = isFresh
        self.options = options
        self.memory = memory
        self.passedOn = passedOn
        self.mixesBuilds = mixesBuilds
        self.voice = voice
        // Tasks may start elsewhere.
        self.results = results.hasPrefix("/") ? results : FileManager.default.currentDirectoryPath + "/" + results
        directory = "\(results)/\(file.experiment.name)"
        let count = options.shards ?? min(file.experiment.trials.groups().count, Submitting.mostShards)
        shards = (1...count).compactMap { Shard(index: $0, of: count) }
    }

    private var experiment: Experiment { file.experiment }
    private static let experimentName = "slurm.yaml"
    private var record: SlurmRecord { SlurmRecord(directory: directory, experiment: experiment.name) }

    /// - Returns: whether every trial ended well, as far as that is known when it does not wait.
    func run() throws -> Bool {
        try expectDescriptors()
        let holder = Holder()
        let slurm = slurm
        let place = directory
        let record = record
        let watch = try InterruptionGuard(
            Children(),
            farewell: {
                // While a job is being submitted, its number is not known yet.
                let job = holder.job.withLock { $0 }
                WriteLock.stop()
                if let job {
                    do throws(Slurm.Failure) {
                        try slurm.cancel(job)
                        record.remove()
                        complain("\nunroll: interrupted; job array \(job.number) is cancelled.")
                    } catch {
                        complain("\nunroll: interrupted; job array \(job.number) may still run: \(error).")
                    }
                }
                complain("\nunroll: what was measured is in \(place). The same command goes on.\n")
            })
        return try withExtendedLifetime(watch) { try reporting { try run(holder) } }
    }

    /// The job to cancel when this process is interrupted. Held while a job is submitted: that one is cancelled too.
    private final class Holder: Sendable {
        let job = Mutex<SlurmJob?>(nil)
    }

    private func run(_ holder: Holder) throws -> Bool {
        let earlier = try earlierJob()
        try prepare()
        var isFirst = true
        // Somebody may have submitted it and not waited.
        if let earlier {
            note("\(experiment.name): job array \(earlier.number) is still there")
            if options.doesNotWait { return true }
            try wait(for: earlier, holder)
            isFirst = false
        }
        var memory: Bytes?
        var attempts: [Shard: Int] = [:]
        while true {
            // A trial that failed has a row; the first time it is tried again, as on one machine.
            let missing = try shards.filter { try isUnfinished($0, isFirst: isFirst, memory: memory) }
            if missing.isEmpty {
                if memory == nil, let more = options.retryMemory, try shards.contains(where: isStarved) {
                    memory = more
                    attempts = [:]
                    isFirst = true
                    note("\(experiment.name): what was out of memory runs again with \(more)")
                    continue
                }
                break
            }
            let most = options.attempts ?? Submitting.defaultAttempts
            if let lost = missing.first(where: { attempts[$0, default: 0] >= most }) {
                throw fail(
                    "\(experiment.name): shard \(lost) is unfinished after \(counted(most, "submission")); see "
                        + "\(directory)/slurm.\(lost.index)-of-\(lost.count).log", code: Exit.failed)
            }
            for shard in missing {
                attempts[shard, default: 0] += 1
                // Here, and not by the task: what its trials lose is said where somebody reads it.
                try update(shard) { Resumption(experiment, trials: trials(of: shard), existing: $0).kept }
            }
            isFirst = false
            let before = backups
            let job = try submit(missing, memory: memory, holder)
            if options.doesNotWait {
                note("\(experiment.name): when it has ended: unroll merge \(directory)")
                return true
            }
            try wait(for: job, holder)
            for name in backups.subtracting(before).sorted() {
                let rows = try Results.read(file: "\(directory)/\(name)").rows.count
                note(
                    "\(experiment.name): \(counted(rows, "row")) measured again by a task, whose log slurm.*.log says why; "
                        + "kept in \(name)")
            }
        }
        record.remove()
        return try merge()
    }

    /// Makes the directory, writes the experiment as it is now for the tasks, and keeps apart what is measured again.
    ///
    /// For the tasks it has a name of its own: experiment.yaml is of the rows that are there.
    private func prepare() throws {
        try Folder.expectOwn(directory)
        if isFresh {
            // Those of another number of shards too: a merge would find them.
            let files = access(directory, F_OK) == 0 ? (try? Results.partFiles(at: directory)) ?? [] : []
            for name in files.map({ Folder.split($0).name }) {
                let writer = try ResultsWriter(directory: directory, name: name, isFresh: true)
                say(try writer.begin(of: file.text), of: writer)
            }
        } else {
            // Makes the directory and finds that it can be written; leaves nothing.
            _ = try ResultsWriter(directory: directory, name: "\(experiment.name).submission.csv")
        }
        try OutputFile.write(file.text, in: directory, as: Submitting.experimentName)
    }

    /// Makes a shard's file one of the experiment as it is now.
    ///
    /// - Parameter kept: which of its rows stay.
    private func update(_ shard: Shard, keeping kept: ([Row]) -> [Row]) throws {
        guard access(path(shard), F_OK) == 0 else { return }
        let writer = try ResultsWriter(directory: directory, name: shard.name(Results.fileName))
        let rows = kept(writer.existing?.rows ?? [])
        guard writer.changes(rows, of: file.text) else { return }
        say(try writer.begin(keeping: rows, of: file.text), of: writer)
    }

    /// The files of earlier rows that are there.
    private var backups: Set<String> {
        Set(
            ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).filter {
                $0.hasSuffix(".previous.csv")
            })
    }

    private func say(_ backup: Backup?, of writer: ResultsWriter) {
        for sentence in OmittedRows(experiment: experiment, path: file.path).sentences(backup, of: writer) {
            note("\(experiment.name): \(sentence)")
        }
    }

    /// The job array of an earlier call that still waits or runs.
    private func earlierJob() throws -> SlurmJob? {
        guard let entry = record.read() else { return nil }
        guard entry.isHere else {
            note("\(directory): \(SlurmRecord.fileName) is of \(entry.directory.shown()), which its job measures into")
            return nil
        }
        let active: SlurmJob?
        do throws(Slurm.Failure) {
            if let job = entry.job {
                active = try slurm.isActive(job) ? job : nil
            } else {
                // Submitted by a process that was killed before it had the number.
                active = try slurm.job(named: entry.name, clusters: entry.clusters)
            }
        } catch {
            throw fail(
                "\(directory): its job '\(entry.name.shown())' may still run: \(error); nothing is submitted",
                code: Exit.lacking)
        }
        guard let active else { return nil }
        guard entry.shards == shards.count else {
            throw fail(
                "\(directory): job array \(active.number) still measures it in \(entry.shards) shards; wait for it, or: "
                    + "scancel \(active.number)", code: Exit.system)
        }
        let submitted = try? String(contentsOfFile: "\(directory)/\(Submitting.experimentName)", encoding: .utf8)
        guard submitted == nil || submitted == file.text else {
            throw fail(
                "\(directory): job array \(active.number) still measures another experiment than \(file.path); wait for it, or: "
                    + "scancel \(active.number)", code: Exit.system)
        }
        return active
    }

    private func submit(_ missing: [Shard], memory: Bytes?, _ holder: Holder) throws -> SlurmJob {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "unroll"
        let copy = "\(results)/\(experiment.name)/\(Submitting.experimentName)"
        var words = [program, "run", copy, "--results", results].map(Escape.shell)
        words += ["--shard", "\"$SLURM_ARRAY_TASK_ID\"/\(shards.count)"] + passedOn.map(Escape.shell)
        if let memory = memory ?? self.memory { words += ["--memory", "\(memory.count)"] }
        // sbatch hands its environment on, in which it speaks English.
        let locale = ProcessInfo.processInfo.environment["LC_ALL"].map { "export LC_ALL=\(Escape.shell($0))" }
        let script = "#!/bin/sh\n\(locale ?? "unset LC_ALL")\nexec " + words.joined(separator: " ") + "\n"
        // Slurm adds to logs that are there, through a link too.
        for shard in missing { try OutputFile.removeLink("\(directory)/slurm.\(shard.index)-of-\(shard.count).log") }
        let arguments = options.arguments(
            experiment, directory: "\(results)/\(experiment.name)", shards: missing, memory: memory)
        let name = SlurmRecord.newName(experiment.name)
        let job = try holder.job.withLock { held in
            // Before it is submitted: a process that is killed meanwhile leaves a job that can be found.
            try record.write(name: name, clusters: options.clusters, shards: shards.count)
            do throws(Slurm.Failure) {
                let job = try slurm.submit(script, name: name, options: arguments, clusters: options.clusters)
                held = job
                return job
            } catch {
                if error.isSettled { record.remove() }
                throw fail("\(error)", code: Exit.lacking)
            }
        }
        try record.write(job, shards: shards.count)
        note("\(experiment.name): job array \(job.number), \(counted(missing.count, "shard")) of \(shards.count)")
        return job
    }

    /// Waits until no task of the array waits or runs. Looks often at first, for small sweeps.
    private func wait(for job: SlurmJob, _ holder: Holder) throws {
        holder.job.withLock { $0 = job }
        defer { holder.job.withLock { $0 = nil } }
        let asked = trials.count * experiment.repetitions
        var pause = 0.2
        var shown = -1
        var watch = JobWatch(slurm: slurm, job: job, experiment: experiment.name)
        while try watch.isActive(note) {
            let rows = shards.reduce(0) { $0 + lines($1) }
            if rows != shown {
                shown = rows
                switch voice {
                case .quiet: break
                case .usual:
                    let counts = "\(rows) of \(asked) rows, job \(job.number)"
                    StatusLine.show("\(experiment.name): \(counts)", counts)
                case .verbose:
                    Log.write("waiting", [("experiment", experiment.name), ("job", job.text), ("rows", "\(rows)")])
                }
            }
            usleep(UInt32(pause * 1e6))
            pause = min(10, pause * 1.2)
        }
        if voice == .usual { StatusLine.clear() }
    }

    // MARK: Shards' files

    private func lines(_ shard: Shard) -> Int {
        let bytes = (try? Data(contentsOf: URL(fileURLWithPath: path(shard)))) ?? Data()
        return max(0, bytes.count { $0 == UInt8(ascii: "\n") } - 1)
    }

    private func path(_ shard: Shard) -> String { "\(directory)/\(shard.name(Results.fileName))" }

    /// The shard's rows; none when it has no file yet.
    private func rows(_ shard: Shard) throws -> [Row] {
        access(path(shard), F_OK) == 0 ? try Results.read(file: path(shard)).rows : []
    }

    /// Whether the shard has trials that are to be measured: those without all their rows, or, unless it is the first time,
    /// without a row that says why.
    private func isUnfinished(_ shard: Shard, isFirst: Bool, memory: Bytes?) throws -> Bool {
        let rows = try rows(shard)
        let failed = Set(rows.filter { $0.status != .ok }.map(\.trial))
        let starved = Set(rows.filter { $0.status == .outOfMemory }.map(\.trial))
        let missing = Resumption(experiment, trials: trials(of: shard), existing: rows).missing
        return missing.contains { trial in
            isFirst ? memory == nil || starved.contains(trial) : !failed.contains(trial)
        }
    }

    /// Those of the shard's trials that were asked for.
    private func trials(of shard: Shard) -> [Trial] {
        let own = Set(shard.trials(of: experiment.trials))
        return trials.filter(own.contains)
    }

    private func isStarved(_ shard: Shard) throws -> Bool {
        try rows(shard).contains { $0.status == .outOfMemory }
    }

    private func merge() throws -> Bool {
        // A shard that lacks nothing was not submitted, and may be of the experiment as it was.
        for shard in shards {
            try update(shard) { Resumption(experiment, trials: [], existing: $0).kept }
        }
        let parts = try shards.filter { access(path($0), F_OK) == 0 }
            .map { try Part(directory: directory, name: $0.name(Results.fileName)) }
        return try Joining(
            parts: parts, directory: directory, isPartial: false, mixesBuilds: mixesBuilds, isQuiet: voice == .quiet,
            asked: Set(trials)
        ).run()
    }

    private func note(_ line: String) {
        switch voice {
        case .quiet: break
        case .usual: complain(line + "\n")
        case .verbose: Log.write("note", [("message", line)])
        }
    }
}
