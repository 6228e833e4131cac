import ArgumentParser
import Experiments
import Files
import Foundation
import Machine
import Planning
import Quantities
import Reports
import Runner
import Trials

/// Runs one experiment into its directory: what `run` and `reproduce` share.
struct Experimenting {
    let results: String
    let isFresh: Bool
    /// Rows of other builds and machines may stand beside new ones.
    var mixesBuilds = false
    /// Nil for the whole experiment.
    var shard: Shard?
    let voice: Progress.Voice

    func directory(_ experiment: Experiment) -> String { "\(results)/\(experiment.name)" }

    /// The name of a file as this shard has it.
    private func name(_ file: String) -> String { shard?.name(file) ?? file }

    /// Measures what is missing and leaves measurements.csv, environment.json, a copy of the experiment file and, of a
    /// whole experiment, the comparison tables.
    ///
    /// - Returns: whether every trial ended well.
    func run(_ file: ExperimentFile, trials: [Trial]) throws -> Bool {
        try reporting {
            let program = try trialProgram()
            let children = Children()
            let directory = directory(file.experiment)
            let watch = try InterruptionGuard(
                children,
                farewell: {
                    WriteLock.stop()
                    complain("\nunroll: interrupted; what was measured is in \(directory). The same command goes on.\n")
                })
            return try withExtendedLifetime(watch) {
                try measure(file, trials: trials, program: program, children: children)
            }
        }
    }

    private func measure(
        _ file: ExperimentFile, trials: [Trial], program: TrialProgram, children: Children
    ) throws -> Bool {
        let experiment = file.experiment
        let directory = directory(experiment)
        let identity = program.identity
        var environment = try environment(program, experiment, children: children)
        try Folder.expectOwn(directory)
        let writer = try ResultsWriter(directory: directory, name: name(Results.fileName), isFresh: isFresh)
        defer { warn(writer) }
        removeLeftovers(directory)
        let last = isFresh ? nil : try Environment.read(from: directory, name: name(Environment.fileName))
        let predecessors = Predecessors(
            experiment, trials: trials, existing: writer.existing, last: last, now: environment, isShard: shard != nil)
        let resumption = predecessors.resumption
        let omitted = OmittedRows(
            experiment: experiment, path: file.path, otherOrigin: predecessors.parted,
            difference: predecessors.differences.first ?? "")
        if predecessors.isRefused, !mixesBuilds {
            throw fail(
                "\(directory): measured with another \(predecessors.differences[0]); --fresh measures everything anew and keeps "
                    + "the old file under another name, --mix-builds puts the new rows beside the old",
                code: Exit.badFile)
        }
        guard !resumption.missing.isEmpty else {
            // A process that was killed after its last row left this to do, and so does an experiment file that asks for less.
            if writer.changes(resumption.kept, of: file.text) {
                say(
                    omitted.sentences(try writer.begin(keeping: resumption.kept, of: file.text), of: writer), experiment
                )
                if shard == nil { try writeComparison(directory) }
            } else if shard == nil, access("\(directory)/comparison.md", F_OK) != 0 {
                try writeComparison(directory)
            }
            finish(experiment, "nothing is missing of \(counted(trials.count, "trial"))")
            return resumption.kept.allSatisfy { $0.status == .ok }
        }

        say(omitted.sentences(try writer.begin(keeping: resumption.kept, of: file.text), of: writer), experiment)
        say(predecessors.notes, experiment)
        if !resumption.kept.isEmpty {
            let mixed = (last?.mixed ?? []) + predecessors.differences.filter { !(last?.mixed ?? []).contains($0) }
            environment.mixed = mixed.isEmpty ? nil : mixed
        }
        if let last, last.key == environment.key, !resumption.kept.isEmpty { environment.startTime = last.startTime }
        try environment.takeOver(in: directory, name: name(Environment.fileName))
        if let most = resumption.missing.map(\.threads).max(), let said = Workers(asked: most).note {
            note("\(experiment.name): \(said)")
        }
        let progress = Progress(
            experiment.name, trials: resumption.missing, repetitions: experiment.repetitions, voice: voice)
        let start = Date()
        let sweep = Sweep(experiment, trials: resumption.missing, program: program, children: children)
        let origin = environment.origin
        let summary = try sweep.run(
            write: { row throws(ResultsError) in
                // Built again meanwhile, it is another program than the rows would say.
                guard program.identity == identity else {
                    throw .system(
                        file: program.executable, doing: "go on measuring with it",
                        reason: "it was replaced during the run")
                }
                var row = row
                row.origin = origin
                try writer.append(row)
            }, report: progress.report)
        if summary.isInterrupted { children.waitForExit() }
        // By the time that has passed, for the clock may have been set meanwhile.
        environment.end(start + summary.wall.inSeconds)
        environment.effort = summary.effort
        try environment.write(to: directory, name: name(Environment.fileName))
        if shard == nil { try writeComparison(directory) }
        let failed = summary.failed > 0 ? ", \(summary.failed) failed" : ""
        finish(experiment, "\(counted(summary.complete, "trial")) measured\(failed)")
        return summary.failed == 0
    }

    private func say(_ sentences: [String], _ experiment: Experiment) {
        for sentence in sentences { note("\(experiment.name): \(sentence)") }
    }

    private func finish(_ experiment: Experiment, _ what: String) {
        let part = shard.map { ", shard \($0)" } ?? ""
        note("\(experiment.name)\(part): \(what), in \(directory(experiment))")
    }

    /// Once, after all that the file system was asked for.
    private func warn(_ writer: ResultsWriter) {
        if let warning = writer.warning, voice != .quiet { complain("unroll: \(warning)\n") }
    }

    /// In words, or in the log as a whole.
    private func note(_ line: String) {
        switch voice {
        case .quiet: break
        case .usual: complain(line + "\n")
        case .verbose: Log.write("note", [("message", line)])
        }
    }

    /// What somebody killed while writing may have left; this process alone writes these files now.
    private func removeLeftovers(_ directory: String) {
        for file in [ExperimentFile.copyName, Environment.fileName] {
            OutputFile.removeLeftover(of: "\(directory)/\(name(file))")
        }
        if shard == nil {
            for file in ["comparison.csv", "comparison.md"] { OutputFile.removeLeftover(of: "\(directory)/\(file)") }
        }
    }

    private func environment(
        _ program: TrialProgram, _ experiment: Experiment, children: Children
    ) throws -> Environment {
        let answers: [String: String]
        do {
            answers = try program.probe(children: children)
        } catch {
            throw fail("the measuring process does not work here: \(error.message)", code: Exit.lacking)
        }
        return try Environment(program, answers: answers, warmup: experiment.warmup)
    }
}

/// Writes the tables that compare the strategies of a directory's results: measured seconds beside those predicted from the
/// other trials of the same network, where there are enough.
func writeComparison(_ directory: String) throws {
    let rows = try Results.read(file: "\(directory)/\(Results.fileName)").rows
    guard let comparison = try? Comparison(rows) else { return }
    let table = comparison.table(predicting: Accuracy(rows).seconds)
    try OutputFile.write(table.text(as: .csv), in: directory, as: "comparison.csv")
    var page = table.text(as: .markdown)
    if let summary = comparison.summary { page += "\nGeometric means:\n\n" + summary.text(as: .markdown) }
    for (_, mixture) in rows.mixtures { page += "\nNote: \(mixture).\n" }
    try OutputFile.write(page, in: directory, as: "comparison.md")
}
