import Files
import Foundation
import Runner
import Trials

/// How trainings get on, on standard error: one line that changes on a terminal, nothing when it is quiet or no terminal, a
/// log when it is verbose.
final class TrainingProgress {
    private let voice: Progress.Voice
    private let task: TrainingTask
    /// Of all trainings.
    private var total: Int
    private var made = 0
    /// When the first update began, and when the line was last written.
    private var start: ContinuousClock.Instant?
    private var shown: ContinuousClock.Instant?

    init(_ task: TrainingTask, updates: Int, trainings: Int, voice: Progress.Voice) {
        self.task = task
        self.voice = voice
        total = updates * trainings
    }

    private var changesLine: Bool { voice == .usual && Terminal.isErrorRewritable }

    func prepare(_ trial: Trial) {
        if voice == .verbose { Log.write("training_started", [("task", "\(task)")] + Log.words(trial)) }
        if changesLine { StatusLine.show("\(task): preparing \(trial.strategy)", "preparing \(trial.strategy)") }
    }

    /// A training that goes on from a checkpoint: what is other than it was there.
    func resume(_ trial: Trial, at update: Int, _ changes: [(factor: Factor, before: String)]) {
        let words = changes.map { "'\($0.factor.rawValue)' is '\(trial[$0.factor])', before it was '\($0.before)'" }
        guard !words.isEmpty else { return }
        switch voice {
        case .quiet: break
        case .usual:
            clear()
            complain("unroll: from update \(update) on \(words.joined(separator: "; "))\n")
        case .verbose:
            let now = changes.map { ($0.factor.rawValue, trial[$0.factor]) }
            Log.write("training_resumed", [("update", "\(update)")] + now)
        }
    }

    /// - Parameter updates: made before this process.
    func begin(updates: Int) { total -= updates }

    func show(_ trial: Trial, _ update: TrainingUpdate, isLast: Bool) {
        made += 1
        let now = ContinuousClock.now
        let began = start ?? now - .seconds(update.wallSeconds)
        start = began
        if isLast { total -= trial.updates - update.update - 1 }
        if voice == .verbose {
            Log.write(
                "update",
                [("strategy", "\(trial.strategy)"), ("update", "\(update.update)"), ("loss", "\(update.loss)")]
                    + (update.quality.map { [("quality", "\($0)")] } ?? [])
                    + [("wall_seconds", "\(update.wallSeconds)")])
        }
        guard changesLine, shown.map({ now - $0 > .milliseconds(100) }) ?? true else { return }
        shown = now
        let elapsed = (now - began) / .seconds(1)
        let left = elapsed / Double(made) * Double(max(0, total - made))
        let quality = update.recentQuality.map { String(format: ", quality %.3g", $0) } ?? ""
        let rate = update.wallSeconds > 0 ? Double(trial.length) / update.wallSeconds : 0
        let short = "update \(update.update + 1) of \(trial.updates)" + String(format: ", loss %.3g", update.recentLoss)
        let counts = short + quality + String(format: ", %.3g steps/s, ", rate) + "\(Progress.clock(left)) left"
        StatusLine.show("\(task): \(counts): \(trial.strategy)", "\(task): \(counts)", counts, short)
    }

    func fail(_ trial: Trial, _ failure: TrialFailure) {
        clear()
        if voice == .verbose {
            Log.write("training_failed", Log.words(trial) + [("message", failure.message)])
        } else {
            complain("unroll: \(trial.strategy): \(failure.description.shown())\n")
        }
    }

    func end() { clear() }

    private func clear() {
        if changesLine { StatusLine.clear() }
    }
}
