import ArgumentParser
import Experiments
import Files
import Foundation
import Quantities
import Reports
import Runner
import Schedules
import Shapes
import Trials

struct TrainCommand: TablePrinting {
    static let tables = [ColumnList("Columns", TrainingComparison.possibleColumns)]

    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains one network under one strategy or several: memory, time and what is learned.",
        discussion: """
            Every update is a training step, then the optimiser. A task that draws its data shows no sequence twice: loss and \
            quality are of data the parameters have not been trained on. A text continues from update to update, and so does \
            the network's state. Several strategies train side by side, an update each in turn. Bits depend on the seed alone: \
            all strategies but truncated give the gradient of full bit for bit, and have its curve to the last digit.

              unroll train --task adding --strategy full --updates 2000 --until 'loss<0.01'
              unroll train --task reber --strategy full --strategy segmented \\
                --updates 500 --output curve.csv --plot curve.svg
              unroll train --task text:file=book.txt --input 256 --strategy \\
                truncated:window=64 --updates 900 --checkpoint a.st --every 100
              unroll train --task adding --strategy full --updates 900 --resume a.st

            The learning curve is CSV, a row an update, written as it lands; at the end a table holds the strategies side by \
            side. Loss and quality there are means over the last tenth of the updates; times are compared by the update; a \
            step is a time step of the whole batch. Ctrl-C ends the training after its update, and writes the checkpoint that \
            was asked for.
            """)

    @Option(
        name: .customLong("strategy"),
        help: ArgumentHelp(
            "How far to unroll and what to keep; given again, another to train with it. 'unroll measure --help' lists them.",
            valueName: "strategy"), transform: { try Strategy($0) })
    var strategies: [Strategy]
    @Option(help: ArgumentHelp(stringLiteral: Factor.updates.definition.help), transform: wholeNumber) var updates: Int
    @Option(
        help: ArgumentHelp(
            "End sooner when the mean of the last \(TrainingUpdate.recent) updates is there: loss<0.01, quality>0.95.",
            valueName: "goal"),
        transform: { text in
            guard let goal = Goal(text) else { throw ValidationError("\(Goal.found(text))allowed: \(Goal.allowed)") }
            return goal
        })
    var until: Goal?
    @OptionGroup var training: TrainingOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @Option(help: ArgumentHelp("Write the learning curve as CSV.", valueName: "file"), transform: pathArgument)
    var output: String?
    @Option(help: ArgumentHelp("Draw it as SVG; needs gnuplot.", valueName: "file"), transform: pathArgument) var plot:
        String?
    @Option(
        help: ArgumentHelp(
            "Write a checkpoint at the end, and when interrupted: safetensors with PyTorch's names. One strategy only.",
            valueName: "file"), transform: pathArgument)
    var checkpoint: String?
    @Option(
        help: ArgumentHelp("Write it after every N updates as well.", valueName: "updates"),
        transform: wholeNumber) var every: Int?
    @Option(
        help: ArgumentHelp(
            """
            Continue from a checkpoint as if the training had never stopped; rows of the curve from there on are replaced. \
            Learning rate, clip, updates, threads and the files may be others; so may the strategy where it makes the same \
            updates to the last bit, as all but truncated do. What else differs is refused.
            """,
            valueName: "file"), transform: pathArgument)
    var resume: String?
    @Option(
        help: ArgumentHelp("Where states on disk go, for strategy multistage.", valueName: "dir"),
        transform: pathArgument)
    var disk: String?
    @Option(help: "How to show the table.") var format: Table.Rendering = .table
    @OptionGroup var options: TableOptions
    @OptionGroup var volume: Volume

    func validate() throws {
        guard (1...Trial.largestUpdates).contains(updates) else {
            throw ValidationError(
                "'updates' is '\(updates)'; allowed: a whole number from 1 to \(Trial.largestUpdates)")
        }
        if let every, every < 1 {
            throw ValidationError("'every' is '\(every)'; allowed: a whole number from 1")
        }
        guard every == nil || checkpoint != nil else {
            throw ValidationError("'--every' needs '--checkpoint', the file that is written")
        }
        let trials = try trials()
        try options.expect(among: TrainingComparison.possibleColumns)
        try StrategyOption.expectDifferent(strategies)
        for (option, value) in [("--checkpoint", checkpoint), ("--resume", resume)]
        where value != nil && trials.count > 1 {
            throw ValidationError("'\(option)' is of one training; give one strategy")
        }
        if until?.subject == .quality, let task = trials.first?.task, task.quality == nil {
            throw ValidationError("task '\(task)' has no quality to be judged by")
        }
        let usesDisk = strategies.first(where: \.usesDisk)
        if let usesDisk, disk == nil {
            throw ValidationError("strategy '\(usesDisk)' keeps states on disk: say where with '--disk DIR'")
        }
        if usesDisk == nil, disk != nil {
            throw ValidationError("no strategy here keeps anything on disk; leave '--disk' out")
        }
    }

    private func trials() throws -> [Trial] {
        try strategies.map { strategy in
            try model.trial(strategy, training.texts.merging([.updates: String(updates)]) { $1 })
        }
    }

    func run() throws {
        var trials = try trials()
        try expectWritable([output, plot])
        try expectWritable(directory: disk)
        let kept = try checkpoint.map { path in try writing(path) { try HandedOutput(path) } }
        let gnuplot = try Gnuplot.find(for: plot)
        trials = try reporting { try trials.readingContents() }
        let parts = Sweep.parts(
            try trials.map { ($0, try peak(of: $0)) }, within: Bytes(Host.memoryBytes / 2))

        if !volume.quiet {
            noteWorkers(trials.map(\.threads))
            try noteWeights(trials)
        }
        let children = Children()
        let stop = Stop()
        let isQuiet = volume.quiet
        var runner = TrainingRunner(
            try trialProgram(), children: children, stop: stop, goal: until, checkpoint: kept, every: every,
            resume: resume, disk: disk, curve: output)
        let printer = EventPrinter(
            volume.verbosity, name: "\(trials[0].task)",
            training: TrainingProgress(updates: updates, trainings: trials.count))
        try InterruptionGuard.during(
            children,
            first: {
                stop.ask()
                if !isQuiet { writeError("\nunroll: ends after this update; once more ends at once\n") }
            }
        ) {
            for part in parts where !stop.isAsked { try runner.run(part, report: printer.show) }
        }
        let outcomes = runner.outcomes
        var drawings: [Rendering] = []
        if let plot, let gnuplot {
            drawings = try gnuplot.draw(
                [Plot.learning(outcomes.map { ($0.row.trial.strategy, $0.losses) }, trial: trials[0])].compactMap(
                    \.self))
            for case .rendered(let picture) in drawings {
                try writing(plot) { try OutputFile.write(picture.svg, to: plot) }
            }
        }
        guard !stop.isAsked else {
            let kept = output.map { "; what was trained is in \($0)" } ?? ""
            let again = checkpoint.map { ". '--resume \($0)' continues" } ?? ""
            let made = outcomes.map { "update \($0.updates) of '\($0.row.trial.strategy)'" }
            let all = made.isEmpty ? "no update" : made.joined(separator: ", ")
            writeError("unroll: interrupted after \(all)\(kept)\(again)\n")
            throw ExitCode(InterruptionGuard.exitCode)
        }
        if format == .table {
            Terminal.show(trials[0].words.filter { !$0.hasPrefix("strategy=") }.joined(separator: " ") + "\n")
        }
        try options.show(
            TrainingComparison(outcomes.map { .init($0.row, updates: $0.updates, timed: $0.timed) }).table, as: format,
            of: TrainingComparison.possibleColumns)
        try drawings.expectAll()
        if outcomes.contains(where: { $0.row.status != .ok }) { throw ExitCode(Exit.failed) }
    }

    private func peak(of trial: Trial) throws -> Bytes {
        guard let peak = trial.predictedPeak, peak <= Bytes(Host.memoryBytes) else {
            let predicted = trial.predictedPeak.map { "predicted peak \($0)" } ?? "predicted peak, beyond counting,"
            throw fail(
                "\(predicted) of '\(trial.strategy)' exceeds this machine's memory, \(Host.memory); "
                    + "nothing started", code: Exit.failed)
        }
        return peak
    }
}
