import Experiments
import Quantities
import Reports
import Runner
import Schedules
import Trials

// `unroll run --dry-run`: the trials, what they are predicted to take, and what would become of them.
extension DryRun {
    static let columns = lineColumns.map(\.column)

    private static let lineColumns = dimensions + predictions

    private static let dimensions: [ColumnDefinition<Line>] =
        [Factor.cell, .layers, .input, .hidden, .batch, .length].map { factor in
            .factor(
                factor, title: factor == .length ? "length, steps" : nil, factor == .cell ? .text : .count,
                rank: factor == .length ? 2 : 5
            ) { $0.trial }
        }

    private static let predictions: [ColumnDefinition<Line>] = [
        ColumnDefinition(
            Factor.engine.rawValue, .text, Factor.engine.meaning, rank: 0,
            where: { lines in lines.contains { $0.trial.engine != .unroll } }
        ) { $0.trial[.engine] },
        ColumnDefinition("strategy", .text, "How far is unrolled and what is kept.", rank: 0) {
            Table.Entry(strategyOf: $0.trial)
        },
        ColumnDefinition("predicted_peak_bytes", .bytes, "Peak memory by shapes alone, bytes.") { $0.peak?.count },
        ColumnDefinition("forward_steps", .count, "Forward steps that are executed, recorded ones included.", rank: 4) {
            $0.forwardSteps
        },
        ColumnDefinition(
            "predicted_seconds", title: "predicted time", .seconds, "What all repetitions will take, s.", rank: 3
        ) { $0.seconds },
        ColumnDefinition("state", .text, "What becomes of the trial.") { $0.state.words },
    ]

    func show(_ shard: Shard?, _ options: TableOptions) throws {
        let question = experiment.question.split(whereSeparator: \.isNewline).joined(separator: " ")
        Terminal.show("\(experiment.name): \(question)")
        let part = shard.map { "shard \($0): " } ?? ""
        Terminal.show(
            "\(part)\(counted(lines.count, "trial")), \(counted(experiment.repetitions, "repetition")), \(missing) to measure\n"
        )
        try options.show(Table(lines, columns: DryRun.lineColumns), as: .table, hasData: false)
        print()
        for sentence in otherContents { Terminal.show("\(sentence)\n") }
        let others = lines.count { $0.state == .missing && $0.trial.engine != .unroll }
        let unpredicted = "\(counted(others, "trial")) of other engines, whose time is not predicted"
        guard let seconds else {
            return Terminal.show(others > 0 ? "\(unpredicted), to measure\n" : "nothing to measure\n")
        }
        Terminal.show(
            "about \(DryRun.words(seconds: seconds)) to measure, \(sourceWords)\(others > 0 ? "; and \(unpredicted)" : "")\n")
    }

    /// Where the prices are from, and of how many networks.
    private var sourceWords: String {
        var rows = 0
        for case .rows(let count) in sources { rows += count }
        let timed = sources.count { $0 == .timed }
        let scaled = sources.count { $0 == .scaled }
        let assumed = sources.count { $0 == .assumed }
        let words = [
            rows > 0 ? "\(counted(rows, "row")) measured here" : nil,
            timed > 0 ? "steps of \(counted(timed, "network")) timed now" : nil,
            scaled > 0 ? "\(counted(scaled, "network")) by operations from these" : nil,
            assumed > 0
                ? "\(counted(assumed, "network")) at \(Int(StepTimes.assumedRate / 1e9)) GFLOP/s, for nothing is timed here"
                : nil,
        ].compactMap(\.self)
        return "by " + words.joined(separator: ", ")
    }

    /// Two figures that say something, with their units: `41 s`, `6 min 28 s`, `2 h 5 min`.
    static func words(seconds: Double) -> String {
        guard seconds < 1e12 else { return "more than 30000 years" }
        guard seconds >= 9.95 else {
            let tenths = Int((seconds * 10).rounded())
            return tenths == 0 ? "0.1 s" : "\(tenths / 10).\(tenths % 10) s"
        }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        let minutes = Int((seconds / 60).rounded())
        return minutes < 48 * 60
            ? "\(minutes / 60) h \(minutes % 60) min" : "\(minutes / 1440) d \(minutes / 60 % 24) h"
    }
}

extension DryRun.State {
    fileprivate var words: String {
        switch self {
        case .measured: "measured"
        case .missing: "to measure"
        case .tooLarge: "will not fit"
        }
    }
}
