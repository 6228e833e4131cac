import ArgumentParser
import Experiments
import Foundation
import Machine
import Runner
import Trials

/// The exit codes of the command line; 64, wrong usage, is the argument parser's own.
enum Exit {
    static let failed: Int32 = 1
    static let usage: Int32 = 64
    static let badFile: Int32 = 65
    static let lacking: Int32 = 69
    static let system: Int32 = 74
}

/// Ends the command with one line on standard error.
func fail(_ message: String, code: Int32) -> any Error {
    complain("unroll: \(message)\n")
    return ExitCode(code)
}

/// Writes to standard error. Where that is closed or full there is nobody to tell; Foundation's handle would crash.
func complain(_ text: String) {
    var text = text
    text.withUTF8 { bytes in _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
}

/// Runs the body and ends the command with the right code for what it throws.
func reporting<Answer>(_ body: () throws -> Answer) throws -> Answer {
    do {
        return try body()
    } catch let error as ExperimentError {
        if case .unreadable = error { throw fail(error.description, code: Exit.system) }
        throw fail(error.description, code: Exit.badFile)
    } catch let error as ResultsError {
        throw fail(error.description, code: error.isMalformed ? Exit.badFile : Exit.system)
    } catch let error as DataFileError {
        throw fail(error.description, code: Exit.system)
    } catch let error as TrialFailure {
        // Its own words, when its code is one that the command line has too.
        if let exit = error.exit, [Exit.usage, Exit.badFile, Exit.lacking, Exit.system].contains(exit.code),
            !exit.complaint.isEmpty
        {
            throw fail(exit.complaint, code: exit.code)
        }
        throw fail(error.description, code: Exit.failed)
    } catch let error as SpawnError {
        throw fail(error.description, code: Exit.lacking)
    }
}

/// Says when fewer threads run than some trial asks for, or more than there are processors: one line for all of them.
func noteWorkers(_ threads: [Int]) {
    if let most = threads.max(), let note = Workers(asked: most).note { complain("unroll: \(note)\n") }
}

/// The measuring program beside this one.
func trialProgram() throws -> TrialProgram {
    guard let program = TrialProgram.beside else {
        throw fail(
            "unroll-trial is not beside this program; build both with: swift build -c release", code: Exit.lacking)
    }
    return program
}

/// Ends the command when a file cannot be written where it should: better now than when everything is measured.
func expectDirectory(of path: String) throws {
    let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
    guard access(directory + ".", W_OK) == 0 else {
        throw fail("cannot write '\(path)': \(String(cString: strerror(errno)))", code: Exit.system)
    }
}
