import ArgumentParser
import Experiments
import Files
import Foundation
import Quantities
import Reports
import Runner
import Trials

struct HistoryCommand: TablePrinting {
    static let tables = [ColumnList("Columns", History.possibleColumns)]
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Compares results of the same trials by several builds or commits: what grew, what takes longer.",
        discussion: """
            Results of the same trials, the oldest first, each against the one before it; of more than two also the last \
            against the first. Bytes and steps are compared exactly, and any change is named. Times are those over the \
            baseline's of the same round; the baseline's own are compared in seconds, and only on one machine. Low and high \
            are the 95 % interval of the change, by resampling the repetitions; one repetition has none, and is not judged.

              unroll history before/results after/results
              unroll history v1.0..main
              unroll history HEAD~1.. --changed --plot history.svg

            Directories are taken in the order of the commits that measured them, where every one is of one commit that git \
            knows here; else as they are given.

            A..B reads what git has committed of '--results': at A, and at every commit up to B that touched it.

            Ends with 1 where bytes grew, where all of a time's interval is above what '--tolerance' allows, or where a \
            trial fails that did not.
            """)

    @Argument(
        help: "Directories of results, the oldest first where their commits do not say, or git revisions as A..B.",
        transform: pathArgument)
    var results: [String]
    @Option(
        name: .customLong("results"),
        help: ArgumentHelp("Where results are committed, for A..B (default: results).", valueName: "dir"),
        transform: pathArgument)
    var place = "results"
    @Option(
        help: "How much more time is no worse, as a part of the time before.".withDefault(0.05),
        transform: decimalNumber)
    var tolerance = 0.05
    @Option(help: "How to show the table.") var format: Table.Rendering = .table
    @OptionGroup var options: TableOptions
    @Option(help: "The strategy whose times the others are divided by.") var baseline = Baseline.full.text
    @OptionGroup var selection: Selection
    @Flag(name: .customLong("changed"), help: "Only trials of which there is something to say.") var changedOnly = false
    @Option(help: ArgumentHelp("Draw it as SVG; needs gnuplot.", valueName: "file"), transform: pathArgument) var plot:
        String?
    @Flag(name: .customLong("mix-builds"), help: "Compare rows of several builds or machines with each other.")
    var mixesBuilds = false

    func validate() throws {
        guard tolerance >= 0 else {
            throw ValidationError("'tolerance' is '\(tolerance)'; allowed: a number from 0")
        }
        guard results.count > 1 || GitResults.Range(results[0]) != nil else {
            throw ValidationError(
                "a history needs two sets of results or more: their directories, or git revisions as A..B")
        }
    }

    func run() throws {
        try expectWritable([plot])
        let gnuplot = try Gnuplot.find(for: plot)
        let versions = try versions()
        guard versions.count > 1 else { return }
        for version in versions { version.rows.reportMixtures() }
        let history: History
        do {
            history = try History(versions, baseline: Baseline(baseline), tolerance: tolerance)
        } catch {
            throw fail("\(error)", code: Exit.usage)
        }
        try show(history)
        if let plot { try gnuplot?.draw(history.plot(), to: plot) }
        if !history.isGood { throw ExitCode(Exit.failed) }
    }

    private func show(_ history: History) throws {
        let table = history.table(changedOnly: changedOnly)
        if !table.rows.isEmpty || format != .table {
            try options.show(table, as: format, of: History.possibleColumns)
        }
        guard format == .table else { return }
        if !table.rows.isEmpty { print() }
        for sentence in history.summary { Terminal.show(sentence) }
        if history.withoutTime > 0 {
            writeError(
                "unroll: times of \(counted(history.withoutTime, "trial")) are not judged: a single repetition has no "
                    + "interval, and seconds of two machines do not compare\n")
        }
    }

    /// What is compared, the oldest first; fewer than two where git has not more, which is said.
    private func versions() throws -> [History.Version] {
        guard results.count == 1, let range = GitResults.Range(results[0]) else {
            return try inOrder(results.map { ($0, try readResults(at: $0)) }).map { try version($0.name, $0.results) }
        }
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("unroll-\(UUID().uuidString)").path
        try Folder.make(scratch)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        return try InterruptionGuard.during(
            Children(),
            onInterrupt: {
                try? FileManager.default.removeItem(atPath: scratch)
                writeError("unroll: interrupted\n")
            }
        ) {
            let found = try GitResults(range, path: place, scratch: scratch).versions()
            if found.count < 2 {
                Terminal.show(
                    "Nothing to compare: \(counted(found.count, "commit")) of \(range.from)..\(range.to), its start "
                        + "included, with another state of '\(place)'.")
            }
            return try found.map { try version($0.name, $0.results) }
        }
    }

    /// Sets of results in the order of the commits that they are of, where that is known of all; else as they are given.
    private func inOrder(_ sets: [(name: String, results: [Results])]) -> [(name: String, results: [Results])] {
        let commits = sets.compactMap(\.results.commit)
        guard commits.count == sets.count, let places = CommitOrder.places(of: commits) else { return sets }
        // Of one commit, as they are given.
        let order = sets.indices.sorted { (places[$0], $0) < (places[$1], $1) }
        if order != Array(sets.indices) {
            writeError(
                "unroll: in the order of their commits: \(order.map { sets[$0].name }.joined(separator: ", "))\n")
        }
        return order.map { sets[$0] }
    }

    private func version(_ name: String, _ results: [Results]) throws -> History.Version {
        History.Version(name: name, rows: try selection.rows(results.flatMap(\.rows)).mixed(mixesBuilds))
    }
}
