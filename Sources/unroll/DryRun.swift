import Experiments
import Memory
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
    private let options: TableOptions

    init(_ experiment: Experiment, _ trials: [Trial], results: String, shard: Shard?, options: TableOptions) {
        self.options = options
        self.experiment = experiment
        self.trials = trials
        self.shard = shard
        let name = shard?.name(Results.fileName) ?? Results.fileName
        let found = try? Results.read(file: "\(results)/\(experiment.name)/\(name)")
        existing = found?.rows ?? []
        let program = TrialProgram.beside
        let here = Set(
            (found?.environments ?? [:]).filter { _, environment in program.map(environment.isOf) ?? false }.keys)
        own = existing.filter { here.contains($0.origin.key) }
    }

    private static let factors: [Factor] = [.cell, .layers, .input, .hidden, .batch, .length]

    static let columns =
        factors.map { Table.Column($0.rawValue, $0 == .cell ? .text : .count, rank: $0 == .length ? 2 : 5) } + [
            Table.Column("strategy", .text, rank: 0), Table.Column("predicted_peak_bytes", .bytes),
            Table.Column("forward_steps", .count, rank: 4), Table.Column("predicted_seconds", .seconds, rank: 3),
            Table.Column("state", .text),
        ]

    func show() throws {
        let missing = Set(Resumption(experiment, trials: trials, existing: existing).missing)
        let rate = Rate(own)
        let factors = DryRun.factors
        var table = Table(columns: DryRun.columns)
        var left = 0.0
        for (index, trial) in trials.enumerated() {
            // Some schedules are gone through step by step.
            let counts = "counting trial \(index + 1) of \(trials.count)"
            StatusLine.show("\(counts), \(trial.strategy)", counts)
            let demand = trial.demand
            let peak = demand.peakBytes < Footprint.countable ? Bytes(demand.peakBytes) : nil
            let fits = peak.map { $0 <= experiment.limits.memory ?? Bytes(Host.memoryBytes) } ?? false
            let seconds =
                fits
                ? rate.trial(
                    trial, demand.counts, repetitions: experiment.repetitions, warmup: experiment.warmup
                ).inSeconds : nil
            if missing.contains(trial) { left += seconds ?? 0 }
            table.append(
                factors.map { factor in Int(trial[factor]).map(Table.Entry.integer) ?? .text(trial[factor]) } + [
                    .text(trial.strategy.description), (peak?.count).map(Table.Entry.integer),
                    fits ? .integer(demand.counts.forward) : nil,
                    seconds.map(Table.Entry.real),
                    .text(!missing.contains(trial) ? "measured" : fits ? "to measure" : "will not fit"),
                ])
        }
        StatusLine.clear()
        Terminal.show("\(experiment.name): \(experiment.question)")
        let part = shard.map { "shard \($0): " } ?? ""
        Terminal.show(
            "\(part)\(counted(trials.count, "trial")), \(counted(experiment.repetitions, "repetition")), \(missing.count) to measure\n"
        )
        try options.show(table, as: .table, hasData: false)
        print()
        for sentence in trials.otherContents(in: existing) { Terminal.show("\(sentence)\n") }
        let source =
            rate.rows > 0
            ? "the rate of \(counted(rate.rows, "row")) measured here"
            : "20 GFLOP/s, for nothing is measured here yet"
        Terminal.show("about \(Progress.clock(left)) to measure, at \(source)\n")
    }
}
