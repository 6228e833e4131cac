import Foundation
import Runner
import Shapes
import Synchronization
import Trials

/// What is going on, on standard error: one line that changes on a terminal, nothing when it is quiet or no terminal.
///
/// Rows differ a thousandfold in what they take, so the time left is told by the work left, in predicted FLOPs.
final class Progress {
    enum Voice { case quiet, usual, verbose }

    private let voice: Voice
    private let name: String
    private let isTerminal = isatty(STDERR_FILENO) == 1
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
        work = Dictionary(trials.map { ($0, Self.flops($0)) }, uniquingKeysWith: { first, _ in first })
        total = trials.reduce(0) { $0 + Self.flops($1) } * Double(repetitions + 3)
    }

    private static func flops(_ trial: Trial) -> Double {
        let shape = trial.shape
        // Products, and the time of a step however small.
        return Double(trial.length) * (Double(shape.forwardFlops + shape.backwardFlops) + 1e6)
    }

    func report(_ event: Sweep.Event) {
        switch event {
        case .started(_, let rows):
            allRows = rows
            show("preparing")
        case .trialStarted(let trial):
            note("\(name): \(Self.words(trial))")
            done += work[trial, default: 0] * 3
            show(Self.words(trial))
        case .rowFinished(let row):
            rows += 1
            done += work[row.trial, default: 0]
            if voice == .verbose, let seconds = row[.wallSeconds] {
                note("\(name): \(Self.words(row.trial)) repetition \(row.repetition): \(Self.short(seconds)) s")
            }
            show(Self.words(row.trial))
        case .trialFailed(let row):
            failures += 1
            clear()
            if voice != .quiet { write("\(name): \(Self.words(row.trial)): \(row.status.rawValue): \(row.message)\n") }
        case .finished:
            clear()
        }
    }

    private static func words(_ trial: Trial) -> String {
        "\(trial.cell.rawValue) T=\(trial.length) H=\(trial.hidden) B=\(trial.batch) \(trial.strategy)"
    }

    private static func short(_ seconds: Double) -> String { String(format: "%.3g", seconds) }

    private func show(_ what: String) {
        guard voice == .usual, isTerminal else { return }
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        let left = done > 0 ? max(0, elapsed * (total / done - 1)) : nil
        let rest = left.map { ", \(Self.clock($0)) left" } ?? ""
        let faults = failures > 0 ? ", \(failures) failed" : ""
        write("\r\u{1B}[K\(name): \(rows) of \(allRows) rows\(faults), \(Self.clock(elapsed))\(rest): \(what)")
    }

    private func clear() {
        if voice == .usual, isTerminal { write("\r\u{1B}[K") }
    }

    private func note(_ line: String) {
        if voice == .verbose { write(line + "\n") }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

    private static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        return whole < 3600
            ? String(format: "%d:%02d", whole / 60, whole % 60)
            : String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
    }
}
