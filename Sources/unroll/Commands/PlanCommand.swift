import ArgumentParser
import Experiments
import Planning
import Quantities
import Reports
import Runner
import Schedules
import Shapes
import Trials

struct PlanCommand: TablePrinting {
    static let tables = [
        ColumnList("Columns", PlanTables.columns(choosesFormats: false)),
        ColumnList("More columns of '--max-gradient-error'", PlanTables.formatColumns),
        ColumnList("Columns of '--max-length'", PlanTables.limitsColumns),
        ColumnList("Columns of '--check' and '--grid'", PlanTables.accuracyColumns),
        ColumnList("Columns of '--each'", PlanTables.eachColumns),
    ]

    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "What each strategy takes, and which is fastest within a budget of bytes.",
        discussion: """
            Bytes and steps follow from dimensions alone and are exact: those of 'unroll train', what the optimiser keeps \
            included. Seconds are those of a training step, from prices \
            of a step forward, recorded, backward, saved and restored, measured once for a network in some seconds and kept \
            under ~/.cache/unroll (XDG_CACHE_HOME), with an interval that 9 of 10 times are in. Relative time is to full unrolling, whether that fits or not.

            With a budget each strategy has the fastest parameter that fits, or the smallest where none fits. The best is \
            the fastest with the exact gradient; without prices, the one with the fewest forward steps. Of those within \
            \(Int(Plan.tolerance * 100)) % of it the simplest is recommended, the first of \(PlanCommand.simplest). Where \
            none fits, the exit code is 1.

              unroll plan --cell lstm --layers 2 --hidden 512 --length 10000 --budget 256MiB
              unroll plan --length 1000 --offline
              unroll plan --length 1000 --budget 16MiB --max-length
              unroll plan --check results
              unroll plan --grid 200 --seed 1

            '--max-gradient-error' lets records and saved states wait in fewer bits where the gradient stays as near to native's: \
            how far each format is off is measured, on the first \(FormatSurvey.steps) steps of this network. '--verify' makes \
            the best plan's training step at the full length, and says what its bytes and its gradient's error are.

              unroll plan --hidden 256 --length 2000 --budget 96MiB --max-gradient-error 0.02 --verify
            """)

    /// From the simplest on.
    private static let simplest = Strategy.words { $0 is any PlannableFamily.Type }.joined(separator: ", ")

    enum Format: String, CaseIterable, ExpressibleByArgument { case table, json, csv }

    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup var training: OptimizerOptions
    @Option(
        help: ArgumentHelp("What all tensors together may take, such as 256MiB.", valueName: "bytes"),
        transform: byteBudget)
    var budget: Bytes?
    @Flag(help: "The longest sequence and the largest batch in the budget, strategy by strategy.") var maxLength = false
    @Option(
        help: ArgumentHelp("Only this strategy, with these parameters; may be given again.", valueName: "strategy"),
        transform: { try Strategy($0) })
    var strategy: [Strategy] = []
    @Flag(help: "A truncated gradient may be the best.") var inexact = false
    @Option(
        help: ArgumentHelp(
            "Records and saved states may be in fewer bits where the gradient's relative error is at most this.",
            valueName: "error"),
        transform: decimalNumber)
    var maxGradientError: Double?
    @Flag(help: "Make a training step by the best plan: its bytes, and how far its gradient is off.") var verify = false
    @Flag(help: "The stream does not end: nothing may grow with its length or wait for its end.") var endless = false
    @Option(
        help: ArgumentHelp("States may go to this directory, with strategy \(onDisk).", valueName: "dir"),
        transform: pathArgument)
    var disk: String?
    @Flag(help: "Measure no times: bytes and steps, no seconds.") var offline = false
    @Flag(help: "Measure prices again.") var recalibrate = false
    @Option(
        help: ArgumentHelp(
            "Hold these results against predictions, each trial's from the others of its network.", valueName: "results"
        ), transform: pathArgument)
    var check: String?
    @Option(
        help: ArgumentHelp(
            "Hold predictions against this many random trials of random networks, which '--seed' says, timed now; some "
                + "\(PlanCommand.networkSeconds) s for each \(UnseenTrials.ofEach).", valueName: "number"),
        transform: wholeNumber)
    var grid: Int?
    @Flag(help: "With '--check' or '--grid': a line a trial, and not one a strategy.") var each = false
    @Flag(
        name: .customLong("mix-builds"), help: "With '--check': predict from rows of other builds and machines too.")
    var mixesBuilds = false
    @Option(help: "How to show it.") var format: Format = .table
    @OptionGroup var options: TableOptions

    func validate() throws {
        guard !mixesBuilds || check != nil else {
            throw ValidationError("'--mix-builds' is of results: it goes with '--check'")
        }
        guard check == nil || grid == nil else {
            throw ValidationError("'--check' is of results, '--grid' of trials that are timed: one of them")
        }
        if let grid, !(1...PlanCommand.largestGrid ~= grid) {
            throw ValidationError("'--grid' is \(grid); allowed: from 1 to \(PlanCommand.largestGrid)")
        }
        guard grid == nil || !offline else { throw ValidationError("'--offline' measures nothing, '--grid' does") }
        guard !each || holds else {
            throw ValidationError("'--each' is of predictions that are held against times: see '--check' and '--grid'")
        }
        try options.expect(
            among: holds
                ? (each ? PlanTables.eachColumns : PlanTables.accuracyColumns)
                : maxLength ? PlanTables.limitsColumns : PlanTables.columns(choosesFormats: maxGradientError != nil))
        try validateErrors()
        guard !maxLength || budget != nil else { throw ValidationError("'--max-length' needs '--budget BYTES'") }
        guard !offline || !recalibrate else {
            throw ValidationError("'--offline' measures no times, '--recalibrate' does")
        }
        guard !maxLength || strategy.isEmpty else {
            throw ValidationError(
                "'--max-length' is of every strategy with its smallest parameters; leave '--strategy' out")
        }
        try StrategyOption.expectDifferent(strategy)
        for strategy in strategy where strategy.usesDisk && disk == nil {
            throw ValidationError("strategy '\(strategy)' keeps states on disk: say where with '--disk DIR'")
        }
        let isBidirectional = try trial().bidirectional
        for strategy in strategy where isBidirectional && strategy.cutsAdjoint {
            throw ValidationError(TrialError.cutsBothWays(strategy).description)
        }
        let shape = try trial().shape
        for strategy in strategy {
            guard let refusal = shape.refusal(of: strategy) else { continue }
            throw ValidationError(TrialError.refused(strategy, refusal).description)
        }
    }

    /// Whether predictions are held against times.
    private var holds: Bool { check != nil || grid != nil }
    private static let largestGrid = 10_000
    private static let networkSeconds = 12

    /// A training by the optimiser, which is what is planned: the network, whose strategy does not matter.
    func trial() throws -> Trial {
        // Of the strategies that are asked for, one that trains; one whose bytes are too few has a row that says so.
        let asked =
            strategy.first { $0.isPlannable && !$0.traits.contains(.keepsToBytes) }
            ?? (model.texts[.states] == Trial.usual[.states] ? .full : .bisection)
        var trial = try model.trial(asked, training.texts)
        if trial.variant == .plain { trial.updates = 1 }
        return trial
    }

    func run() throws {
        if let check { return try hold(check) }
        if let grid { return try hold(UnseenTrials(count: grid, seed: trial().seed)) }
        let trial = try trial()
        if maxLength, let budget {
            return try show(SizeLimits(trial, budget: budget, disk: disk != nil), of: trial)
        }
        // One, which says once that it times.
        let printer = EventPrinter(.usual)
        let prices = offline ? nil : try prices(of: trial, printer)
        let allowed = Plan.Options(inexact: inexact, disk: disk != nil, endless: endless)
        let setting = Setting(trial)
        let plan: Plan
        if let budget, let maxGradientError {
            plan = try self.plan(budget, of: trial, within: maxGradientError, prices: prices, allowed, printer)
        } else if let budget, strategy.isEmpty {
            plan = Plan(budget: budget, setting: setting, prices: prices, options: allowed)
        } else {
            let strategies = strategy.isEmpty ? Plan.survey(setting) : strategy
            plan = Plan(strategies, budget: budget, setting: setting, prices: prices, options: allowed)
        }
        switch format {
        case .csv:
            try options.show(PlanTables.rows(plan, of: trial, choosesFormats: maxGradientError != nil), as: .csv)
        case .json: print(try PlanTables.json(plan, options, choosesFormats: maxGradientError != nil), terminator: "")
        case .table: try show(plan, of: trial)
        }
        if plan.budget != nil, plan.best == nil { throw ExitCode(Exit.failed) }
        if verify, let best = plan.best { try verify(best, of: trial) }
    }

    /// The prices that are kept, or measured now; nil where the network has no room on this machine.
    func prices(of trial: Trial, _ printer: EventPrinter) throws -> CostModel? {
        let calibration = try Calibration(of: trial, disk: disk, program: trialProgram())
        if !recalibrate, let kept = calibration.kept { return kept }
        return try timing(printer) { try calibration.measure(children: $0, report: $1) }
    }

    /// What times trials; they end with it, however it ends.
    func timing<Answer>(_ printer: EventPrinter, _ body: (Children, (Event) -> Void) throws -> Answer) throws -> Answer
    {
        let children = Children()
        return try InterruptionGuard.during(children) { try body(children, printer.show) }
    }

    private func show(_ limits: SizeLimits, of trial: Trial) throws {
        try options.show(PlanTables.limits(limits), as: format.rendering)
        guard format == .table else { return }
        print()
        for line in PlanTables.legend(limits) { Terminal.show(line) }
        if trial.bidirectional { Terminal.show(PlanCommand.noCuts) }
        if disk == nil { Terminal.show("\(PlanCommand.onDisk): keeps states on disk, where '--disk DIR' says") }
    }

    private func show(_ plan: Plan, of trial: Trial) throws {
        let hidden = [Factor.strategy, .seed, .updates].map { $0.rawValue + "=" }
        let words = trial.words.filter { word in !hidden.contains { word.hasPrefix($0) } }
        Terminal.show(words.joined(separator: " ") + "\n")
        try options.show(PlanTables.rows(plan, of: trial, choosesFormats: maxGradientError != nil), as: .table)
        print()
        for row in plan.rows { if let reason = row.infeasibility { Terminal.show("\(row.strategy.name): \(reason)") } }
        if trial.bidirectional, strategy.isEmpty { Terminal.show(PlanCommand.noCuts) }
        Terminal.show(PlanTables.legend(plan))
        if let interval = PlanTables.interval(plan) { Terminal.show(interval) }
        func shown(_ row: Plan.Row) -> String {
            var own = row.bits.applied(to: trial)
            own.strategy = row.strategy
            return own.strategyAsChosen + row.bits.flags
        }
        if let budget = plan.budget {
            if let best = plan.best, let fastest = plan.fastest {
                let left = Bytes(budget.count - best.peakBytes)
                let others =
                    best.strategy == fastest.strategy && best.bits == fastest.bits
                    ? ""
                    : "; the simplest within \(Int(Plan.tolerance * 100)) % of the fastest, \(shown(fastest))"
                Terminal.show(
                    "best: \(shown(best)), \(Bytes(best.peakBytes)) of \(budget), \(left) to spare\(others)")
                if endless { Terminal.show(PlanCommand.whyNoEnd(best.isExact)) }
            } else if let smallest = plan.smallest, let short = plan.shortBy {
                Terminal.show(
                    "nothing fits in \(budget): the smallest, \(shown(smallest)), needs \(counted(short, "byte")) more"
                )
                if let cut = plan.fittingCut {
                    Terminal.show(
                        "\(shown(cut)) fits, in \(Bytes(cut.peakBytes)), with a gradient that a window cuts off: see '--inexact'"
                    )
                }
            } else {
                Terminal.show("none of these strategies may be the best: see '--inexact'")
            }
        } else {
            Terminal.show("this machine has \(Host.memory)")
        }
    }

    /// Why the best of an endless stream is that.
    private static func whyNoEnd(_ isExact: Bool) -> String {
        isExact
            ? "of a stream without an end: its gradient is exact at every step and waits for no end, and its bytes do not grow"
            : "of a stream without an end: its bytes do not grow, and its gradient sees no further back than a window"
    }

    /// What is left out with two directions.
    private static let noCuts =
        Strategy.words { $0 is any PlannableFamily.Type && $0.traits.contains(.cutsAdjoint) }.joined(separator: ", ")
        + ": not defined for bidirectional layers: \(TrialError.whyNoCut)"

    /// What keeps states on disk.
    private static let onDisk = Strategy.words { $0.traits.contains(.usesDisk) }.joined(separator: ", ")
}

extension PlanCommand.Format {
    var rendering: Table.Rendering {
        switch self {
        case .table: .table
        case .json: .json
        case .csv: .csv
        }
    }
}
