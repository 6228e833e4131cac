import ArgumentParser
import Experiments
import Foundation
import Memory
import Reports
import Runner
import Trials

/// Runs one experiment into its directory: what `run` and `reproduce` share.
struct Experimenting {
    let results: String
    let isFresh: Bool
    let voice: Progress.Voice

    func directory(_ experiment: Experiment) -> String { "\(results)/\(experiment.name)" }

    /// Measures what is missing and leaves measurements.csv, environment.json and the comparison tables.
    ///
    /// - Returns: whether every trial ended well.
    func run(_ experiment: Experiment, trials: [Trial]) throws -> Bool {
        try reporting {
            let program = try trialProgram()
            let children = Children()
            let directory = directory(experiment)
            let watch = InterruptionGuard(
                children,
                farewell: {
                    complain("\nunroll: interrupted; what was measured is in \(directory). The same command goes on.\n")
                })
            return try withExtendedLifetime(watch) {
                try measure(experiment, trials: trials, program: program, children: children)
            }
        }
    }

    private func measure(
        _ experiment: Experiment, trials: [Trial], program: TrialProgram, children: Children
    ) throws -> Bool {
        let directory = directory(experiment)
        var environment = try environment(program, children: children)
        let writer = try ResultsWriter(directory: directory, isFresh: isFresh)
        let existing = writer.existing?.rows ?? []
        let resumption = Resumption(experiment, trials: trials, existing: existing)
        guard !resumption.missing.isEmpty else {
            // Whoever was killed behind the last row left these to do.
            if writer.existing?.isTorn ?? false { try writer.begin(keeping: resumption.kept) }
            if access("\(directory)/comparison.md", F_OK) != 0 { try writeComparison(directory) }
            note("\(experiment.name): nothing is missing of \(counted(trials.count, "trial")), in \(directory)")
            return existing.allSatisfy { $0.status == .ok }
        }

        // Rows of two builds or machines do not belong in one file.
        if !resumption.kept.isEmpty, let earlier = try Environment.read(from: directory) {
            if let difference = earlier.difference(from: environment) {
                throw fail(
                    "\(directory): measured with another \(difference); --fresh measures everything anew and keeps the old "
                        + "file as \(Results.previousName)", code: Exit.badFile)
            }
            environment.startTime = earlier.startTime
        }
        try writer.begin(keeping: resumption.kept)
        try environment.write(to: directory)
        let progress = Progress(
            experiment.name, trials: resumption.missing, repetitions: experiment.repetitions, voice: voice)
        let sweep = Sweep(experiment, trials: resumption.missing, program: program, children: children)
        let summary = try sweep.run(write: writer.append, report: progress.report)
        if summary.isInterrupted { children.waitForExit() }
        environment.end()
        try environment.write(to: directory)
        try writeComparison(directory)
        let failed = summary.failed > 0 ? ", \(summary.failed) failed" : ""
        note("\(experiment.name): \(counted(summary.complete, "trial")) measured\(failed), in \(directory)")
        return summary.failed == 0
    }

    private func note(_ line: String) {
        if voice != .quiet { complain(line + "\n") }
    }

    private func environment(_ program: TrialProgram, children: Children) throws -> Environment {
        let answers: [String: String]
        do {
            answers = try program.probe(children: children)
        } catch {
            throw fail("the measuring process does not work here: \(error.message)", code: Exit.lacking)
        }
        func answer(_ key: String) -> String { answers[key] ?? "unknown" }
        return Environment(
            jemallocVersion: answer("jemalloc_version"), jemallocConfiguration: answer("jemalloc_configuration"),
            blasVersion: answer("blas_version"), blasConfiguration: answer("blas_configuration"))
    }

    private func writeComparison(_ directory: String) throws {
        let rows = try Results.read(at: directory).flatMap(\.rows)
        guard let comparison = try? Comparison(rows) else { return }
        try save(comparison.table.text(as: .csv), to: "\(directory)/comparison.csv")
        var page = comparison.table.text(as: .markdown)
        if let summary = comparison.summary { page += "\nGeometric means:\n\n" + summary.text(as: .markdown) }
        try save(page, to: "\(directory)/comparison.md")
    }
}

/// Writes a whole file in one step.
func save(_ text: String, to path: String) throws {
    do {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
        throw fail("\(path): cannot write it: \(error.localizedDescription)", code: Exit.system)
    }
}

extension Environment {
    /// The first thing that makes results of the two not belong in one file; nil when they do.
    func difference(from other: Environment) -> String? {
        if commit != other.commit { return "commit (\(commit ?? "none"), now \(other.commit ?? "none"))" }
        if cpuModel != other.cpuModel { return "processor (\(cpuModel ?? "unknown"))" }
        if jemallocVersion != other.jemallocVersion { return "jemalloc (\(jemallocVersion))" }
        if jemallocConfiguration != other.jemallocConfiguration {
            return "setting of jemalloc (\(jemallocConfiguration))"
        }
        if blasVersion != other.blasVersion || blasConfiguration != other.blasConfiguration {
            return "BLAS (\(blasVersion) \(blasConfiguration))"
        }
        if swiftVersion != other.swiftVersion { return "Swift (\(swiftVersion))" }
        if dirty == true || other.dirty == true { return "state of the source: it has changes that are in no commit" }
        return nil
    }
}
