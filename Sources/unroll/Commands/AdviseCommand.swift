import ArgumentParser
import Experiments
import Files
import Foundation
import Planning
import Quantities
import Reports
import Runner
import Schedules
import Shapes
import Trials

struct AdviseCommand: TablePrinting {
    static let tables = [
        ColumnList("Columns of windows", AdviceTables.windowColumns),
        ColumnList("Columns of exact strategies", AdviceTables.exactColumns),
        ColumnList("Columns of lags", AdviceTables.lagColumns),
        ColumnList("Columns of several files of weights", AdviceTables.weightsColumns),
    ]

    static let configuration = CommandConfiguration(
        commandName: "advise",
        abstract: "How far back a network must look: what each window costs in the gradient, in bytes and in time.",
        discussion: """
            Batches of the task are gone over with the parameters as they are, none of which changes. Of each, the exact \
            gradient and those of truncations are computed, and how strongly the loss of a step is felt at the states before \
            it. A window of K steps is measured as BPTT(2K; K), where every loss is felt over K steps, and as chunks of K, \
            where only the last loss of each is. Beside the error stands the bound that Aicher, Foti & Fox (2019) derive from \
            how fast gradients fall.

            One strategy is recommended: without a budget the truncation with the fewest bytes whose error is small enough; \
            within a budget the fastest that fits, exact or not. An error is small enough when the upper end of its interval \
            over the batches is. Where nothing fits, the exit code is 1. Of several files of weights, such as checkpoints of \
            one training, a table shows how the window that is needed moves, and the last one is shown in full.

              unroll advise --task copy:delay=20 --length 200 --offline
              unroll advise --task copy:delay=20 --weights early.st --weights late.st
              unroll advise --weights net.safetensors --data mine.safetensors --budget 2GiB
              unroll advise --task adding --length 1000 --max-gradient-error 0.01 --budget 64MiB
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument { case table, json }

    @OptionGroup(title: "Model") var model: AdviceOptions
    @OptionGroup var training: OptimizerOptions
    @Option(
        help: ArgumentHelp(
            "\(Factor.weights.definition.help) Given again, another of the same network.", valueName: "weights"),
        transform: { try Factor.weights.spelling(of: pathArgument($0)) })
    var weights: [String] = []
    @Option(
        help: ArgumentHelp("The largest error of a gradient, over its size (default: 0.05).", valueName: "error"),
        transform: decimalNumber)
    var maxGradientError = 0.05
    @Option(
        help: ArgumentHelp("What all tensors together may take, such as 256MiB.", valueName: "bytes"),
        transform: byteBudget)
    var budget: Bytes?
    @Option(
        help: ArgumentHelp(
            "Windows to measure, such as 5,10,20; 2, 3, 4, 6, 8, 12, … up to \(AdviseCommand.usualMost) where not given.",
            valueName: "steps,…"),
        transform: { try WindowList($0) })
    var windows: WindowList?
    @Option(
        help: "Batches to go over; of a file of sequences, each once at most.".withDefault(10), transform: wholeNumber)
    var batches = 10
    @Flag(help: "Time nothing: bytes and steps, no seconds.") var offline = false
    @Option(
        help: ArgumentHelp("Draw lags and errors as SVG; needs gnuplot.", valueName: "file"), transform: pathArgument)
    var plot: String?
    @Option(help: "How to show it.") var format: Format = .table
    @OptionGroup var volume: Volume

    private static let usualMost = 128

    func validate() throws {
        guard maxGradientError > 0 else {
            throw ValidationError("'max-gradient-error' is '\(maxGradientError)'; allowed: a number above 0")
        }
        guard (1...AdviseCommand.mostBatches).contains(batches) else {
            throw ValidationError(
                "'batches' is '\(batches)'; allowed: a whole number from 1 to \(AdviseCommand.mostBatches)")
        }
        let trial = try trials()[0].trial
        guard !trial.bidirectional else {
            throw ValidationError(TrialError.cutsBothWays(.truncated(window: 2, stride: 2)).description)
        }
        if let long = windows?.values.first(where: { $0 >= trial.length }) {
            throw ValidationError(
                "'windows' has \(long), and the length is \(trial.length); allowed: whole numbers from 1 to \(trial.length - 1)"
            )
        }
        guard trial.length > 2 else {
            throw ValidationError("'length' is \(trial.length); allowed: at least 3, to have a window")
        }
    }

    private static let mostBatches = 10_000

    /// The network with each file's parameters: a training by the optimiser, whose bytes are reported; it changes nothing here.
    ///
    /// - Throws: `ExitCode`, having said so, where the files are not of one network.
    private func trials() throws -> [(weights: String, trial: Trial)] {
        guard let first = weights.first else { return [("", try model.trial(.full, training.texts))] }
        let trials = try weights.map { file in
            (weights: file, trial: try model.trial(.full, training.texts.merging([.weights: file]) { $1 }))
        }
        for (file, trial) in trials {
            let other = Factor.allCases.first { $0 != .weights && trial[$0] != trials[0].trial[$0] }
            guard let other else { continue }
            throw fail(
                "'\(other.rawValue)' is '\(trials[0].trial[other])' with '\(first)' and '\(trial[other])' with '\(file)'; "
                    + "allowed: weights of one network", code: Exit.badFile)
        }
        return trials
    }

    func run() throws {
        try expectWritable([plot])
        let gnuplot = try Gnuplot.find(for: plot)
        let files = try trials()
        let trials = try reporting { try files.map(\.trial).readingContents() }
        let trial = trials[0]
        let children = Children()
        let stop = Stop()
        let isQuiet = volume.quiet
        var advices: [(weights: String, advice: Advice)] = []
        var asked = batches
        try InterruptionGuard.during(
            children,
            first: {
                stop.ask()
                if !isQuiet { writeError("\nunroll: ends after this batch; once more ends at once\n") }
            }
        ) {
            let prices = offline ? nil : try self.prices(of: trial, children)
            if !isQuiet {
                noteWorkers([trial.threads])
                try noteWeights(trials)
            }
            for (file, trial) in zip(files, trials) where !stop.isAsked || advices.isEmpty {
                let found = try survey(trial, children, stop)
                if found.asked < asked, !isQuiet { noteBatches(found.asked, of: trial) }
                asked = found.asked
                let advice = Advice(
                    found.batches, summary: found.summary, windows: found.windows, of: planned(trial),
                    limit: maxGradientError, budget: budget, prices: prices)
                advices.append((file.weights, advice))
            }
        }
        let advice = advices[advices.count - 1].advice
        switch format {
        case .json: print(AdviceTables.json(advices, limit: maxGradientError, budget: budget), terminator: "")
        case .table:
            try show(advice, of: trials[advices.count - 1], asked: asked)
            if advices.count > 1 {
                print()
                print(AdviceTables.weights(advices).plainText(within: Terminal.outputColumns), terminator: "")
            }
        }
        if let plot, let gnuplot { try draw(advice, of: trials[advices.count - 1], to: plot, by: gnuplot) }
        if stop.isAsked {
            writeError("unroll: interrupted after \(advice.batches) of \(asked) batches\n")
            throw ExitCode(InterruptionGuard.exitCode)
        }
        if advice.recommendation == nil { throw ExitCode(Exit.failed) }
    }

    /// What the batches say, as many as there were before an interruption of those that are asked for: a sequence that came twice would
    /// say nothing new, and intervals over batches would be too narrow.
    private func survey(
        _ trial: Trial, _ children: Children, _ stop: Stop
    ) throws -> (asked: Int, windows: [Int], batches: [WindowSurvey.Batch], summary: WindowSurvey.Summary?) {
        let windows =
            self.windows?.values ?? WindowSurvey.windows(upTo: min(AdviseCommand.usualMost, trial.length - 1))
        let process = try trialProgram().survey(trial, windows: windows, children: children)
        try process.waitUntilReady(within: nil)
        let pass = try process.ask("pass", for: "pass", within: nil) { line in
            line.hasPrefix("batches=") ? Int(decimal: line.dropFirst("batches=".count)) : nil
        }
        let batches = pass > 0 ? min(pass, self.batches) : self.batches
        var found: [WindowSurvey.Batch] = []
        let isShown = volume.verbosity == .usual
        defer { if isShown { StatusLine.clear() } }
        while found.count < batches, !stop.isAsked {
            if isShown { StatusLine.show("batch \(found.count + 1) of \(batches)") }
            let batch = try process.ask("batch", for: "batch", within: nil) {
                WindowSurvey.Batch(line: $0, windows: windows.count)
            }
            if volume.verbosity == .verbose {
                Log.write("batch", [("batch", "\(found.count)"), ("loss", "\(batch.loss)")])
            }
            found.append(batch)
        }
        let summary =
            found.count < 2
            ? nil
            : try process.ask("summary", for: "summary", within: nil) {
                WindowSurvey.Summary(line: $0, windows: windows.count)
            }
        try process.finish()
        return (batches, windows, found, summary)
    }

    /// Says that a file has fewer batches than are asked for.
    private func noteBatches(_ there: Int, of trial: Trial) {
        writeError(
            "unroll: '\(trial.task.definition.file ?? "")' has \(there == 1 ? "1 batch" : "\(there) batches") of \(trial.batch) sequences "
                + "and \(trial.length) steps, and 'batches' is \(batches): each is gone over once\n")
    }

    /// The prices that are kept, or measured now; nil where the network has no room on this machine.
    private func prices(of trial: Trial, _ children: Children) throws -> CostModel? {
        let calibration = try Calibration(of: trial, disk: nil, program: trialProgram())
        return try calibration.kept
            ?? calibration.measure(children: children, report: EventPrinter(volume.verbosity).show)
    }

    /// As it trains, which takes what the optimiser keeps as well.
    private func planned(_ trial: Trial) -> Trial {
        var training = trial
        if training.variant == .plain { training.updates = 1 }
        return training
    }

    private func show(_ advice: Advice, of trial: Trial, asked: Int) throws {
        let hidden = [Factor.strategy, .updates].map { $0.rawValue + "=" }
        Terminal.show(
            trial.words.filter { word in !hidden.contains { word.hasPrefix($0) } }.joined(separator: " ") + "\n")
        if let profile = advice.profile {
            Terminal.show("How strongly the loss of a step is felt k steps before:")
            print(AdviceTables.lags(profile, isWhole: false).plainText(within: Terminal.outputColumns), terminator: "")
            print()
        } else {
            Terminal.show("The loss of task '\(trial.task)' is of whole sequences: no lags, and no bound.\n")
        }
        Terminal.show("Truncated gradients against the exact one, \(advice.batches) of \(asked) batches:")
        print(AdviceTables.windows(advice).plainText(within: Terminal.outputColumns), terminator: "")
        if let noise = advice.exactNoise {
            Terminal.show(
                "noise of the exact gradient of one batch: \(String(format: "%.2f", noise)) of the mean's size")
        }
        Terminal.show("\nThe exact gradient:")
        print(AdviceTables.exact(advice).plainText(within: Terminal.outputColumns), terminator: "")
        print()
        if let recommendation = advice.recommendation {
            Terminal.show(recommendation.sentence)
        } else if let smallest = advice.smallest, let budget, advice.batches > 0 {
            let short = counted(smallest.peakBytes - budget.count, "byte")
            Terminal.show(
                "nothing fits in \(budget): the smallest that is good enough, \(smallest.strategy), needs \(short) more"
            )
        } else {
            Terminal.show("no gradient to compare with: the exact one is 0 in every batch")
        }
    }

    private func draw(_ advice: Advice, of trial: Trial, to path: String, by gnuplot: Gnuplot) throws {
        guard let profile = advice.profile else { throw fail("no picture: no lags to draw", code: Exit.failed) }
        func curve(_ kind: WindowSurvey.Kind, _ title: String) -> (title: String, isBound: Bool, marks: [Plot.Mark]) {
            let marks = advice.lines.filter { $0.kind == kind }.compactMap { line -> Plot.Mark? in
                line.errors.median.map { median in
                    let interval = line.errors.medianInterval()
                    return Plot.Mark(x: Double(line.window), y: median, low: interval?.low, high: interval?.high)
                }
            }
            return (title, false, marks)
        }
        let bounds = advice.lines.compactMap { line in line.bound.map { Plot.Mark(x: Double(line.window), y: $0) } }
        let picture = Plot.lags(
            profile,
            curves: [
                curve(.every, "every loss over K steps"), curve(.chunks, "chunks of K steps"),
                ("Aicher's bound", true, bounds),
            ], limit: maxGradientError,
            network: "\(trial[.cell]), T = \(trial.length), H = \(trial.hidden), B = \(trial.batch)")
        guard let picture else { throw fail("no picture: no loss is felt at any state before", code: Exit.failed) }
        try gnuplot.draw(picture, to: path)
    }
}

/// Windows on the command line, in rising order.
struct WindowList {
    let values: [Int]

    init(_ text: String) throws {
        let texts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = texts.compactMap { Int(decimal: $0) }
        guard numbers.count == texts.count, numbers.allSatisfy({ $0 >= 1 }), Set(numbers).count == numbers.count else {
            throw ValidationError("allowed: whole numbers from 1, each once, such as 5,10,20")
        }
        values = numbers.sorted()
    }
}
