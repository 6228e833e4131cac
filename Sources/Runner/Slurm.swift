import Foundation

/// A Slurm cluster, by its own commands.
package struct Slurm: Sendable {
    /// Where sbatch, squeue and scancel are; nil for wherever the shell finds them.
    private let directory: String?

    package init(directory: String? = nil) { self.directory = directory }

    /// A command that is missing or refused.
    package enum Failure: Error, Hashable, CustomStringConvertible {
        case missing(String)
        case refused(String, String)

        package var description: String {
            switch self {
            case .missing(let command):
                "'\(command)' is not here; run this where jobs are submitted, or install it: apt-get install slurm-client"
            case .refused(let command, let words): "\(command) refused: \(words)"
            }
        }
    }

    /// Submits one job array.
    ///
    /// - Parameter script: what each task does; it finds its number in `SLURM_ARRAY_TASK_ID`.
    /// - Returns: the job's number.
    package func submit(_ script: String, options: [String]) throws(Failure) -> String {
        let answer = try call("sbatch", ["--parsable"] + options, input: script)
        // With several clusters the cluster's name follows.
        let job = answer.prefix { $0.isNumber }
        guard !job.isEmpty else { throw .refused("sbatch", "no job number in '\(answer)'") }
        return String(job)
    }

    /// Whether any task of the array still waits or runs; nil when Slurm does not answer, as while it restarts.
    package func isActive(_ job: String) -> Bool? {
        do throws(Failure) {
            return !(try call("squeue", ["--noheader", "--jobs", job, "--format", "%T"])).isEmpty
        } catch {
            // A job that ended some minutes ago is forgotten.
            if case .refused(_, let words) = error, words.contains("Invalid job id") { return false }
            return nil
        }
    }

    /// Ends all tasks of an array.
    package func cancel(_ job: String) { _ = try? call("scancel", [job]) }

    /// What a command prints, without the last end of line.
    private func call(_ command: String, _ arguments: [String], input: String = "") throws(Failure) -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [directory.map { "\($0)/\(command)" } ?? command] + arguments
        let (given, output, complaint) = (Pipe(), Pipe(), Pipe())
        process.standardInput = given
        process.standardOutput = output
        process.standardError = complaint
        do {
            try process.run()
            // A script is far smaller than what a pipe holds, and so are the answers.
            try given.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try given.fileHandleForWriting.close()
        } catch {
            throw .refused(command, "\(error)")
        }
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        let words = complaint.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        if process.terminationStatus == 127 { throw .missing(command) }
        guard process.terminationStatus == 0 else {
            let lines = String(decoding: words, as: UTF8.self).split(whereSeparator: \.isNewline)
            throw .refused(command, lines.joined(separator: " "))
        }
        return String(decoding: answer, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
