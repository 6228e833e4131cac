import Experiments
package import Files
import Quantities
package import Trials

/// Trains in separate processes, an update each in turn, so that what drifts in the machine meanwhile hits all alike.
package struct TrainingRunner {
    private let program: TrialProgram
    private let children: Children
    private let stop: Stop
    private let goal: Goal?
    private let checkpoint: HandedOutput?
    private let every: Int?
    private let resume: String?
    private let disk: String?
    private let curveFile: String?
    /// The file of the learning curve, which all trainings share.
    private var curve: LearningCurve?

    /// What came of every training, in the order in which they began.
    package private(set) var outcomes: [Outcome] = []

    /// What came of one training.
    package struct Outcome: Sendable {
        /// Its figures; they are absent where it failed.
        package let row: Row
        /// Updates made, those before a checkpoint included.
        package let updates: Int
        /// Those of them whose time is in the row.
        package let timed: Int
        /// By update, thinned out to what a picture can show.
        package let losses: [(update: Int, loss: Double)]
    }

    /// - Parameters:
    ///   - stop: where the trainings are asked to end after their update.
    ///   - goal: a training ends when it is reached; nil for none.
    ///   - checkpoint: written at the end and, where `every` says, after every n updates as well; nil for nowhere.
    ///   - resume: a checkpoint to continue from; nil to begin.
    ///   - disk: a directory for strategies that keep states on disk.
    ///   - curve: the file of the learning curve; nil for none.
    package init(
        _ program: TrialProgram, children: Children, stop: Stop, goal: Goal? = nil, checkpoint: HandedOutput? = nil,
        every: Int? = nil, resume: String? = nil, disk: String? = nil, curve: String? = nil
    ) {
        self.program = program
        self.children = children
        self.stop = stop
        self.goal = goal
        self.checkpoint = checkpoint
        self.every = every
        self.resume = resume
        self.disk = disk
        curveFile = curve
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

    /// Trains these in turn. Called again, others after them.
    ///
    /// - Throws: ``TrialFailure`` when one does not begin, or ends with an error that is the command's own;
    ///   ``ResultsError``, ``SpawnError``.
    package mutating func run(_ trials: [Trial], report: (Event) -> Void) throws {
        var runs: [Run] = []
        for trial in trials where !stop.isAsked { runs.append(try begin(trial, report)) }
        if let curveFile, curve == nil, let first = runs.first {
            curve =
                try resume == nil
                ? LearningCurve(file: curveFile)
                : LearningCurve(file: curveFile, continuing: first.trial, at: first.updates)
            if let warning = curve?.warning { report(.warning(warning)) }
        }
        while !stop.isAsked, runs.contains(where: { !$0.isDone }) {
            for run in runs where !run.isDone && !stop.isAsked { try update(run, report) }
        }
        for run in runs { outcomes.append(try end(run)) }
        report(.trainingsEnded)
    }

    private func begin(_ trial: Trial, _ report: (Event) -> Void) throws -> Run {
        report(.trainingStarted(trial))
        let process = try program.train(
            trial, checkpoint: checkpoint, resume: resume, disk: disk, children: children)
        try process.waitUntilReady(within: nil)
        let updates = try process.ask("position", for: "position", within: nil) { line in
            Int(decimal: line).flatMap { (0...Trial.largestUpdates).contains($0) ? $0 : nil }
        }
        if resume != nil {
            let adjustments = try process.ask(
                "adjustments", for: "adjustments", within: nil, read: TrainingRunner.adjustments)
            report(.trainingResumed(trial, update: updates, adjustments))
        }
        let figures = try process.ask("figures", for: "figures", within: nil) { Measurement(line: $0) }
        report(.trainingReady(trial, updates: updates))
        var peak: Int?
        if case .integer(let bytes) = figures[.peakBytes] { peak = bytes }
        return Run(trial, process: process, updates: updates, peakBytes: peak)
    }

    /// Factors that were others before a checkpoint, as they were there; nil where the line says no such.
    private static func adjustments(_ line: String) -> [Event.Adjustment]? {
        let words = line.split(separator: " ").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        let adjustments = words.compactMap { sides -> Event.Adjustment? in
            guard sides.count == 2, let factor = Factor(rawValue: sides[0]) else { return nil }
            return Event.Adjustment(factor: factor, before: sides[1])
        }
        return adjustments.count == words.count ? adjustments : nil
    }

    private func update(_ run: Run, _ report: (Event) -> Void) throws {
        let update: TrainingUpdate
        do throws(TrialFailure) {
            update = try run.process.ask("update", for: "update", within: nil) { TrainingUpdate(line: $0) }
        } catch {
            run.isDone = true
            run.failure = error
            report(.trainingFailed(run.trial, error))
            return
        }
        run.updates += 1
        run.timed += 1
        run.losses.append(update.recentLoss)
        try curve?.append(update, of: run.trial, peakBytes: run.peakBytes)
        let isReached = goal?.isReached(by: update) ?? false
        run.isDone = isReached || run.updates >= run.trial.updates
        report(.updated(run.trial, update, isLast: isReached))
        if let every, run.updates % every == 0, !run.isDone { try save(run) }
    }

    private func save(_ run: Run) throws(TrialFailure) {
        _ = try run.process.ask("save", for: "checkpoint", within: nil) { $0 == "saved" ? true : nil }
    }

    private func end(_ run: Run) throws(TrialFailure) -> Outcome {
        var row = Row(experiment: "train", trial: run.trial, repetition: 1, status: .ok)
        if let failure = run.failure {
            row.status = failure.status
            row.message = failure.message
        } else {
            if checkpoint != nil { try save(run) }
            row.measurement = try run.process.ask("figures", for: "figures", within: nil) { Measurement(line: $0) }
            try run.process.finish()
        }
        let before = run.updates - run.timed
        return Outcome(
            row: row, updates: run.updates, timed: run.timed,
            losses: run.losses.values.map { (before + $0.place, $0.value) })
    }
}
