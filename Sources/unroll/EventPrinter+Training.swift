import Files
import Foundation
import Runner
import Trials

// How trainings get on.
extension EventPrinter {
    private var changesLine: Bool { verbosity == .usual && Terminal.isErrorRewritable }

    func showTraining(_ event: Event) {
        switch event {
        case .trainingStarted(let trial):
            if verbosity == .verbose { Log.write("training_started", [("task", name)] + Log.words(trial)) }
            if changesLine { StatusLine.show("\(name): preparing \(trial.strategy)", "preparing \(trial.strategy)") }
        case .trainingResumed(let trial, let update, let changes): showResumption(trial, at: update, changes)
        case .updated(let trial, let update, _): showUpdate(trial, update)
        case .trainingFailed(let trial, let failure):
            clear()
            if verbosity == .verbose {
                Log.write("training_failed", Log.words(trial) + [("message", failure.message)])
            } else {
                writeError("unroll: \(trial.strategy): \(failure.description.shown())\n")
            }
        default: if case .trainingsEnded = event { clear() }
        }
    }

    private func showResumption(_ trial: Trial, at update: Int, _ changes: [Event.Adjustment]) {
        let words = changes.map { "'\($0.factor.rawValue)' is '\(trial[$0.factor])', before it was '\($0.before)'" }
        guard !words.isEmpty else { return }
        switch verbosity {
        case .quiet: break
        case .usual:
            clear()
            writeError("unroll: from update \(update) on \(words.joined(separator: "; "))\n")
        case .verbose:
            let now = changes.map { ($0.factor.rawValue, trial[$0.factor]) }
            Log.write("training_resumed", [("update", "\(update)")] + now)
        }
    }

    private func showUpdate(_ trial: Trial, _ update: TrainingUpdate) {
        if verbosity == .verbose {
            Log.write(
                "update",
                [("strategy", "\(trial.strategy)"), ("update", "\(update.update)"), ("loss", "\(update.loss)")]
                    + (update.quality.map { [("quality", "\($0)")] } ?? [])
                    + [("wall_seconds", "\(update.wallSeconds)")])
        }
        let now = ContinuousClock.now
        guard changesLine, shown.map({ now - $0 > .milliseconds(100) }) ?? true else { return }
        shown = now
        let quality = update.recentQuality.map { String(format: ", quality %.3g", $0) } ?? ""
        let rate = update.wallSeconds > 0 ? Double(trial.length) / update.wallSeconds : 0
        let short = "update \(update.update + 1) of \(trial.updates)" + String(format: ", loss %.3g", update.recentLoss)
        let left = training.secondsLeft(at: now).map { "\(Self.clock($0)) left" } ?? ""
        let counts = short + quality + String(format: ", %.3g steps/s, ", rate) + left
        StatusLine.show("\(name): \(counts): \(trial.strategy)", "\(name): \(counts)", counts, short)
    }
}
