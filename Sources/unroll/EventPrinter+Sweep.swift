import Experiments
import Files
import Foundation
import Runner
import Trials

// How a sweep gets on.
extension EventPrinter {
    func showSweep(_ event: Event) {
        switch event {
        case .started: showCounts("preparing")
        case .trialStarted(let trial): showCounts(trial.summary)
        case .rowFinished(let row): showCounts(row.trial.summary)
        case .trialFailed(let row):
            clear()
            if verbosity != .quiet {
                writeError("\(name): \(row.trial.summary): \(row.status.rawValue): \(row.message.shown())\n")
            }
        default: clear()
        }
    }

    private func showCounts(_ what: String) {
        guard verbosity == .usual else { return }
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        let rest = sweep.secondsLeft(after: elapsed).map { ", \(Self.clock($0)) left" } ?? ""
        let faults = sweep.failures > 0 ? ", \(sweep.failures) failed" : ""
        let short = "\(sweep.rows) of \(sweep.allRows) rows\(faults)"
        let counts = "\(short), \(Self.clock(elapsed))\(rest)"
        guard Terminal.isErrorRewritable else { return showEveryMinute("\(name): \(counts)") }
        StatusLine.show("\(name): \(counts): \(what)", "\(name): \(counts)", counts, short)
    }

    /// A line a minute where none can be written over, as in a log.
    private func showEveryMinute(_ line: String) {
        let now = ContinuousClock.now
        guard now - (shown ?? start) >= .seconds(60) else { return }
        shown = now
        writeError(line + "\n")
    }

    func logSweep(_ event: Event) {
        let experiment = ("experiment", name)
        switch event {
        case .started(let trials, let repetitions):
            Log.write(
                "sweep_started",
                [experiment, ("trials", "\(trials.count)"), ("rows", "\(trials.count * repetitions)")])
        case .trialStarted(let trial):
            Log.write("trial_started", [experiment] + Log.words(trial))
        case .rowFinished(let row):
            Log.write(
                "row",
                [experiment] + Log.words(row.trial) + [
                    ("repetition", "\(row.repetition)"),
                    ("wall_seconds", row.measurement[.wallSeconds]?.description ?? ""),
                ])
        case .trialFailed(let row):
            Log.write(
                "trial_failed",
                [experiment] + Log.words(row.trial) + [("status", row.status.rawValue), ("message", row.message)])
        case .finished(let summary):
            let effort = summary.effort
            Log.write(
                "sweep_finished",
                [experiment, ("complete", "\(summary.complete)"), ("failed", "\(summary.failed)")]
                    + Effort.CodingKeys.allCases.map { ($0.rawValue, effort[$0].map(Self.short) ?? "") }
                    + [("training_share", effort.share.map(Self.short) ?? "")])
        default: break
        }
    }

    private static func short(_ seconds: Double) -> String { String(format: "%.3g", seconds) }
}
