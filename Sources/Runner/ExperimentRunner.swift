package import Experiments
import Files
import Foundation
import Machine
import Quantities
package import Trials

/// Runs one experiment into its directory: measures what is missing of it, and leaves measurements.csv, environment.json, a copy
/// of the experiment file and, of a whole experiment, the tables that compare its strategies.
package struct ExperimentRunner {
    /// The directory of the results.
    package let directory: String
    private let file: ExperimentFile
    /// Those of its trials that are asked for.
    private let trials: [Trial]
    private let build: Build
    private let isFresh: Bool
    private let mixesBuilds: Bool
    private let shard: Shard?
    private let compare: (String) throws -> Void

    /// - Parameters:
    ///   - trials: all or some of the experiment's.
    ///   - results: the folder in which the experiment has its directory.
    ///   - build: of this program.
    ///   - isFresh: everything is measured again; the old file is kept under another name.
    ///   - mixesBuilds: rows of other builds and machines may stand next to new ones.
    ///   - shard: nil for the whole experiment.
    ///   - compare: writes the tables that compare the rows in a directory; called when they have changed.
    package init(
        _ file: ExperimentFile, trials: [Trial], results: String, build: Build, isFresh: Bool = false,
        mixesBuilds: Bool = false, shard: Shard? = nil, compare: @escaping (_ directory: String) throws -> Void
    ) {
        self.file = file
        self.trials = trials
        directory = ExperimentRunner.directory(of: file.experiment, in: results)
        self.build = build
        self.isFresh = isFresh
        self.mixesBuilds = mixesBuilds
        self.shard = shard
        self.compare = compare
    }

    /// What `compare` writes, for programs and for people.
    package static let comparisonTable = "comparison.csv"
    package static let comparisonPage = "comparison.md"

    /// Where an experiment's results are.
    package static func directory(of experiment: Experiment, in results: String) -> String {
        "\(results)/\(experiment.name)"
    }

    /// The name of a file as this shard has it.
    private func name(_ file: String) -> String { shard?.name(file) ?? file }

    /// - Returns: whether every trial ended well.
    /// - Throws: ``RunError``, ``ResultsError``, ``FileError`` and what `compare` throws.
    package func run(_ program: TrialProgram, children: Children, report: (Event) -> Void) throws -> Bool {
        let experiment = file.experiment
        let identity = program.identity
        let engines = try trials.engines(own: program)
        let environment = try environment(program, engines, children)
        try Folder.expectOwn(directory)
        let writer = try ResultsWriter(directory: directory, name: name(Results.fileName), isFresh: isFresh)
        // Once, after all that the file system was asked for.
        defer { if let warning = writer.warning { report(.warning(warning)) } }
        removeLeftovers()
        let last = isFresh ? nil : try Environment.read(from: directory, name: name(Environment.fileName))
        let predecessors = Predecessors(
            experiment, trials: trials, existing: writer.existing, last: last, now: environment, isShard: shard != nil)
        let resumption = predecessors.resumption
        if predecessors.isRefused, !mixesBuilds {
            throw RunError.otherOrigin(directory: directory, difference: predecessors.differences[0])
        }
        func begin() throws(ResultsError) {
            let backup = try writer.begin(keeping: resumption.kept, of: file.text)
            let omitted = OmittedRows(
                experiment: experiment, path: file.path, otherOrigin: predecessors.parted,
                difference: predecessors.differences.first ?? "")
            for sentence in omitted.sentences(backup, of: writer) { report(.rowsLeftOut(sentence)) }
        }
        guard !resumption.missing.isEmpty else {
            // A process that was killed after its last row left this to do, and so does an experiment file that asks for less.
            if writer.changes(resumption.kept, of: file.text) {
                try begin()
                if shard == nil { try compare(directory) }
            } else if shard == nil, access("\(directory)/\(ExperimentRunner.comparisonPage)", F_OK) != 0 {
                try compare(directory)
            }
            report(.nothingMissing(trials: trials.count))
            // Whatever is asked for is there, and well; other trials of the experiment are of no account.
            return true
        }
        try begin()
        for note in predecessors.notes { report(note) }
        let summary = try measure(
            resumption, by: program, identity, engines, children, writing: writer,
            in: takeOver(environment, last: last, predecessors), report)
        report(.experimentFinished(summary))
        return summary.failed == 0
    }

    /// Writes the environment that the rows to come are of.
    private func takeOver(
        _ environment: Environment, last: Environment?, _ predecessors: Predecessors
    ) throws(ResultsError) -> Environment {
        var environment = environment
        if !predecessors.resumption.kept.isEmpty {
            let before = last?.mixed ?? []
            let mixed = before + predecessors.differences.filter { !before.contains($0) }
            environment.mixed = mixed.isEmpty ? nil : mixed
            if let last, last.key == environment.key { environment.startTime = last.startTime }
        }
        try environment.takeOver(in: directory, name: name(Environment.fileName))
        return environment
    }

    private func measure(
        _ resumption: Resumption, by program: TrialProgram, _ identity: TrialProgram.Identity?,
        _ engines: [Engine: EngineProgram], _ children: Children, writing writer: ResultsWriter,
        in environment: Environment, _ report: (Event) -> Void
    ) throws -> Sweep.Summary {
        let missing = resumption.missing
        if let most = missing.map(\.threads).max() { report(.workers(Workers(asked: most))) }
        let start = Date()
        let sweep = Sweep(
            file.experiment, trials: missing, program: program, engines: engines, rows: resumption.kept,
            children: children)
        let origin = environment.origin
        let summary = try sweep.run(
            write: { row throws(ResultsError) in
                // Built again meanwhile, it is another program than the rows would say.
                guard program.identity == identity else {
                    throw .system(
                        file: program.executable, doing: "continue measuring with it",
                        reason: "it was replaced during the run")
                }
                var row = row
                row.origin = origin
                try writer.append(row)
            }, report: report)
        if summary.isInterrupted { children.waitForExit() }
        var environment = environment
        // By the time that has passed, for the clock may have been set meanwhile.
        environment.end(start + summary.effort.wall)
        environment.effort = summary.effort
        try environment.write(to: directory, name: name(Environment.fileName))
        if shard == nil { try compare(directory) }
        return summary
    }

    /// What somebody killed while writing may have left; this process alone writes these files now.
    private func removeLeftovers() {
        for file in [ExperimentFile.copyName, Environment.fileName] {
            OutputFile.removeLeftover(of: "\(directory)/\(name(file))")
        }
        if shard == nil {
            for file in [ExperimentRunner.comparisonTable, ExperimentRunner.comparisonPage] {
                OutputFile.removeLeftover(of: "\(directory)/\(file)")
            }
        }
    }

    private func environment(
        _ program: TrialProgram, _ engines: [Engine: EngineProgram], _ children: Children
    ) throws(RunError) -> Environment {
        let answers: [String: String]
        do throws(TrialFailure) {
            answers = try program.probe(children: children)
        } catch {
            throw .probeFailed(error.message)
        }
        var environment = try Environment(build, program, answers: answers, warmup: file.experiment.warmup)
        if !engines.isEmpty {
            var fingerprints: [String: String] = [:]
            for (engine, program) in engines { fingerprints[engine.rawValue] = try program.fingerprint() }
            environment.engines = fingerprints
        }
        return environment
    }
}
