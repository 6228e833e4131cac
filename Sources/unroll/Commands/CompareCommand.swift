import ArgumentParser
import Experiments
import Planning
import Quantities
import Reports
import Schedules
import Trials

extension Table.Rendering: ExpressibleByArgument {}

struct CompareCommand: TablePrinting {
    static let tables = [
        ColumnList("Columns", Comparison.possibleColumns),
        ColumnList("Columns of '--summary'", Comparison.summaryColumns),
        ColumnList("Columns of '--engines'", EngineComparison.possibleColumns),
        ColumnList("Columns of two sets of results", ResultsDifference.possibleColumns),
    ]

    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compares strategies by their measured results.",
        discussion: """
            One line a strategy, next to the baseline measured under the same factors: peak memory, time, gradient, and what \
            follows. '--wide' has all columns, and so have CSV and JSON; '--columns' chooses among them.

              unroll compare results/sequence-length
              unroll compare results/truncation-window --format markdown --only cell=lstm
              unroll compare results/sequence-length --wide
              unroll compare results/checkpoint-slots --baseline segmented

            Two sets of results that have trials in common are held against each other: bytes and steps must be equal, \
            row by row, and losses as near as rounding explains; what differs is named and sets the exit code. Times are compared as ratios to the baseline, each \
            set's to its own, and agree when their intervals overlap; they are another machine's business and set no code.

              unroll compare results /tmp/results
            """)

    @Argument(help: "measurements.csv files, or directories that hold them.", transform: pathArgument) var results:
        [String]
    @Option(help: "How to show the table.") var format: Table.Rendering = .table
    @OptionGroup var options: TableOptions
    @Flag(help: "All columns, and not those alone that decide.") var wide = false
    @Option(help: "The strategy that the others are compared with.") var baseline = Baseline.full.text
    @OptionGroup var selection: Selection
    @Flag(help: "Only the geometric means over all groups, a line a strategy.") var summary = false
    @Flag(help: "Only other engines over unroll's own, strategy by strategy: geometric means of bytes and time.")
    var engines = false
    @Flag(name: .customLong("mix-builds"), help: "Compare rows of several builds or machines with each other.")
    var mixesBuilds = false

    func run() throws {
        guard !summary || !engines else {
            throw fail("--summary and --engines are two tables; ask for one", code: Exit.usage)
        }
        let all = try results.map { try readResults(at: $0).flatMap(\.rows) }.map { $0.mixed(mixesBuilds) }
        let sets = try all.map { try selection.rows($0) }
        if sets.count == 2, ResultsDifference.overlap(sets[0], sets[1]) {
            for set in sets { set.reportMixtures() }
            try hold(sets[0], against: sets[1])
        } else {
            try expectApart(all, at: results)
            // Trials that are not shown predict too.
            let rows = sets.flatMap(\.self).mixed(mixesBuilds)
            rows.reportMixtures()
            try compare(rows, predicting: Accuracy(all.flatMap(\.self).mixed(mixesBuilds)).seconds)
        }
    }

    private func compare(_ rows: [Row], predicting seconds: [Trial: Double]) throws {
        if engines {
            guard let comparison = EngineComparison(rows) else {
                throw fail("no other engine was measured beside unroll's own", code: Exit.usage)
            }
            return try options.show(comparison.table, as: format)
        }
        let comparison = try usage { try Comparison(rows, baseline: Baseline(baseline)) }
        if summary {
            guard let table = comparison.summary else {
                throw fail(
                    "no summary: baseline '\(baseline)' was not measured in every group", code: Exit.usage)
            }
            try options.show(table, as: format)
        } else {
            try options.show(
                comparison.shown(by: options, as: format, wide: wide, predicting: seconds), as: format,
                of: Comparison.possibleColumns)
        }
        if let warning = OutlierWarning(rows) { writeError("unroll: \(warning)\n") }
        if comparison.lines.contains(where: { $0.status != .ok }) { throw ExitCode(Exit.failed) }
    }

    private func hold(_ first: [Row], against second: [Row]) throws {
        guard !summary, !engines else {
            throw fail("--\(summary ? "summary" : "engines") is of one set of results, not of two", code: Exit.usage)
        }
        let difference = try usage { try ResultsDifference(first, second, baseline: Baseline(baseline)) }
        try options.show(difference.table, as: format)
        guard difference.isEqual else { throw ExitCode(Exit.failed) }
    }

    /// A baseline that is none is wrong usage.
    private func usage<Answer>(_ body: () throws -> Answer) throws -> Answer {
        do { return try body() } catch { throw fail("\(error)", code: Exit.usage) }
    }
}

extension Comparison {
    /// The table that was asked for: for people the first one, unless they want all or choose; for programs all.
    func shown(
        by options: TableOptions, as format: Table.Rendering, wide: Bool, predicting seconds: [Trial: Double] = [:]
    ) -> Table {
        if options.columns != nil { return complete(predicting: seconds) }
        if format == .csv || format == .json { return table(predicting: seconds) }
        return wide ? table(predicting: seconds).measured : headline
    }
}
