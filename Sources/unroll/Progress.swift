import Experiments
import Files
import Foundation
import Runner
import Shapes
import Synchronization
import Trials

/// What is going on, on standard error: one line that changes on a terminal, nothing when it is quiet or no terminal, a
/// log when it is verbose.
///
/// Rows differ a thousandfold in what they take, so the time left is told by the work left, in predicted FLOPs.
final class Progress {
    enum Voice { case quiet, usual, verbose }

    private let voice: Voice
    private let name: String
    private let start = ContinuousClock.now
    private let work: [Trial: Double]
    private let total: Double
    private var done = 0.0
    private var rows = 0
    private var allRows = 0
    private var failures = 0

    /// - Parameters:
    ///   - name: what is measured.
    ///   - trials: what is to be done.
    ///   - repetitions: of each.
    init(_ name: String, trials: [Trial], repetitions: Int, voice: Voice) {
        self.name = name
        self.voice = voice
        // Preparing a trial takes about three passes.
        work = Dictionary(trials.map { ($0, Double($0.work)) }, uniquingKeysWith: { first, _ in first })
        total = trials.reduce(0) { $0 + Double($1.work) } * Double(repetitions + 3)
    }

    func report(_ event: Sweep.Event) {
        if voice == .verbose { return log(event) }
        switch event {
        case .started(_, let rows):
            allRows = rows
            show("preparing")
        case .trialStarted(let trial):
            done += work[trial, default: 0] * 3
            show(Self.words(trial))
        case .rowFinished(let row):
            rows += 1
            done += work[row.trial, default: 0]
            show(Self.words(row.trial))
        case .trialFailed(let row):
            failures += 1
            clear()
            if voice != .quiet {
                write("\(name): \(Self.words(row.trial)): \(row.status.rawValue): \(row.message.shown())\n")
            }
        case .finished:
            clear()
        }
    }

    private func log(_ event: Sweep.Event) {
        let experiment = ("experiment", name)
        switch event {
        case .started(let trials, let rows):
            Log.write("sweep_started", [experiment, ("trials", "\(trials)"), ("rows", "\(rows)")])
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
                [
                    experiment, ("complete", "\(summary.complete)"), ("failed", "\(summary.failed)"),
                    ("wall_seconds", Self.short(effort.wall)), ("preparation_seconds", Self.short(effort.preparation)),
                    ("training_seconds", Self.short(effort.training)),
                    ("training_share", effort.share.map(Self.short) ?? ""),
                ])
        }
    }

    static func words(_ trial: Trial) -> String {
        "\(trial.cell.rawValue) T=\(trial.length) H=\(trial.hidden) B=\(trial.batch) \(trial.strategy)"
    }

    private static func short(_ seconds: Double) -> String { String(format: "%.3g", seconds) }

    private func show(_ what: String) {
        guard voice == .usual else { return }
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        let left = done > 0 ? max(0, elapsed * (total / done - 1)) : nil
        let rest = left.map { ", \(Self.clock($0)) left" } ?? ""
        let faults = failures > 0 ? ", \(failures) failed" : ""
        let short = "\(rows) of \(allRows) rows\(faults)"
        let counts = "\(short), \(Self.clock(elapsed))\(rest)"
        StatusLine.show("\(name): \(counts): \(what)", "\(name): \(counts)", counts, short)
    }

    private func clear() {
        if voice == .usual { StatusLine.clear() }
    }

    private func write(_ text: String) { complain(text) }

    static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        return whole < 3600
            ? String(format: "%d:%02d", whole / 60, whole % 60)
            : String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
    }
}
