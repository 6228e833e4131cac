import Experiments
import Files
import Planning
import Reports
import Runner
import Trials

/// How an experiment is run: what `run` and `reproduce` share.
struct ExperimentRun {
    let results: String
    let isFresh: Bool
    /// Rows of other builds and machines may stand next to new ones.
    let mixesBuilds: Bool
    /// Nil for the whole experiment.
    var shard: Shard?
    let verbosity: Verbosity

    /// - Returns: whether every trial ended well.
    func run(_ file: ExperimentFile, trials: [Trial]) throws -> Bool {
        let program = try trialProgram()
        if verbosity != .quiet { try noteWeights(trials) }
        let children = Children()
        let runner = ExperimentRunner(
            file, trials: trials, results: results, build: .this, isFresh: isFresh, mixesBuilds: mixesBuilds,
            shard: shard, compare: writeComparison)
        let directory = runner.directory
        let printer = EventPrinter(verbosity, name: file.experiment.name, directory: directory, shard: shard)
        return try InterruptionGuard.during(
            children,
            onInterrupt: {
                WriteLock.stop()
                writeError("\nunroll: interrupted; what was measured is in \(directory). The same command continues.\n")
            }
        ) {
            try runner.run(program, children: children, report: printer.show)
        }
    }
}

/// Writes the tables that compare the strategies of a directory's results: measured seconds next to those predicted from the
/// other trials of the same network, where there are enough.
func writeComparison(_ directory: String) throws {
    let rows = try Results.read(file: "\(directory)/\(Results.fileName)").rows
    guard let comparison = try? Comparison(rows) else { return }
    let table = comparison.table(predicting: Accuracy(rows).seconds)
    try OutputFile.write(table.text(as: .csv), in: directory, as: ExperimentRunner.comparisonTable)
    var page = table.measured.text(as: .markdown)
    if let summary = comparison.summary { page += "\nGeometric means:\n\n" + summary.text(as: .markdown) }
    for (_, mixture) in rows.mixtures { page += "\nNote: \(mixture).\n" }
    try OutputFile.write(page, in: directory, as: ExperimentRunner.comparisonPage)
}
