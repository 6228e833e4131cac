import ArgumentParser
import Experiments
import Quantities
import Reports
import Runner
import Schedules
import Trials

struct RunCommand: TablePrinting {
    static let tables = [ColumnList("Columns of '--dry-run'", DryRun.columns)]

    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Measures every trial of experiment files.",
        discussion: """
            Writes DIR/<experiment>/measurements.csv, a row as soon as it is measured, with environment.json, a copy of the \
            experiment file and the comparison next to it. Trials that differ only in their strategy are measured in turn, \
            round by round. Run again, it measures what is missing.

              unroll run experiments/sequence-length.yaml
              unroll run experiments/*.yaml --results results --fresh
              unroll run experiments/hidden-size.yaml --dry-run --only cell=lstm
              unroll run experiments/hidden-size.yaml --set hidden=512 --set 'strategies=[full, segmented]'
              unroll run experiments/hidden-size.yaml --shard 2/3
              unroll run experiments/hidden-size.yaml --executor slurm --shards 8 --partition long

            Keys of --set are those of the files: factors of the model and all others by their names, and limits.memory, \
            limits.time. The copy next to the results has the values that were measured, so that they are continued with \
            the same --set.

            Shards have separate files; 'unroll merge' joins them. A task's file is known by its content: rows of other \
            bytes are other trials. What a file of results has no more is kept in measurements.previous.csv, and it is said.
            """)

    enum Executor: String, CaseIterable, ExpressibleByArgument { case local, slurm }

    @Argument(help: "Experiment files, YAML; - is standard input.", transform: pathArgument) var experiments: [String]
    @OptionGroup var set: SetOption
    @Option(help: "Where results go, a directory for each experiment.", transform: pathArgument) var results = "results"
    @Flag(
        name: .customLong("dry-run"),
        help:
            "Show the trials and their predictions; measure nothing but a few steps of each network, to predict the time."
    )
    var isDryRun = false
    @Flag(
        name: .customLong("offline"),
        help: "With '--dry-run': time nothing. Times are predicted from rows measured here, else from a usual rate.")
    var isOffline = false
    @Flag(
        name: .customLong("fresh"),
        help: "Measure everything again, whatever is there; the old file is kept as measurements.previous.csv.")
    var isFresh = false
    @Flag(
        name: .customLong("mix-builds"),
        help: "Continue next to rows of another build or machine; environment.json says so.")
    var mixesBuilds = false
    @Option(
        help: ArgumentHelp("Measure one part of N; every trial is in one part.", valueName: "i/n"),
        transform: { text in
            guard let shard = Shard(text) else { throw ValidationError("allowed: \(Shard.allowed)") }
            return shard
        })
    var shard: Shard?
    @Option(
        help: ArgumentHelp("What a trial may take, instead of limits.memory.", valueName: "bytes"),
        transform: { text in
            guard let bytes = Bytes(text), bytes.count > 0 else { throw ValidationError("allowed: \(Bytes.allowed)") }
            return bytes
        })
    var memory: Bytes?
    @Option(help: "Where trials run.") var executor: Executor = .local
    @OptionGroup(title: "Slurm") var slurm: SlurmOptions
    @OptionGroup var options: TableOptions
    @OptionGroup var selection: Selection
    @OptionGroup var volume: Volume

    func validate() throws {
        let inputs = experiments.count { $0 == ExperimentFile.standardInput }
        guard inputs <= 1 else { throw ValidationError("standard input is given \(inputs) times; allowed: once") }
        guard isDryRun || options.columns == nil else { throw ValidationError("'--columns' needs '--dry-run'") }
        try options.expect(among: DryRun.columns)
        guard isDryRun || !isOffline else { throw ValidationError("'--offline' goes with '--dry-run'") }
        guard executor == .slurm else { return try slurm.expectUnused() }
        if shard != nil { throw ValidationError("'--shard' is for one part; with '--executor slurm' give '--shards'") }
    }

    func run() throws {
        // All files are read before anything is measured.
        var files = try reporting { try experiments.map { try ExperimentFile($0, setting: set.overrides) } }
        var names: Set<String> = []
        for index in files.indices {
            let name = files[index].experiment.name
            guard names.insert(name).inserted else {
                throw fail("\(files[index].path): experiment '\(name)' is in another file too", code: Exit.badFile)
            }
            if let memory { files[index].experiment.limits.memory = memory }
            try reporting { try files[index].experiment.readContents() }
        }
        let chosen = try files.map { file in
            let all = file.experiment.trials
            let part = Set(shard?.trials(of: all) ?? all)
            return (file, try selection.trials(all).filter(part.contains))
        }
        if isDryRun { return try showDryRuns(chosen) }
        var good = true
        for (file, trials) in chosen {
            switch executor {
            case .local:
                let run = ExperimentRun(
                    results: results, isFresh: isFresh, mixesBuilds: mixesBuilds, shard: shard,
                    verbosity: volume.verbosity)
                good = try run.run(file, trials: trials) && good
            case .slurm: good = try submit(file, trials) && good
            }
        }
        if !good { throw ExitCode(Exit.failed) }
    }

    private func showDryRuns(_ chosen: [(file: ExperimentFile, trials: [Trial])]) throws {
        let program = TrialProgram.adjacent
        let children = Children()
        let times = StepTimes(program: isOffline ? nil : program, children: children)
        let printer = EventPrinter(.usual)
        try InterruptionGuard.during(children) {
            for (file, trials) in chosen {
                let dryRun = try DryRun(
                    file.experiment, trials, results: results, shard: shard, program: program, times: times,
                    report: printer.show)
                StatusLine.clear()
                try dryRun.show(shard, options)
            }
        }
    }

    /// Runs an experiment as a job array, which is cancelled when this process is interrupted.
    private func submit(_ file: ExperimentFile, _ trials: [Trial]) throws -> Bool {
        try expectDescriptors()
        let runner = SlurmRunner(
            file, trials: trials, results: results, request: slurm.request, memory: memory, passedOn: passedOn,
            isFresh: isFresh, mixesBuilds: mixesBuilds, compare: writeComparison)
        let (held, directory) = (runner.held, runner.directory)
        let printer = EventPrinter(volume.verbosity, name: file.experiment.name, directory: directory)
        return try InterruptionGuard.during(
            Children(),
            onInterrupt: {
                switch held.cancel() {
                case .cancelled(let job): writeError("\nunroll: interrupted; job array \(job.number) is cancelled.")
                case .failed(let job, let failure):
                    writeError("\nunroll: interrupted; job array \(job.number) may still run: \(failure).")
                case nil: break
                }
                writeError("\nunroll: what was measured is in \(directory). The same command continues.\n")
            }
        ) {
            try runner.run(report: printer.show)
        }
    }

    /// Options that each task of a job array gets as well.
    private var passedOn: [String] {
        (mixesBuilds ? ["--mix-builds"] : []) + selection.words
    }
}

/// How much is said on standard error.
struct Volume: ParsableArguments {
    @Flag(help: "Say nothing but errors.") var quiet = false
    @Flag(help: "Log every step, an event a line.") var verbose = false

    func validate() throws {
        guard !quiet || !verbose else { throw ValidationError("'--quiet' and '--verbose' exclude each other") }
    }

    var verbosity: Verbosity { quiet ? .quiet : verbose ? .verbose : .usual }
}
