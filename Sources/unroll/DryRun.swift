import Experiments
import Glibc
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

    init(_ experiment: Experiment, _ trials: [Trial], results: String, shard: Shard?) {
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

    func show() throws {
        let missing = Set(Resumption(experiment, trials: trials, existing: existing).missing)
        let rate = Rate(own)
        let factors: [Factor] = [.cell, .layers, .input, .hidden, .batch, .length]
        var table = Table(
            columns: factors.map { Table.Column($0.rawValue, $0 == .cell ? .text : .count) } + [
                Table.Column("strategy", .text), Table.Column("predicted_peak_bytes", .bytes),
                Table.Column("forward_steps", .count), Table.Column("predicted_seconds", .seconds),
                Table.Column("state", .text),
            ])
        var left = 0.0
        for (index, trial) in trials.enumerated() {
            show("counting trial \(index + 1) of \(trials.count), \(trial.strategy)")
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
        show("")
        print("\(experiment.name): \(experiment.question)")
        let part = shard.map { "shard \($0): " } ?? ""
        print(
            "\(part)\(counted(trials.count, "trial")), \(counted(experiment.repetitions, "repetition")), \(missing.count) to measure\n"
        )
        print(table.text(as: .table))
        for sentence in trials.otherContents(in: existing) { print("\(sentence)\n") }
        let source =
            rate.rows > 0
            ? "the rate of \(counted(rate.rows, "row")) measured here"
            : "20 GFLOP/s, for nothing is measured here yet"
        print("about \(Progress.clock(left)) to measure, at \(source)\n")
    }

    /// On a terminal one line that changes: some schedules are gone through step by step.
    private func show(_ what: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        complain("\r\u{1B}[K" + what)
    }
}
