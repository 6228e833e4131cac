import ArgumentParser
import Experiments
import Memory
import Reports
import Runner
import Schedules
import Trials

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures every trial of experiment files.",
        discussion: """
            Writes DIR/<experiment>/measurements.csv, a row as soon as it is measured, with environment.json and the \
            comparison beside it. Trials that differ only in their strategy are measured in turn, round by round. Run \
            again, it measures what is missing.

              unroll run experiments/sequence-length.yaml
              unroll run experiments/*.yaml --results results --fresh
              unroll run experiments/hidden-size.yaml --dry-run --only cell=lstm
            """)

    @Argument(help: "Experiment files, YAML.") var experiments: [String]
    @Option(help: "Where results go, a directory for each experiment.") var results = "results"
    @Flag(name: .customLong("dry-run"), help: "Show the trials and their predictions; run nothing.") var isDryRun =
        false
    @Flag(
        name: .customLong("fresh"), help: "Measure everything anew; the old file is kept as measurements.previous.csv.")
    var isFresh = false
    @OptionGroup var selection: Selection
    @OptionGroup var volume: Volume

    func run() throws {
        // All files are read before anything is measured.
        let all = try reporting { try experiments.map { try Experiment(file: $0) } }
        var names: Set<String> = []
        for (experiment, file) in zip(all, experiments) where !names.insert(experiment.name).inserted {
            throw fail("\(file): experiment '\(experiment.name)' is in another file too", code: Exit.badFile)
        }
        let chosen = try all.map { ($0, try selection.trials($0.trials)) }
        if isDryRun {
            for (experiment, trials) in chosen { try show(experiment, trials) }
            return
        }
        let runner = Experimenting(results: results, isFresh: isFresh, voice: volume.voice)
        var good = true
        for (experiment, trials) in chosen { good = try runner.run(experiment, trials: trials) && good }
        if !good { throw ExitCode(Exit.failed) }
    }

    private func show(_ experiment: Experiment, _ trials: [Trial]) throws {
        let file = "\(results)/\(experiment.name)/\(Results.fileName)"
        let rows = (try? Results.read(file: file).rows) ?? []
        let missing = Set(Resumption(experiment, trials: trials, existing: rows).missing)
        let factors: [Factor] = [.cell, .layers, .input, .hidden, .batch, .length]
        var table = Table(
            columns: factors.map { Table.Column($0.rawValue, $0 == .cell ? .text : .count) } + [
                Table.Column("strategy", .text), Table.Column("predicted_peak_bytes", .bytes),
                Table.Column("forward_steps", .count), Table.Column("state", .text),
            ])
        for trial in trials {
            let peak = trial.predictedPeak
            let fits = peak.map { $0 <= experiment.limits.memory ?? Bytes(Host.memoryBytes) } ?? false
            table.append(
                factors.map { factor in Int(trial[factor]).map(Table.Entry.integer) ?? .text(trial[factor]) } + [
                    .text(trial.strategy.description), (peak?.count).map(Table.Entry.integer),
                    fits ? .integer(Simulator(trial.schedule, footprint: trial.footprint).counts.forward) : nil,
                    .text(!missing.contains(trial) ? "measured" : fits ? "to measure" : "will not fit"),
                ])
        }
        print("\(experiment.name): \(experiment.question)")
        print(
            "\(counted(trials.count, "trial")), \(counted(experiment.repetitions, "repetition")), \(missing.count) to measure\n"
        )
        print(table.text(as: .table))
    }
}

/// How much is said on standard error.
struct Volume: ParsableArguments {
    @Flag(help: "Say nothing but errors.") var quiet = false
    @Flag(help: "Say every step.") var verbose = false

    func validate() throws {
        guard !quiet || !verbose else { throw ValidationError("'--quiet' and '--verbose' exclude each other") }
    }

    var voice: Progress.Voice { quiet ? .quiet : verbose ? .verbose : .usual }
}
