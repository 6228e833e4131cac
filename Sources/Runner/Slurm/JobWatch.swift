/// Asks again and again whether a job array waits or runs.
///
/// While Slurm does not answer it is taken to, for a controller that restarts may take minutes; that is said once. An answer
/// that cannot be read does not get better by waiting.
struct JobWatch {
    private let slurm: Slurm
    private let job: SlurmJob
    private var last: OtherProgramFailure?
    /// Answers in a row that could not be read.
    private var unreadable = 0

    private static let mostUnreadable = 3

    init(slurm: Slurm, job: SlurmJob) {
        self.slurm = slurm
        self.job = job
    }

    /// - Throws: ``RunError/jobUnreadable(job:_:)`` where asking is of no use.
    mutating func isActive(_ report: (Event) -> Void) throws(RunError) -> Bool {
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
                throw .jobUnreadable(job: job.number, error)
            }
            if last != error.cause { report(.jobUncertain(job, error)) }
            last = error.cause
            return true
        }
    }
}
