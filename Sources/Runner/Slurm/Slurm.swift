import Foundation

/// A Slurm cluster, by its own commands.
///
/// What a site or a user has set for jobs stays as it is: `SLURM_CONF`, `SBATCH_ACCOUNT`, `SBATCH_PARTITION`, `SBATCH_CLUSTERS` and
/// the like. What changes the answers of the commands, or which jobs they speak of, does not reach them.
package struct Slurm: Sendable {
    package init() {}

    /// What stands in the way, with what became of a job that may have been submitted.
    package struct Failure: Error, Hashable, CustomStringConvertible {
        package let cause: OtherProgramFailure
        /// Of a submission that failed; empty where nothing was submitted.
        package var consequence = ""
        /// Whether no job is left.
        package var isSettled = true

        package var description: String {
            let cause =
                switch cause {
                case .missing(let command):
                    "'\(command)' is not here; run this where jobs are submitted, or install it: apt-get install slurm-client"
                case .exit(let command, _, let words) where !words.isEmpty: "\(command) refused: \(words)"
                default: cause.description
                }
            return cause + (consequence.isEmpty ? "" : "; \(consequence)")
        }
    }

    // MARK: Submitting

    /// Submits one job array.
    ///
    /// Where no job number can be read from what sbatch says, or it fails, the job is looked for by its name and cancelled:
    /// an array that is not known would run next to the next one.
    ///
    /// - Parameters:
    ///   - script: what each task does; it finds its number in `SLURM_ARRAY_TASK_ID`.
    ///   - name: of the job, unlike that of any other.
    ///   - options: for sbatch; the name comes after them.
    ///   - clusters: those that are asked for, where any are.
    package func submit(
        _ script: String, name: String, options: [String], clusters: String?
    ) throws(Failure) -> SlurmJob {
        // By this machine's clock, which need not be Slurm's.
        let start = Int(Date().timeIntervalSince1970) - 600
        let answer: String
        do throws(OtherProgramFailure) {
            // It would wait for the end of the job.
            answer = try OtherProgram("sbatch", dropping: ["SBATCH_WAIT"])
                .call(["--parsable"] + options + ["--job-name=\(name)"], input: script)
        } catch {
            if case .missing = error { throw Failure(cause: error) }
            if case .notStarted = error { throw Failure(cause: error) }
            // It may have submitted all the same: a slow controller's answer is lost.
            throw withdraw(Failure(cause: error), name, clusters: clusters)
        }
        guard let read = SlurmJob.number(in: answer) else {
            throw withdraw(
                Failure(cause: .unexpected("sbatch", OtherProgramFailure.shortened(answer))), name, clusters: clusters)
        }
        let single = clusters.flatMap { $0.contains(",") || $0 == "all" ? nil : $0 }
        let job = SlurmJob(number: read.number, cluster: read.cluster ?? single, name: name, submitted: start)
        return (try? asListed(job)) ?? job
    }

    /// The job as Slurm lists it: with the number that belongs to its name, with the name that the site may have given it, and
    /// with the time of its submission by Slurm's clock. As it is where it is not listed, as when it has ended.
    private func asListed(_ job: SlurmJob) throws(Failure) -> SlurmJob {
        let named = try tasks("--name=\(job.name)", cluster: job.cluster)
        var task = named.first { $0.number == job.number } ?? named.first
        if task == nil {
            let numbered = try tasks("--jobs=\(job.number)", cluster: job.cluster)
            task = numbered.first { $0.number == job.number && $0.submitted.map { $0 >= job.submitted } ?? false }
        }
        guard let task else { return job }
        return SlurmJob(
            number: task.number, cluster: job.cluster, name: task.name, submitted: task.submitted ?? job.submitted)
    }

    /// Cancels what a failed submission has left.
    ///
    /// - Returns: the failure with what became of the job.
    private func withdraw(_ failure: Failure, _ name: String, clusters: String?) -> Failure {
        var failure = failure
        do throws(Failure) {
            let numbers = Set(try tasks("--name=\(name)", cluster: clusters).map(\.number)).sorted()
            for number in numbers {
                try cancel(SlurmJob(number: number, cluster: clusters, name: name, submitted: 0))
            }
            if !numbers.isEmpty {
                let text = numbers.map(String.init).joined(separator: ", ")
                failure.consequence = "job array \(text), which it submitted, is cancelled"
            } else if case .unexpected = failure.cause {
                failure.consequence = "Slurm has no job of the name \(name)"
            }
        } catch {
            failure.consequence =
                "whether it submitted a job is not known, for \(error); to end it: scancel --name=\(name)"
            failure.isSettled = false
        }
        return failure
    }

    // MARK: Asking

    /// Whether any task of the array still waits or runs.
    ///
    /// - Throws: ``Failure`` when Slurm does not answer, as while it restarts.
    package func isActive(_ job: SlurmJob) throws(Failure) -> Bool {
        do throws(Failure) {
            if try tasks("--jobs=\(job.number)", cluster: job.cluster).contains(where: job.owns) { return true }
        } catch {
            // The number of a job that ended some minutes ago is refused.
            guard case .exit = error.cause else { throw error }
        }
        // Only when none of its name is left among all jobs has it ended.
        return try tasks("--name=\(job.name)", cluster: job.cluster).contains(where: job.isNamed)
    }

    /// The job of a name; nil when none waits or runs.
    package func job(named name: String, clusters: String?) throws(Failure) -> SlurmJob? {
        try tasks("--name=\(name)", cluster: clusters).first.map {
            SlurmJob(number: $0.number, cluster: clusters, name: $0.name, submitted: $0.submitted ?? 0)
        }
    }

    /// One line of squeue.
    struct Task: Hashable, Sendable {
        let number: Int
        /// When the job was submitted, in seconds since 1970; later where it waits again.
        let submitted: Int?
        let name: String
    }

    /// Each line of an answer begins with it; what a site's own commands print does not.
    private static let mark = "unroll"

    private func tasks(_ which: String, cluster: String?) throws(Failure) -> [Task] {
        // All of squeue's own variables choose or show: fewer states of jobs, other columns.
        let answer = try call(
            "squeue", dropping: ["SQUEUE_*", "SLURM_CLUSTERS"], setting: ["SLURM_TIME_FORMAT": "%s"],
            [which, "--format=\(Slurm.mark) %F %V %j"], cluster: cluster)
        let lines = answer.split(whereSeparator: \.isNewline).map { $0.split(separator: " ", maxSplits: 3) }
        let marked = lines.filter { $0.count == 4 && $0[0] == Slurm.mark }
        // The line of titles is among them: without it, nothing says that there is no job.
        guard !marked.isEmpty || answer.allSatisfy(\.isWhitespace) else {
            throw Failure(cause: .unexpected("squeue", OtherProgramFailure.shortened(answer)))
        }
        return marked.compactMap { words in
            Int(words[1]).map { number in
                Task(
                    number: number, submitted: Int(words[2]),
                    name: words[3].trimmingCharacters(in: .whitespacesAndNewlines))
            }
        }
    }

    // MARK: Ending

    /// Ends all tasks of an array; none of another job that has its number now.
    package func cancel(_ job: SlurmJob) throws(Failure) {
        // Of its variables some ask, and some leave jobs out.
        do throws(Failure) {
            _ = try call(
                "scancel", dropping: ["SCANCEL_*", "SLURM_CLUSTERS"], ["--name=\(job.name)", String(job.number)],
                cluster: job.cluster)
        } catch {
            // One that has ended meanwhile cannot be cancelled, and need not.
            guard case .exit = error.cause, let isActive = try? isActive(job), !isActive else { throw error }
        }
    }

    private func call(
        _ command: String, dropping: [String], setting: [String: String] = [:], _ arguments: [String],
        cluster: String?
    ) throws(Failure) -> String {
        do throws(OtherProgramFailure) {
            return try OtherProgram(command, dropping: dropping, setting: setting)
                .call((cluster.map { ["--clusters=\($0)"] } ?? []) + arguments, most: 1 << 24)
        } catch {
            throw Failure(cause: error)
        }
    }
}
