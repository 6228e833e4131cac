import ArgumentParser
import Experiments
import Reports
import Schedules
import Trials

extension Table.Rendering: ExpressibleByArgument {}

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compares strategies by their measured results.",
        discussion: """
            One line a strategy, beside the baseline measured under the same factors. Peak is exact live tensor bytes. \
            Time is the median; its ratio is the median of ratios paired by round, low and high its 95 % interval, or as \
            near as the repetitions allow. Gradient error is relative to full unrolling.

              unroll compare results/sequence-length
              unroll compare results/truncation-window --format markdown --only cell=lstm
              unroll compare results/checkpoint-slots --baseline segmented
            """)

    @Argument(help: "measurements.csv files, or directories that hold them.") var results: [String]
    @Option(help: "How to show the table.") var format: Table.Rendering = .table
    @Option(help: "The strategy that the others are compared with.") var baseline = "full"
    @OptionGroup var selection: Selection
    @Flag(help: "Only the geometric means over all groups, a line a strategy.") var summary = false

    func run() throws {
        let rows = try reporting { try results.flatMap { try Results.read(at: $0).flatMap(\.rows) } }
        let selected = try selection.rows(rows)
        let comparison: Comparison
        do {
            comparison = try Comparison(selected, baseline: Baseline(baseline))
        } catch {
            throw ValidationError("\(error)")
        }
        if summary {
            guard let table = comparison.summary else {
                throw ValidationError("no summary: baseline '\(baseline)' was not measured in every group")
            }
            print(table.text(as: format), terminator: "")
        } else {
            print(comparison.table.text(as: format), terminator: "")
        }
        if comparison.lines.contains(where: { $0.status != .ok }) { throw ExitCode(Exit.failed) }
    }
}

/// `--only KEY=VALUE…`
struct Selection: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only what has this factor, such as length=512 or strategy=full; a strategy's name stands for all its "
                + "parameters. Given again with the same key: either value.", valueName: "key=value"),
        transform: { text in
            let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard sides.count == 2, let factor = Factor(rawValue: sides[0]) else { throw TrialError.unknown(sides[0]) }
            return (factor, sides[1])
        })
    var only: [(Factor, String)] = []

    func takes(_ trial: Trial) -> Bool {
        Dictionary(grouping: only, by: \.0).allSatisfy { factor, choices in
            choices.contains { trial[factor] == $0.1 || (factor == .strategy && trial.strategy.name == $0.1) }
        }
    }

    /// - Throws: a usage error when nothing is left.
    func trials(_ trials: [Trial]) throws -> [Trial] { try some(trials.filter(takes)) }
    func rows(_ rows: [Row]) throws -> [Row] { try some(rows.filter { takes($0.trial) }) }

    private func some<Element>(_ elements: [Element]) throws -> [Element] {
        guard !elements.isEmpty || only.isEmpty else {
            throw ValidationError(
                "no trial has \(only.map { "\($0.0.rawValue)=\($0.1)" }.joined(separator: " ")); see --dry-run of 'run'"
            )
        }
        return elements
    }
}
