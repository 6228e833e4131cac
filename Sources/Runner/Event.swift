package import Experiments
package import Machine
package import Quantities
package import Trials

/// What happens while something runs: the caller gets it as it happens, and shows of it what it likes.
///
/// A run prints nothing itself. What ends it is thrown, ``RunError`` or what its parts throw.
package enum Event: Hashable, Sendable {
    // MARK: Trials

    /// Trials are about to be measured, each n times when it ends well.
    case started([Trial], repetitions: Int)
    case trialStarted(Trial)
    /// A row was measured and written.
    case rowFinished(Row)
    /// A row that tells why a trial has no more of them was written.
    case trialFailed(Row)
    /// Nothing more is measured.
    case finished(Sweep.Summary)

    // MARK: An experiment's files

    /// What the user should know of a file system.
    case warning(String)
    /// Rows of an earlier file that the new one leaves out: why, and where they are.
    case rowsLeftOut(String)
    /// Rows that no environment next to them describes stay.
    case unknownOrigins(rows: Int)
    /// Rows of other builds of this program stay, for the measuring program is the same.
    case otherSources([Environment], now: Environment)
    /// Fewer threads run than some trial asks for, or more than there are processors.
    case workers(Workers)
    /// All trials were there already.
    case nothingMissing(trials: Int)
    /// All that was missing is measured, and every file is written.
    case experimentFinished(Sweep.Summary)

    // MARK: Joining

    case joined(ResultsMerge.Summary)
    /// Rows of the files that are not among those joined.
    case rowsNotJoined(String)
    /// All that stand in the joined file now: they may be of several builds or machines.
    case rowsTogether([Row])
    /// What no file has, in words.
    case joinedInPart(String)

    // MARK: Slurm

    /// The folder is a copy of another, into which a job measures.
    case jobElsewhere(directory: String)
    /// The job array of an earlier call still waits or runs.
    case jobFound(SlurmJob)
    case jobSubmitted(SlurmJob, shards: Int, of: Int)
    /// No run waits for the job.
    case jobLeft
    case jobRows(SlurmJob, rows: Int, of: Int)
    /// Slurm does not say whether the job runs; it is waited for all the same.
    case jobUncertain(SlurmJob, Slurm.Failure)
    /// The job is no longer waited for.
    case jobEnded
    /// Rows that a task measured again, and the file that keeps the old ones.
    case rowsMeasuredAgain(Int, backup: String)
    /// What was out of memory is submitted once more.
    case memoryRaised(Bytes)

    // MARK: Prices

    /// A dry run goes through the schedule of a trial, counted from 1.
    case counting(Trial, index: Int, of: Int)
    /// Something is timed for a dry run.
    case timing(StepTimes.Subject)
    /// A calibration prepares a trial, counted from 1.
    case preparing(index: Int, of: Int)
    case round(Int, of: Int)
    /// Predictions are held against trials of a network, counted from 1.
    case checking(network: Int, of: Int)
    /// The calibration has ended, well or not.
    case calibrated
    /// Timing a network takes more memory than there is.
    case noRoom(needed: Bytes, there: Bytes)
    /// Prices are measured again the next time, and why.
    case pricesNotKept(String)

    // MARK: Training

    case trainingStarted(Trial)
    /// A training continues from a checkpoint: what is other than it was there.
    case trainingResumed(Trial, update: Int, [Adjustment])
    /// Its first update is next.
    ///
    /// - Parameter updates: made before this process.
    case trainingReady(Trial, updates: Int)
    /// - Parameter isLast: the goal is reached.
    case updated(Trial, TrainingUpdate, isLast: Bool)
    case trainingFailed(Trial, TrialFailure)
    /// Those that train next to each other have ended.
    case trainingsEnded

    /// A factor that was another before a checkpoint.
    package struct Adjustment: Hashable, Sendable {
        package let factor: Factor
        package let before: String
    }
}
