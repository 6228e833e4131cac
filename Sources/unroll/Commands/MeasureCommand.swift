import ArgumentParser
import Experiments
import Files
import Glibc
import Quantities
import Reports
import Runner
import Schedules
import Trials

struct MeasureCommand: TablePrinting {
    static let tables = [
        ColumnList("Columns of several strategies", Comparison.possibleColumns),
        ColumnList("Columns of CSV and JSON, rows of '--all'", Table.rowColumns),
    ]

    static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract: "Measures one network under one strategy or several.",
        discussion: """
            Trains over one sequence in a separate process: warm-up, whose first step is audited, with every heap held \
            against the prediction after each action, then timed repetitions. Memory is of one training step. The table has \
            what decides; '--all' has every figure, and so have CSV and JSON.

            Several strategies are measured in turn, round by round, so that drift of the machine hits all alike. The table \
            then has a line each, as 'unroll compare' shows it; the first is what the others are compared with.

              unroll measure --cell gru --length 1000 --strategy binomial:slots=12
              unroll measure --strategy segmented --timeline sawtooth.csv
              unroll measure --strategy full --format json
              unroll measure --strategy full --strategy segmented --length 2000
              unroll measure --engine pytorch --strategy full --inputs resident
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument { case table, json, csv }

    @Option(
        name: .customLong("strategy"),
        help: StrategyOption.help(
            "How far to unroll and what to keep; given again, another to measure in turn with it."),
        transform: { try Strategy($0) })
    var strategies: [Strategy]
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Engine") var engine: EngineOptions
    @Option(help: "Timed training steps.".withDefault(Experiment.defaultRepetitions), transform: wholeNumber)
    var repetitions = Experiment.defaultRepetitions
    @Option(
        help: "Training steps before them, one of which is audited: at least one.".withDefault("as many as take 10 ms"),
        transform: wholeNumber)
    var warmup: Int?
    @Option(help: "How to show the figures.") var format: Format = .table
    @OptionGroup var options: TableOptions
    @Flag(help: "All figures; of several strategies, all columns.") var all = false
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
        for (name, value, least) in [("repetitions", repetitions, 1), ("warmup", warmup ?? 0, 0)]
        where !(least...Experiment.largestRepetitions).contains(value) {
            throw ValidationError(
                "'\(name)' is '\(value)'; allowed: a whole number from \(least) to \(Experiment.largestRepetitions)")
        }
        try StrategyOption.expectDifferent(strategies)
        _ = try trials()
        try options.expect(among: possibleColumns)
        for (option, file) in [("--export", export), ("--timeline", timeline), ("--evidence", evidence)]
        where file != nil && strategies.count > 1 {
            throw ValidationError("'\(option)' is of one strategy; give one strategy")
        }
        for (option, file) in [("--export", export), ("--timeline", timeline), ("--evidence", evidence)]
        where file != nil && chosenEngine != .unroll {
            throw ValidationError("'\(option)' is of engine unroll, and this is engine '\(chosenEngine.rawValue)'")
        }
        if let strategy = strategies.first(where: \.usesDisk), disk == nil {
            throw ValidationError("strategy '\(strategy)' keeps states on disk: say where with '--disk DIR'")
        }
        if disk != nil, !strategies.contains(where: \.usesDisk) {
            let none =
                strategies.count == 1 ? "strategy '\(strategies[0])' keeps nothing" : "no strategy here keeps anything"
            throw ValidationError("\(none) on disk; leave '--disk' out")
        }
    }

    private var possibleColumns: [Table.Column] {
        switch format {
        case .csv, .json: Table.rowColumns
        case .table where strategies.count == 1: Table.figureColumns
        case .table: Comparison.possibleColumns
        }
    }

    private func trials() throws -> [Trial] { try strategies.map { try model.trial($0, engine.texts) } }

    /// It was looked at when it was read.
    private var chosenEngine: Engine { engine.texts[.engine].flatMap(Engine.init) ?? .unroll }

    func run() throws {
        try expectWritable(directory: disk)
        let outputs = try [export, timeline, evidence].map { path in
            try path.map { path in try writing(path) { try HandedOutput(path) } }
        }
        let trials = try reporting { try self.trials().readingContents() }
        noteWorkers(trials.map(\.threads))
        try noteWeights(trials)
        let children = Children()
        let rows = try InterruptionGuard.during(children) {
            try reporting {
                try trials.count == 1 && chosenEngine == .unroll
                    ? measure(trials[0], to: outputs, children) : measure(trials, children)
            }
        }
        switch format {
        case .csv where options.columns == nil: print(Results.text(rows), terminator: "")
        case .csv: try options.show(Table(rows), as: .csv)
        case .json: try options.show(Table(rows), as: .json)
        case .table where trials.count == 1: try show(rows)
        case .table: try compare(rows)
        }
        if rows.contains(where: { $0.status != .ok }) { throw ExitCode(Exit.failed) }
    }

    /// The repetitions of one trial, in a separate process.
    ///
    /// - Parameter outputs: where it exports, its timeline and its evidence.
    private func measure(_ trial: Trial, to outputs: [HandedOutput?], _ children: Children) throws -> [Row] {
        guard let peak = trial.predictedPeak, peak <= Bytes(Host.memoryBytes) else {
            let predicted = trial.predictedPeak.map { "predicted peak \($0)" } ?? "predicted peak, beyond counting,"
            throw fail(
                "\(predicted) exceeds this machine's memory, \(Host.memory); not started", code: Exit.failed
            )
        }
        let memory = Bytes(Host.memoryBytes)
        let reference: GradientReference? = trial.strategy == .inference ? nil : trial.reference(within: memory)
        let process = try trialProgram().measure(
            trial, warmup: warmup, within: memory, export: outputs[0], timeline: outputs[1], evidence: outputs[2],
            disk: disk, children: children)
        try process.waitUntilReady(within: nil)
        let rows = try (1...repetitions).map { repetition in
            var row = Row(experiment: "measure", trial: trial, repetition: repetition, status: .ok)
            row.measurement = try process.repeatOnce(within: nil)
            if case .unavailable(let reason) = reference { row.message = "no reference for the gradient: \(reason)" }
            return row
        }
        // What it exports it writes now; the reader of a pipe may take its time.
        try process.finish(within: export == nil ? TrialProcess.grace : nil)
        return rows
    }

    /// Several trials in turn, round by round, as a sweep measures them. One that fails is a row that says so, unless what is
    /// wrong is the command's own, as a text that is not there.
    private func measure(_ trials: [Trial], _ children: Children) throws -> [Row] {
        let experiment = Experiment(
            name: "measure", trials: trials, repetitions: repetitions, warmup: warmup, disk: disk)
        let program = try trialProgram()
        let sweep = Sweep(
            experiment, trials: trials, program: program, engines: try trials.engines(own: program), children: children)
        var rows: [Row] = []
        let summary = sweep.run { rows.append($0) }
        if summary.isInterrupted { children.waitForExit() }
        if let failure = summary.failure, trials.count == 1 || isCommandsOwn(failure) { throw failure }
        return rows
    }

    private func show(_ rows: [Row]) throws {
        let medians = Row(mediansOf: rows)
        Terminal.show(medians.trial.words.joined(separator: " "))
        let chosen = medians.trial.strategyAsChosen
        let note = chosen == medians.trial.strategy.description ? "" : "; \(chosen)"
        Terminal.show("medians of \(counted(repetitions, "repetition"))\(note)\n")
        try options.show(all ? Table(figuresOf: medians) : Table(headlineOf: medians), as: .table)
        if !medians.message.isEmpty { Terminal.show("\n" + medians.message) }
    }

    private func compare(_ rows: [Row]) throws {
        let comparison = try Comparison(rows, baseline: Baseline(strategy: strategies[0]))
        Terminal.show(rows[0].trial.words.filter { !$0.hasPrefix("strategy=") }.joined(separator: " "))
        Terminal.show("\(counted(repetitions, "round")), strategies in turn; ratios are to \(strategies[0])\n")
        try options.show(
            comparison.shown(by: options, as: .table, wide: all), as: .table, of: Comparison.possibleColumns)
        if let warning = OutlierWarning(rows) { writeError("unroll: \(warning)\n") }
    }
}
