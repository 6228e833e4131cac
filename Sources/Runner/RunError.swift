package import Experiments
import Files
import Quantities
package import Trials

/// What ends a run as a whole. What fails of a trial is a row.
package enum RunError: Error, Hashable, CustomStringConvertible {
    /// A program whose fingerprint rows carry.
    case unreadable(program: String)
    /// A gauge or a library of the measuring program does not work.
    case probeFailed(String)
    /// The rows that are there are of another build or machine.
    case otherOrigin(directory: String, difference: String)
    /// Of two files that are to be joined.
    case otherExperiment(file: String, first: String)
    /// Two files say different things of one repetition.
    case conflict(Merge.Conflict)
    /// Rows that are to be joined are of several builds, or of several machines where they are compared.
    case mixedOrigins(String)
    /// What no file has of what is to be joined, in words.
    case incomplete(directory: String, String)
    /// An engine's program, or what runs it, is not there: what is missing, and the command that makes it.
    case engineMissing(Engine, String, remedy: String?)
    /// The library that counts a program's live bytes is not beside this program.
    case gaugeMissing(library: String)
    /// The system gives no memory that could be shared with a program, and why.
    case notShared(String)
    /// No times came of a calibration.
    case noTimes
    /// A command of Slurm.
    case slurm(Slurm.Failure)
    /// The job on record may still run.
    case jobUncertain(directory: String, job: String, Slurm.Failure)
    /// The job on record measures something else than what is asked for now.
    case jobOfOther(directory: String, job: Int, what: String)
    /// Waiting for a job is of no use.
    case jobUnreadable(job: Int, Slurm.Failure)
    /// A shard that was submitted as often as may be.
    case shardUnfinished(experiment: String, Shard, submissions: Int, directory: String)

    /// What is to be mended.
    package enum Cause: Hashable, Sendable {
        /// Trials.
        case trial
        /// A file of results or of an experiment.
        case file
        /// Something that this machine lacks.
        case machine
        /// The system's, or another process's doing.
        case system
    }

    package var cause: Cause {
        switch self {
        case .noTimes, .shardUnfinished: .trial
        case .otherOrigin, .otherExperiment, .conflict, .mixedOrigins, .incomplete: .file
        case .probeFailed, .engineMissing, .gaugeMissing, .slurm, .jobUncertain, .jobUnreadable: .machine
        case .unreadable, .notShared, .jobOfOther: .system
        }
    }

    package var description: String {
        switch self {
        case .unreadable(let program): "cannot read '\(program)'"
        case .gaugeMissing(let library): "\(library) is missing: `make build` makes it, and `make install` installs it"
        case .engineMissing(let engine, let reason, let remedy):
            "engine '\(engine.rawValue)': \(reason)\(remedy.map { "; make it with: \($0)" } ?? "")"
        case .notShared(let reason): "no memory can be shared with the program: \(reason)"
        case .probeFailed(let reason): "the measuring process does not work here: \(reason)"
        case .otherOrigin(let directory, let difference):
            "\(directory): measured with another \(difference); --fresh measures everything again and keeps "
                + "the old file under another name, --mix-builds puts the new rows next to the old"
        case .otherExperiment(let file, let first):
            "\(file): another experiment than \(first); measure it again with the same file, or name the "
                + "files to be joined"
        case .conflict(let conflict): conflict.description
        case .mixedOrigins(let obstacle): "\(obstacle); --mix-builds joins them all the same"
        case .incomplete(let directory, let absent):
            "\(directory): \(absent); nothing is joined without --partial"
        case .noTimes: "the calibration measured no times"
        case .slurm(let failure): failure.description
        case .jobUncertain(let directory, let job, let failure):
            "\(directory): its job '\(job.shown())' may still run: \(failure); nothing is submitted"
        case .jobOfOther(let directory, let job, let what):
            "\(directory): job array \(job) still measures \(what); wait for it, or: scancel \(job)"
        case .jobUnreadable(let job, let failure):
            "\(failure); job array \(job) continues, and the same command waits for it"
        case .shardUnfinished(let experiment, let shard, let submissions, let directory):
            "\(experiment): shard \(shard) is unfinished after \(counted(submissions, "submission")); see "
                + "\(directory)/slurm.\(shard.index)-of-\(shard.count).log"
        }
    }
}
