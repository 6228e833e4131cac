import Runner

/// Asks again and again whether a job array waits or runs.
///
/// While Slurm does not answer it is taken to, for a controller that restarts may take minutes; that is said once. An answer
/// that cannot be read does not get better by waiting.
struct JobWatch {
    let slurm: Slurm
    let job: SlurmJob
    let experiment: String
    private var last: OtherProgramFailure?
    /// Answers in a row that could not be read.
    private var unreadable = 0

    private static let mostUnreadable = 3

    init(slurm: Slurm, job: SlurmJob, experiment: String) {
        self.slurm = slurm
        self.job = job
        self.experiment = experiment
    }

    /// - Throws: `ExitCode` where asking is of no use.
    mutating func isActive(_ note: (String) -> Void) throws -> Bool {
        do throws(Slurm.Failure) {
            let isActive = try slurm.isActive(job)
            (last, unreadable) = (nil, 0)
            return isActive
        } catch {
            switch error.cause {
            case .unexpected: unreadable += 1
            case .missing, .limit: unreadable = JobWatch.mostUnreadable
            case .notStarted, .timedOut, .exit, .signal, .tooMuchOutput, .lost: unreadable = 0
            }
            guard unreadable < JobWatch.mostUnreadable else {
                throw fail(
                    "\(error); job array \(job.number) goes on, and the same command waits for it", code: Exit.lacking)
            }
            if last != error.cause { note("\(experiment): \(error); waiting for job array \(job.number) all the same") }
            last = error.cause
            return true
        }
    }
}
