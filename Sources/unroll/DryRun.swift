import Experiments
import Glibc
import Planning
import Quantities
import Reports
import Runner
import Schedules
import Trials

/// `unroll run --dry-run`: the trials, what they are predicted to take, and what would become of them.
struct DryRun {
    private let experiment: Experiment
    private let trials: [Trial]
    private let existing: [Row]
    /// Those measured by this program on this machine: times of others tell nothing here.
    private let own: [Row]
    private let shard: Shard?
    private let times: StepTimes
    private let options: TableOptions

    init(
        _ experiment: Experiment, _ trials: [Trial], results: String, shard: Shard?, times: StepTimes,
        options: TableOptions
    ) throws {
        self.options = options
        self.experiment = experiment
        self.trials = trials
        self.shard = shard
        self.times = times
        let name = shard?.name(Results.fileName) ?? Results.fileName
        // None is no fault; one that a run would refuse is refused here.
        let file = "\(results)/\(experiment.name)/\(name)"
        let found = access(file, F_OK) == 0 ? try Results.read(file: file) : nil
        existing = found?.rows ?? []
        let program = TrialProgram.beside
        let here = Set(
            (found?.environments ?? [:]).filter { _, environment in program.map(environment.isOf) ?? false }.keys)
        own = existing.filter { here.contains($0.origin.key) }
    }

    /// What a schedule takes, and how long it takes to know.
    private struct Line {
        let trial: Trial
        let demand: Demand
        let planning: Double
        /// Nil where it is beyond counting.
        let peak: Bytes?
        let fits: Bool
        let isMissing: Bool
        /// What measuring it takes; nil where that is not known, or where it does not fit.
        var seconds: Double?

        var state: String { !isMissing ? "measured" : fits ? "to measure" : "will not fit" }
    }

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
        ColumnDefinition("strategy", .text, rank: 0) { $0.trial.strategy },
        ColumnDefinition("predicted_peak_bytes", .bytes) { $0.peak?.count },
        ColumnDefinition("forward_steps", .count, rank: 4) { $0.fits ? $0.demand.counts.forward : nil },
        ColumnDefinition("predicted_seconds", title: "predicted time", .seconds, rank: 3) { $0.seconds },
        ColumnDefinition("state", .text) { $0.state },
    ]

    func show() throws {
        let missing = Set(Resumption(experiment, trials: trials, existing: existing).missing)
        let alone = experiment.limits.memory ?? Bytes(Host.memoryBytes)
        var plans = trials.enumerated().map { index, trial in
            // Some schedules are gone through step by step.
            let counts = "counting trial \(index + 1) of \(trials.count)"
            StatusLine.show("\(counts), \(trial.strategy)", counts)
            let start = ContinuousClock.now
            let demand = trial.demand
            let planning = (ContinuousClock.now - start).inSeconds
            let peak = demand.peakBytes < Footprint.countable ? Bytes(demand.peakBytes) : nil
            return Line(
                trial: trial, demand: demand, planning: planning, peak: peak, fits: peak.map { $0 <= alone } ?? false,
                isMissing: missing.contains(trial))
        }
        let due = plans.filter { $0.fits && $0.isMissing }
        let prices = try times.prices(of: due.map(\.trial), rows: own, memory: alone) { StatusLine.show($0) }
        let overheads = times.overheads
        func time(_ plan: Line) -> TrialTime? {
            prices[StepTimes.network(plan.trial)].map { known in
                // A schedule that is made at once is made in no time that could be told from the noise.
                TrialTime(
                    plan.trial, demand: plan.demand, prices: known.prices, overheads: overheads,
                    planning: plan.planning < 0.05 ? 0 : plan.planning, repetitions: experiment.repetitions,
                    warmup: experiment.warmup,
                    reference: min(alone, Trial.largestReference), within: alone)
            }
        }
        for index in plans.indices where plans[index].fits { plans[index].seconds = time(plans[index])?.seconds }
        let left = plans.filter(\.isMissing).compactMap(\.seconds).reduce(due.isEmpty ? 0 : overheads.run, +)
        StatusLine.clear()
        let question = experiment.question.split(whereSeparator: \.isNewline).joined(separator: " ")
        Terminal.show("\(experiment.name): \(question)")
        let part = shard.map { "shard \($0): " } ?? ""
        Terminal.show(
            "\(part)\(counted(trials.count, "trial")), \(counted(experiment.repetitions, "repetition")), \(missing.count) to measure\n"
        )
        try options.show(Table(plans, columns: DryRun.lineColumns), as: .table, hasData: false)
        print()
        for sentence in trials.otherContents(in: existing) { Terminal.show("\(sentence)\n") }
        guard !due.isEmpty else { return Terminal.show("nothing to measure\n") }
        Terminal.show("about \(DryRun.words(seconds: left)) to measure, \(sources(prices.values.map(\.source)))\n")
    }

    /// Where the prices are from, and of how many networks.
    private func sources(_ sources: [StepTimes.Source]) -> String {
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
