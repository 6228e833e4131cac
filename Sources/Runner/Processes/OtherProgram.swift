import Experiments
import Glibc
import Quantities

/// A program that is no part of this one, such as sbatch or gnuplot: one way to find it, start it and hear what it says.
///
/// It runs in the C locale, without the variables that hold somebody's own settings of it, in a process group that
/// Ctrl-C does not reach. Its standard error is apart from its output, and a call ends by its deadline and within its limit of
/// output, whatever the program does.
package struct OtherProgram: Sendable {
    package let name: String
    private let path: String
    /// Those that it has.
    private let variables: Variables
    /// What the environment says of how long it may take.
    private let limitText: String?

    /// How much of a program's standard error is kept: the end, where the reason stands.
    private static let longestTail = 8 << 10
    /// The variable that says how long a program may take, and how long that is without it.
    private static let (limitVariable, usualLimit) = ("UNROLL_PROGRAM_TIMEOUT", Duration.seconds(60))

    /// Looks for a program in the directories of `PATH`.
    ///
    /// - Parameters:
    ///   - dropping: names of variables that it is not to have; one that ends with `*` stands for all that begin so.
    ///   - setting: variables that it is to have.
    ///   - environment: where it is looked for, what it has but for these, and how long it may take.
    /// - Throws: ``OtherProgramFailure/missing(_:)``.
    package init(
        _ name: String, dropping: [String] = [], setting: [String: String] = [:],
        in environment: Variables = Variables()
    ) throws(OtherProgramFailure) {
        let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        let path = folders.map { "\($0)/\(name)" }.first { path in
            var status = stat()
            return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
        }
        guard let path else { throw .missing(name) }
        self.name = name
        self.path = path
        let kept = dropping.reduce(environment) { $0.dropping($1) }.setting("LC_ALL", to: "C")
        variables = setting.reduce(kept) { $0.setting($1.key, to: $1.value) }
        limitText = environment[OtherProgram.limitVariable]
    }

    /// How long a program may take: `UNROLL_PROGRAM_TIMEOUT`, a minute without it.
    ///
    /// - Throws: ``OtherProgramFailure/limit(_:)``.
    private func limit() throws(OtherProgramFailure) -> Duration {
        guard let text = limitText, !text.isEmpty else { return OtherProgram.usualLimit }
        guard let limit = Duration(text: text) else { throw .limit("\(OtherProgram.limitVariable) is '\(text)'") }
        return limit
    }

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - input: what its standard input has.
    ///   - most: the most bytes of output that are an answer.
    /// - Returns: its standard output.
    /// - Throws: ``OtherProgramFailure``, also when it ends with anything but 0.
    @discardableResult
    package func call(
        _ arguments: [String], input: String = "", most: Int = 1 << 20
    ) throws(OtherProgramFailure) -> String {
        let limit = try limit()
        let children = Children()
        let process: Conversation
        do throws(SpawnError) {
            process = try Conversation(path, arguments, input: input, variables: variables, children: children)
        } catch {
            throw .notStarted(name, error.description)
        }
        var deadline = Deadline(after: limit)
        while true {
            if process.output.count > most {
                process.kill()
                throw .tooMuchOutput(name, most: most)
            }
            if let exitStatus = process.exitStatus {
                try expectSuccess(exitStatus, of: process)
                return String(decoding: process.output, as: UTF8.self)
            }
            if deadline.isPast {
                process.kill()
                throw .timedOut(name, limit, words(process))
            }
            process.listen(until: &deadline, most: most, tail: OtherProgram.longestTail)
        }
    }

    /// Runs it to its end, giving it input and taking its output as they come: neither is ever held whole. As long as either
    /// continues it may take its time.
    ///
    /// - Parameters:
    ///   - next: the next part of its input, which is not empty; nil at the end.
    ///   - take: gets each part of its output.
    /// - Throws: ``OtherProgramFailure``, also when it ends with anything but 0, or before its input does; and what these throw.
    package func stream(
        _ arguments: [String], children: Children = Children(), input next: () throws -> [UInt8]?,
        output take: ([UInt8]) throws -> Void
    ) throws {
        let limit = try limit()
        let process: Conversation
        do throws(SpawnError) {
            process = try Conversation(path, arguments, input: nil, variables: variables, children: children)
        } catch {
            throw OtherProgramFailure.notStarted(name, error.description)
        }
        // What these throw ends the process with its last reference.
        var deadline = Deadline(after: limit)
        while true {
            let output = process.takeOutput()
            if !output.isEmpty { try take(output) }
            if let exitStatus = process.exitStatus {
                try expectSuccess(exitStatus, of: process)
                guard !process.isUnfinished else {
                    throw OtherProgramFailure.unexpected(name, "it ended before its input did")
                }
                return
            }
            let isWaiting = process.isWaiting
            if isWaiting { process.supply(try next()) }
            if isWaiting || !output.isEmpty { deadline = Deadline(after: limit) }
            if deadline.isPast {
                process.kill()
                throw OtherProgramFailure.timedOut(name, limit, words(process))
            }
            process.listen(until: &deadline, most: OtherProgram.mostPending, tail: OtherProgram.longestTail)
        }
    }

    /// How much of a stream is held that is not taken yet.
    private static let mostPending = 1 << 20

    private func expectSuccess(
        _ exitStatus: Children.ExitStatus, of process: Conversation
    ) throws(OtherProgramFailure) {
        switch exitStatus {
        case .exit(0): return
        case .exit(let code): throw .exit(name, code, words(process))
        case .signal(let number): throw .signal(name, number, words(process))
        case .lost: throw .lost(name)
        }
    }

    /// What it says of its failure: standard error, or, where that is empty, the end of its output.
    private func words(_ process: Conversation) -> String {
        let errors = OtherProgramFailure.shortened(String(decoding: process.errors, as: UTF8.self))
        guard errors.isEmpty else { return errors }
        return OtherProgramFailure.shortened(
            String(decoding: process.output.suffix(OtherProgram.longestTail), as: UTF8.self))
    }
}
