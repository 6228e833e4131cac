import Files
import Synchronization

/// The job that a process waits for, or submits, to be cancelled when that is interrupted.
package final class HeldJob: Sendable {
    let record: SlurmRecord
    private let job = Mutex<SlurmJob?>(nil)

    init(record: SlurmRecord) { self.record = record }

    /// What became of it.
    package enum Cancellation: Sendable {
        case cancelled(SlurmJob)
        /// It may still run.
        case failed(SlurmJob, Slurm.Failure)
    }

    /// Cancels the job from another thread than the one that waits for it. While one is being submitted its number is not known
    /// yet: that one is cancelled too. Nothing is written from then on.
    ///
    /// - Returns: nil where there is none.
    package func cancel() -> Cancellation? {
        let job = job.withLock { $0 }
        WriteLock.stop()
        guard let job else { return nil }
        do throws(Slurm.Failure) {
            try Slurm().cancel(job)
            record.remove()
            return .cancelled(job)
        } catch {
            return .failed(job, error)
        }
    }

    /// Holds the job that the body submits from the moment it has a number.
    func hold(_ submit: () throws -> SlurmJob) throws -> SlurmJob {
        try job.withLock { held in
            let job = try submit()
            held = job
            return job
        }
    }

    func begin(_ job: SlurmJob) { self.job.withLock { $0 = job } }
    func end() { job.withLock { $0 = nil } }
}
