import Experiments
import Files
import Quantities
import Reports
import Runner
import Schedules
import Trials

/// Trains in processes of their own, an update each in turn, so that what drifts in the machine meanwhile hits all alike.
final class Training {
    private let program: TrialProgram
    private let children: Children
    private let stop: Stop
    private let goal: Goal?
    private let checkpoint: HandedOutput?
    private let every: Int?
    private let resume: String?
    private let disk: String?
    private let progress: TrainingProgress
    /// The file of the learning curve, which all trainings share.
    private var curve: LearningCurve?

    /// What came of every training, in the order in which they began.
    private(set) var lines: [TrainingComparison.Line] = []
    /// What the plot shows of them.
    private(set) var curves: [(strategy: Strategy, losses: [(update: Int, loss: Double)])] = []

    init(
        program: TrialProgram, children: Children, stop: Stop, goal: Goal?, checkpoint: HandedOutput?, every: Int?,
        resume: String?, disk: String?, progress: TrainingProgress
    ) {
        self.program = program
        self.children = children
        self.stop = stop
        self.goal = goal
        self.checkpoint = checkpoint
        self.every = every
        self.resume = resume
        self.disk = disk
        self.progress = progress
    }

    /// Updates made so far, for the farewell.
    var made: String {
        let counts = lines.map { "update \($0.updates) of '\($0.row.trial.strategy)'" }
        return counts.isEmpty ? "no update" : counts.joined(separator: ", ")
    }

    /// One training in its process.
    private final class Run {
        let trial: Trial
        let process: TrialProcess
        let peakBytes: Int?
        /// Updates made, those before the checkpoint included, and those made here.
        var updates: Int
        var timed = 0
        var failure: TrialFailure?
        var isDone: Bool
        var losses = Thinned()

        init(_ trial: Trial, process: TrialProcess, updates: Int, peakBytes: Int?) {
            self.trial = trial
            self.process = process
            self.updates = updates
            self.peakBytes = peakBytes
            isDone = updates >= trial.updates
        }
    }

    /// Trains these side by side.
    ///
    /// - Parameter file: of the learning curve; nil for none.
    /// - Throws: ``TrialFailure`` when one does not begin, or ends with an error that is the command's own;
    ///   ``ResultsError``, ``SpawnError``.
    func run(_ trials: [Trial], curve file: String?) throws {
        var runs: [Run] = []
        for trial in trials where !stop.isAsked { runs.append(try begin(trial)) }
        if let file, curve == nil, let first = runs.first {
            curve =
                try resume == nil
                ? LearningCurve(file: file) : LearningCurve(file: file, goingOn: first.trial, at: first.updates)
            if let warning = curve?.warning { complain("unroll: \(warning)\n") }
        }
        while !stop.isAsked, runs.contains(where: { !$0.isDone }) {
            for run in runs where !run.isDone && !stop.isAsked { try update(run) }
        }
        for run in runs { try end(run) }
        progress.end()
    }

    private func begin(_ trial: Trial) throws -> Run {
        progress.prepare(trial)
        let process = try program.train(
            trial, checkpoint: checkpoint, resume: resume, disk: disk, children: children)
        try process.waitUntilReady(within: nil)
        let updates = try process.ask("position", for: "position", within: nil) { line in
            Int(decimal: line).flatMap { (0...Trial.largestUpdates).contains($0) ? $0 : nil }
        }
        if resume != nil {
            let adjustments = try process.ask(
                "adjustments", for: "adjustments", within: nil, read: Training.adjustments)
            progress.resume(trial, at: updates, adjustments)
        }
        let figures = try process.ask("figures", for: "figures", within: nil) { Measurement(line: $0) }
        progress.begin(updates: updates)
        var peak: Int?
        if case .integer(let bytes) = figures[.peakBytes] { peak = bytes }
        return Run(trial, process: process, updates: updates, peakBytes: peak)
    }

    /// Factors that were others before a checkpoint, as they were there; nil where the line says no such.
    private static func adjustments(_ line: String) -> [(factor: Factor, before: String)]? {
        let words = line.split(separator: " ").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        let adjustments = words.compactMap { sides -> (factor: Factor, before: String)? in
            guard sides.count == 2, let factor = Factor(rawValue: sides[0]) else { return nil }
            return (factor, sides[1])
        }
        return adjustments.count == words.count ? adjustments : nil
    }

    private func update(_ run: Run) throws {
        let update: TrainingUpdate
        do throws(TrialFailure) {
            update = try run.process.ask("update", for: "update", within: nil) { TrainingUpdate(line: $0) }
        } catch {
            run.isDone = true
            run.failure = error
            progress.fail(run.trial, error)
            return
        }
        run.updates += 1
        run.timed += 1
        run.losses.append(update.recentLoss)
        try curve?.append(update, of: run.trial, peakBytes: run.peakBytes)
        let isReached = goal?.isReached(by: update) ?? false
        run.isDone = isReached || run.updates >= run.trial.updates
        progress.show(run.trial, update, isLast: isReached)
        if let every, run.updates % every == 0, !run.isDone { try save(run) }
    }

    private func save(_ run: Run) throws {
        _ = try run.process.ask("save", for: "checkpoint", within: nil) { $0 == "saved" ? true : nil }
    }

    private func end(_ run: Run) throws {
        var row = Row(experiment: "train", trial: run.trial, repetition: 1, status: .ok)
        if let failure = run.failure {
            row.status = failure.status
            row.message = failure.message
        } else {
            if checkpoint != nil { try save(run) }
            row.measurement = try run.process.ask("figures", for: "figures", within: nil) { Measurement(line: $0) }
            try run.process.finish()
        }
        lines.append(TrainingComparison.Line(row, updates: run.updates, timed: run.timed))
        let before = run.updates - run.timed
        curves.append((run.trial.strategy, run.losses.values.map { (before + $0.place, $0.value) }))
    }
}

/// A long row of values, thinned out evenly to what a picture can show.
struct Thinned {
    private(set) var values: [(place: Int, value: Double)] = []
    private var count = 0
    private var step = 1
    private static let most = 1000

    mutating func append(_ value: Double) {
        if count % step == 0 { values.append((count, value)) }
        count += 1
        guard values.count > Thinned.most else { return }
        step *= 2
        values.removeAll { $0.place % step != 0 }
    }
}
