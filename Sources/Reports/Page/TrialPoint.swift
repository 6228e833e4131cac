import Schedules
import Trials

/// A trial as the explorer shows it: one mark, and what a reader asks of it.
struct TrialPoint: Sendable {
    let line: Comparison.Line
    /// Wall seconds by repetition, to be paired with another trial's.
    let seconds: [Int: Double]
    /// Bytes by role when the peak stood; nil where that is not known.
    let usage: Usage?
    /// Whether the gradient is full unrolling's; nil where there is none.
    let isExact: Bool?
    /// With ``strategyPlace`` for the strategy, which many trials then share.
    let command: String
    static let strategyPlace = "\u{1}"

    var trial: Trial { line.trial }

    /// Those of one experiment's rows that have a peak.
    static func all(_ rows: [Row], comparison: Comparison, attributions: [Attribution]) -> [TrialPoint] {
        struct Key: Hashable { let trial: Trial, build: String, machine: String }
        func key(_ trial: Trial, _ origin: Origin) -> Key {
            Key(trial: trial, build: origin.build, machine: origin.machine)
        }
        let repetitions = Dictionary(grouping: rows.succeeded) { key($0.trial, $0.origin) }
        let usages = Dictionary(attributions.map { ($0.trial, $0.usage) }) { first, _ in first }
        return comparison.lines.compactMap { line in
            guard line.peakBytes != nil else { return nil }
            let own = repetitions[key(line.trial, line.origin)] ?? []
            let seconds = own.compactMap { row in row[.wallSeconds].map { (row.repetition, $0) } }
            return TrialPoint(
                line: line, seconds: Dictionary(seconds) { first, _ in first }, usage: usages[line.trial],
                isExact: own.first?[.gradientExact].map { $0 == 1 } ?? line.gradientRelativeError.map { $0 == 0 },
                command: line.trial.command(
                    of: line.experiment, repetitions: max(1, own.count), strategy: strategyPlace))
        }
    }

    /// Where a figure of trials can be an axis.
    struct Axis: Sendable {
        let name: String
        let title: String
        let unit: String
        let value: @Sendable (TrialPoint) -> Double?

        static let figures = [
            Axis(name: "peak_bytes", title: "peak memory", unit: "bytes") { $0.line.peakBytes },
            Axis(name: "peak_ratio", title: "peak, of full unrolling's", unit: "share") { $0.line.peakRatio },
            Axis(name: "growing_bytes", title: "saved states and records at the peak", unit: "bytes") {
                $0.line.statesAndRecordsBytes
            },
            Axis(name: "time_ratio", title: "time, of full unrolling's", unit: "ratio") { $0.line.timeRatios.median },
            Axis(name: "wall_seconds", title: "time of a training step", unit: "seconds") { $0.line.wallSeconds },
            Axis(name: "step_seconds", title: "time per time step", unit: "seconds") { point in
                point.line.wallSeconds.map { $0 / Double(point.trial.length * max(1, point.trial.updates)) }
            },
            Axis(name: "gradient_relative_error", title: "error of the gradient", unit: "share") {
                $0.line.gradientRelativeError
            },
            Axis(name: "loss", title: "loss at the end of a training", unit: "number") { $0.line.loss },
            Axis(name: "held_out_quality", title: "quality on held-out sequences", unit: "share") {
                $0.line.heldOutQuality
            },
        ]
    }
}
