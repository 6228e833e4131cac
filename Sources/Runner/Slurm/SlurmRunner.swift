package import Experiments
import Files
import Foundation
import Glibc
package import Quantities
package import Trials

/// Runs one experiment as a job array of shards: submits what is missing, waits, submits again what was lost, merges.
///
/// All state is in the shards' files and in the number of the job: it can be ended and started again at any moment.
package struct SlurmRunner: Sendable {
    /// The directory of the results.
    package let directory: String
    /// What is cancelled when this process is interrupted.
    package let held: HeldJob
    let file: ExperimentFile
    let trials: [Trial]
    let shards: [Shard]
    private let results: String
    private let request: SlurmRequest
    private let memory: Bytes?
    private let passedOn: [String]
    private let isFresh: Bool
    private let mixesBuilds: Bool
    private let compare: @Sendable (String) throws -> Void
    private let slurm = Slurm()

    private static let experimentName = "slurm.yaml"

    /// - Parameters:
    ///   - trials: all or some of the experiment's.
    ///   - results: the folder in which the experiment has its directory.
    ///   - memory: what a trial may take; nil for the experiment's limit.
    ///   - passedOn: words that each task's command has as well.
    ///   - isFresh: everything is measured again; the old files are kept under other names.
    ///   - mixesBuilds: rows of other builds and machines may stand together.
    ///   - compare: writes the tables that compare the rows in a directory.
    package init(
        _ file: ExperimentFile, trials: [Trial], results: String, request: SlurmRequest, memory: Bytes? = nil,
        passedOn: [String] = [], isFresh: Bool = false, mixesBuilds: Bool = false,
        compare: @escaping @Sendable (_ directory: String) throws -> Void
    ) {
        self.file = file
        self.trials = trials
        self.request = request
        self.memory = memory
        self.passedOn = passedOn
        self.isFresh = isFresh
        self.mixesBuilds = mixesBuilds
        self.compare = compare
        // Tasks may start elsewhere.
        self.results = results.hasPrefix("/") ? results : FileManager.default.currentDirectoryPath + "/" + results
        directory = ExperimentRunner.directory(of: file.experiment, in: results)
        let count = request.shards ?? min(file.experiment.trials.groups().count, SlurmRequest.mostShards)
        shards = (1...count).compactMap { Shard(index: $0, of: count) }
        held = HeldJob(record: SlurmRecord(directory: directory, experiment: file.experiment.name))
    }

    var experiment: Experiment { file.experiment }
    private var record: SlurmRecord { held.record }

    /// - Returns: whether every trial ended well, as far as that is known when nothing is waited for.
    /// - Throws: ``RunError``, ``ResultsError``, ``ExperimentError``, ``FileError`` and what `compare` throws.
    package func run(report: (Event) -> Void) throws -> Bool {
        let earlier = try earlierJob(report)
        try prepare(report)
        var isFirst = true
        // Somebody may have submitted it and not waited.
        if let earlier {
            report(.jobFound(earlier))
            if request.doesNotWait { return true }
            try wait(for: earlier, report)
            isFirst = false
        }
        var memory: Bytes?
        var attempts: [Shard: Int] = [:]
        while true {
            // A trial that failed has a row; the first time it is tried again, as on one machine.
            let missing = try shards.filter { try isUnfinished($0, isFirst: isFirst, memory: memory) }
            if missing.isEmpty {
                guard memory == nil, let more = request.retryMemory, try shards.contains(where: isStarved) else {
                    break
                }
                memory = more
                attempts = [:]
                isFirst = true
                report(.memoryRaised(more))
                continue
            }
            if let lost = missing.first(where: { attempts[$0, default: 0] >= request.attempts }) {
                throw RunError.shardUnfinished(
                    experiment: experiment.name, lost, submissions: request.attempts, directory: directory)
            }
            for shard in missing {
                attempts[shard, default: 0] += 1
                // Here, and not by the task: what its trials lose is said where somebody reads it.
                try update(shard, report) { Resumption(experiment, trials: trials(of: shard), existing: $0).kept }
            }
            isFirst = false
            let before = backups
            let job = try submit(missing, memory: memory, report)
            guard !request.doesNotWait else {
                report(.jobLeft)
                return true
            }
            try wait(for: job, report)
            for name in backups.subtracting(before).sorted() {
                let rows = try Results.read(file: "\(directory)/\(name)").rows.count
                report(.rowsMeasuredAgain(rows, backup: name))
            }
        }
        record.remove()
        return try merge(report)
    }

    /// Makes the directory, writes the experiment as it is now for the tasks, and keeps apart what is measured again.
    ///
    /// For the tasks it has another name: experiment.yaml is of the rows that are there.
    private func prepare(_ report: (Event) -> Void) throws {
        try Folder.expectOwn(directory)
        if isFresh {
            // Those of another number of shards too: a merge would find them.
            let files = access(directory, F_OK) == 0 ? (try? Results.partFiles(at: directory)) ?? [] : []
            for name in files.map({ Folder.split($0).name }) {
                let writer = try ResultsWriter(directory: directory, name: name, isFresh: true)
                tell(try writer.begin(of: file.text), of: writer, report)
            }
        } else {
            // Makes the directory and finds that it can be written; leaves nothing.
            _ = try ResultsWriter(directory: directory, name: "\(experiment.name).submission.csv")
        }
        try OutputFile.write(file.text, in: directory, as: SlurmRunner.experimentName)
    }

    /// The job array of an earlier call that still waits or runs.
    private func earlierJob(_ report: (Event) -> Void) throws(RunError) -> SlurmJob? {
        guard let entry = record.read() else { return nil }
        guard entry.isHere else {
            report(.jobElsewhere(directory: entry.directory))
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
            throw .jobUncertain(directory: directory, job: entry.name, error)
        }
        guard let active else { return nil }
        guard entry.shards == shards.count else {
            throw .jobOfOther(directory: directory, job: active.number, what: "it in \(entry.shards) shards")
        }
        let submitted = try? String(contentsOfFile: "\(directory)/\(SlurmRunner.experimentName)", encoding: .utf8)
        guard submitted == nil || submitted == file.text else {
            throw .jobOfOther(
                directory: directory, job: active.number, what: "another experiment than \(file.path)")
        }
        return active
    }

    private func submit(_ missing: [Shard], memory: Bytes?, _ report: (Event) -> Void) throws -> SlurmJob {
        // Slurm adds to logs that are there, through a link too.
        for shard in missing { try OutputFile.removeLink("\(directory)/slurm.\(shard.index)-of-\(shard.count).log") }
        let arguments = request.arguments(
            experiment, directory: "\(results)/\(experiment.name)", shards: missing, memory: memory)
        let name = SlurmRecord.newName(experiment.name)
        let job = try held.hold {
            // Before it is submitted: a process that is killed meanwhile leaves a job that can be found.
            try record.write(name: name, clusters: request.clusters, shards: shards.count)
            do throws(Slurm.Failure) {
                return try slurm.submit(
                    script(memory: memory), name: name, options: arguments, clusters: request.clusters)
            } catch {
                if error.isSettled { record.remove() }
                throw RunError.slurm(error)
            }
        }
        try record.write(job, shards: shards.count)
        report(.jobSubmitted(job, shards: missing.count, of: shards.count))
        return job
    }

    /// What each task does.
    private func script(memory: Bytes?) -> String {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "unroll"
        let copy = "\(results)/\(experiment.name)/\(SlurmRunner.experimentName)"
        var words = [program, "run", copy, "--results", results].map(\.quotedForShell)
        words += ["--shard", "\"$SLURM_ARRAY_TASK_ID\"/\(shards.count)"] + passedOn.map(\.quotedForShell)
        if let memory = memory ?? self.memory { words += ["--memory", "\(memory.count)"] }
        // sbatch hands its environment on, in which it speaks English.
        let locale = ProcessInfo.processInfo.environment["LC_ALL"].map { "export LC_ALL=\($0.quotedForShell)" }
        return "#!/bin/sh\n\(locale ?? "unset LC_ALL")\nexec " + words.joined(separator: " ") + "\n"
    }

    /// Waits until no task of the array waits or runs. Looks often at first, for small sweeps.
    private func wait(for job: SlurmJob, _ report: (Event) -> Void) throws(RunError) {
        held.begin(job)
        defer { held.end() }
        let asked = trials.count * experiment.repetitions
        var pause = 0.2
        var shown = -1
        var watch = JobWatch(slurm: slurm, job: job)
        while try watch.isActive(report) {
            let rows = shards.reduce(0) { $0 + lines($1) }
            if rows != shown {
                shown = rows
                report(.jobRows(job, rows: rows, of: asked))
            }
            usleep(UInt32(pause * 1e6))
            pause = min(10, pause * 1.2)
        }
        report(.jobEnded)
    }

    private func merge(_ report: (Event) -> Void) throws -> Bool {
        // A shard that lacks nothing was not submitted, and may be of the experiment as it was.
        for shard in shards {
            try update(shard, report) { Resumption(experiment, trials: [], existing: $0).kept }
        }
        let parts = try shards.filter { access(path($0), F_OK) == 0 }
            .map { try ResultsMerge.Part(directory: directory, name: $0.name(Results.fileName)) }
        return try ResultsMerge(
            parts, into: directory, mixesBuilds: mixesBuilds, asked: Set(trials), compare: compare
        ).run(report: report)
    }
}
