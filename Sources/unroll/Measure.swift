import ArgumentParser
import Experiments
import Files
import Glibc
import Memory
import Reports
import Runner
import Schedules
import Trials

struct Measure: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures one network under one strategy.",
        discussion: """
            Trains over one sequence in a process of its own: an audited step, in which every heap is held against the \
            prediction after each action, then warm-up and timed repetitions. Memory is of one training step.

              unroll measure --cell gru --length 1000 --strategy binomial:slots=12
              unroll measure --strategy segmented --timeline sawtooth.csv
              unroll measure --strategy full --format json
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument { case table, json, csv }

    @OptionGroup var strategy: StrategyOption
    @OptionGroup(title: "Model") var model: ModelOptions
    @Option(help: "Timed training steps.") var repetitions = Experiment.defaultRepetitions
    @Option(help: "Training steps before them.") var warmup = Experiment.defaultWarmup
    @Option(help: "How to show the figures.") var format: Format = .table
    @Option(
        help: ArgumentHelp(
            "Write parameters, data, outputs and gradients as safetensors, with PyTorch's names.", valueName: "file"),
        transform: pathArgument)
    var export: String?
    @Option(
        help: ArgumentHelp("Write the bytes of each role after every action as CSV.", valueName: "file"),
        transform: pathArgument)
    var timeline: String?
    @Option(
        help: ArgumentHelp("Write the error of each parameter's gradient as CSV.", valueName: "file"),
        transform: pathArgument)
    var evidence: String?
    @Option(
        help: ArgumentHelp("Where states on disk go, for strategy multistage.", valueName: "dir"),
        transform: pathArgument)
    var disk: String?

    func validate() throws {
        for (name, value, least) in [("repetitions", repetitions, 1), ("warmup", warmup, 0)]
        where !(least...Experiment.largestRepetitions).contains(value) {
            throw ValidationError(
                "'\(name)' is '\(value)'; allowed: a whole number from \(least) to \(Experiment.largestRepetitions)")
        }
        let trial = try model.trial(strategy.strategy)
        guard !trial.strategy.usesDisk || disk != nil else {
            throw ValidationError("strategy '\(trial.strategy)' keeps states on disk: say where with '--disk DIR'")
        }
        guard trial.strategy.usesDisk || disk == nil else {
            throw ValidationError("strategy '\(trial.strategy)' keeps nothing on disk; leave '--disk' out")
        }
    }

    func run() throws {
        var trial = try model.trial(strategy.strategy)
        try expectWritable(directory: disk)
        let outputs = try [export, timeline, evidence].map { path in
            try path.map { path in try writing(path) { try HandedOutput(path) } }
        }
        trial = try reporting { try trial.readingContent() }
        guard let peak = trial.predictedPeak, peak <= Bytes(Host.memoryBytes) else {
            let predicted = trial.predictedPeak.map { "predicted peak \($0)" } ?? "predicted peak, beyond counting,"
            throw fail(
                "\(predicted) exceeds this machine's memory, \(Host.memory); not started", code: Exit.failed
            )
        }
        noteWorkers([trial.threads])
        let memory = Bytes(Host.memoryBytes)
        let reference: GradientReference? = trial.strategy == .inference ? nil : trial.reference(within: memory)
        let children = Children()
        let watch = try InterruptionGuard(children)
        let rows = try withExtendedLifetime(watch) { [trial] in
            try reporting {
                let process = try trialProgram().measure(
                    trial, warmup: warmup, within: memory, export: outputs[0], timeline: outputs[1],
                    evidence: outputs[2], disk: disk,
                    children: children)
                try process.waitUntilReady(within: nil)
                var rows: [Row] = []
                for repetition in 1...repetitions {
                    var row = Row(experiment: "measure", trial: trial, repetition: repetition, status: .ok)
                    row.measurement = try process.repeatOnce(within: nil)
                    if case .unavailable(let reason) = reference {
                        row.message = "no reference for the gradient: \(reason)"
                    }
                    rows.append(row)
                }
                // What it exports it writes now; whoever reads a pipe may take its time.
                try process.finish(within: export == nil ? TrialProcess.grace : nil)
                return rows
            }
        }
        switch format {
        case .csv: print(Results.text(rows), terminator: "")
        case .json: print(Table(rows).text(as: .json), terminator: "")
        case .table:
            let median = rows.sorted { ($0[.wallSeconds] ?? 0) < ($1[.wallSeconds] ?? 0) }[(rows.count - 1) / 2]
            print(trial.words.joined(separator: " "))
            print("the repetition with the median time of \(repetitions)\n")
            print(Table(figuresOf: median).text(as: .table), terminator: "")
            if !median.message.isEmpty { print("\n" + median.message) }
        }
    }
}
