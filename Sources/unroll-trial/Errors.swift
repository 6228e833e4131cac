import Files
import Glibc
import Kernels
import Machine
import Memory
import Quantities
import Training
import Trials

/// Wrong words on this program's command line. Its user is `unroll`, but a person may try.
enum UsageError: Error, CustomStringConvertible {
    case command(String)
    case option(String, String, allowed: String)
    /// A line on standard input that is none of those that are answered.
    case request(String, of: [String])
    /// Another engine's program that does not start.
    case start(String, String)
    /// The program was built for instructions that are not here.
    case processor
    /// The memory limit cannot be enforced.
    case memoryLimit(String)

    private static let commands = ["measure", "survey", "train", "attend", "products", "barriers", "probe"]

    var description: String {
        switch self {
        case .command(let word):
            "unroll-trial: unknown command '\(word)'\(ParameterError.hint(to: word, of: UsageError.commands)); "
                + "allowed: measure key=value…, survey key=value…, train key=value…, products threads=N, probe. "
                + "It is run by unroll, which has --help."
        case .option(let key, let value, let allowed): "unroll-trial: '\(key)' is '\(value)'; allowed: \(allowed)"
        case .request(let line, let words):
            "unroll-trial: " + ParameterError(unknown: line, kind: "request", of: words).description
        case .start(let program, let reason): "cannot start '\(program)': \(reason)"
        case .processor:
            "unroll-trial was built for \(InstructionSet.built.name), and the processor has "
                + "\(InstructionSet.processor.name); build it here, or for both by 'make portable'"
        case .memoryLimit(let reason): "cannot limit this process's memory: \(reason)"
        }
    }
}

/// The exit codes that `unroll` passes on.
func exitCode(of error: any Error) -> Int32 {
    switch error {
    case UsageError.memoryLimit, UsageError.start, UsageError.processor, is SystemFailure: EX_UNAVAILABLE
    case is UsageError, is TrialError: EX_USAGE
    case is MemoryError, is SelfTest.Failure, is BLAS.Missing: EX_UNAVAILABLE
    case is ExportError, is FileError, is StateFileError, CheckpointError.unreadable(.file): EX_IOERR
    case is CheckpointError: EX_DATAERR
    case TaskDataError.file: EX_IOERR
    case let error as WeightsError: error.isSystem ? EX_IOERR : EX_DATAERR
    case is TaskDataError: EX_DATAERR
    default: 1
    }
}
