import ArgumentParser
import Experiments
import Files
import Foundation
import Machine
import Reports
import Runner
import Trials

/// The exit codes of the command line; 64, wrong usage, is the argument parser's own.
enum Exit {
    static let failed: Int32 = 1
    static let usage: Int32 = 64
    static let badFile: Int32 = 65
    static let lacking: Int32 = 69
    static let system: Int32 = 74

    static func code(_ cause: RunError.Cause) -> Int32 {
        switch cause {
        case .trial: failed
        case .file: badFile
        case .machine: lacking
        case .system: system
        }
    }
}

/// Ends the command with one line on standard error: what is quoted in it cannot begin another.
func fail(_ message: String, code: Int32) -> any Error {
    writeError("unroll: \(message.shown())\n")
    return ExitCode(code)
}

/// Writes to standard error, prose wrapped where that is a terminal. Where that is closed or full no reader is left;
/// Foundation's handle would crash.
///
/// Names and messages from files are in what is said: what would steer the terminal is shown.
func writeError(_ text: String) {
    let columns = isatty(STDERR_FILENO) == 1 ? Terminal.errorColumns : nil
    // A path in two lines could not be copied.
    let lines = wrap(text.shown(keepsLines: true), to: columns, breakingWords: false)
    _ = Descriptor.write(lines, to: STDERR_FILENO)
}

/// Runs the body and ends the command with the right code for what it throws.
func reporting<Answer>(_ body: () throws -> Answer) throws -> Answer {
    do {
        return try body()
    } catch let error as ExperimentError {
        switch error {
        case .unreadable: throw fail(error.description, code: Exit.system)
        case .malformed(let position, _, _) where position.isOption: throw fail(error.description, code: Exit.usage)
        case .malformed, .unfit(_, _, isSystem: false): throw fail(error.description, code: Exit.badFile)
        case .unfit: throw fail(error.description, code: Exit.system)
        }
    } catch let error as ResultsError {
        throw fail(error.description, code: error.isMalformed ? Exit.badFile : Exit.system)
    } catch let error as DataFileError {
        throw fail(error.description, code: Exit.system)
    } catch let error as FileError {
        throw fail(error.description, code: Exit.system)
    } catch let error as TrialFailure {
        if let exit = error.exit, isCommandsOwn(error) { throw fail(exit.errorLine, code: exit.code) }
        throw fail(error.description, code: Exit.failed)
    } catch let error as SpawnError {
        throw fail(error.description, code: Exit.lacking)
    } catch let error as RunError {
        throw fail(error.description, code: Exit.code(error.cause))
    }
}

/// Says when fewer threads run than some trial asks for, or more than there are processors: one line for all of them.
func noteWorkers(_ threads: [Int]) {
    if let most = threads.max(), let note = Workers(asked: most).note { writeError("unroll: \(note)\n") }
}

/// Says what a file of weights has otherwise than the network that its parameters go into: a line each.
func noteWeights(_ trials: [Trial]) throws {
    var (seen, notes): (Set<Trial>, [String]) = ([], [])
    for trial in trials {
        let others = Set(Factor.allCases).subtracting([.weights, .cell, .scalar])
        guard let reference = trial.weights, seen.insert(trial.ignoring(others)).inserted else { continue }
        do throws(WeightsError) {
            notes += try WeightsFile(reference, cell: trial.cell).notes(trial.precision).filter { !notes.contains($0) }
        } catch {
            throw fail(error.description, code: error.isSystem ? Exit.system : Exit.badFile)
        }
    }
    for note in notes { writeError("unroll: \(note)\n") }
}

/// Ends the command where this process may open too few files to start others: libraries it uses crash then.
func expectDescriptors() throws {
    let needed = 32
    guard !Descriptor.canOpen(needed) else { return }
    throw fail(
        "this process may not open \(needed) more files, which starting others takes; raise the limit: ulimit -n 256",
        code: Exit.lacking)
}

/// Whether the measured process ended with its own message and a code that the command line has too: what is wrong is the
/// command's, not the trial's.
func isCommandsOwn(_ failure: TrialFailure) -> Bool {
    guard let exit = failure.exit else { return false }
    return [Exit.usage, Exit.badFile, Exit.lacking, Exit.system].contains(exit.code) && !exit.errorLine.isEmpty
}

/// The measuring program next to this one.
func trialProgram() throws -> TrialProgram {
    try expectDescriptors()
    guard let program = TrialProgram.adjacent else {
        throw fail(
            "unroll-trial is not next to this program; build both with: swift build -c release", code: Exit.lacking)
    }
    return program
}

/// Ends the command when outputs cannot be written where they should: better now than when everything is measured.
func expectWritable(_ outputs: [String?]) throws {
    for path in outputs.compactMap(\.self) { try writing(path) { try Destination.expectWritable(path) } }
}

/// Ends the command when there is no directory to write in.
func expectWritable(directory: String?) throws {
    guard let directory, access(directory + "/.", W_OK) != 0 else { return }
    throw fail("cannot write '\(directory)/': \(String(cString: strerror(errno)))", code: Exit.system)
}

/// Runs the body, which writes an output that the command line names.
func writing<Answer>(_ path: String, _ body: () throws -> Answer) throws -> Answer {
    do {
        return try body()
    } catch let error as FileError {
        throw fail("cannot write '\(path)': \(error.reason)", code: Exit.system)
    }
}

/// Says what is in a file that was written; nothing of a stream, which the words would become part of.
func showWritten(_ path: String, _ what: String) {
    if case .file? = try? Destination(path) { Terminal.show("wrote \(path): \(what)") }
}
