package import Memory
package import Schedules
import Shapes
package import Trials

extension Trial {
    /// The predicted peak of one training step; nil when it is beyond counting.
    package var predictedPeak: Bytes? {
        let peak = demand.peakBytes
        return peak < Footprint.countable ? Bytes(peak) : nil
    }
}

/// How fast trials run, to tell how long a sweep will take. A guess: the time of a trial is in its rows.
package struct Rate: Hashable, Sendable {
    /// A second.
    package let operations: Double
    /// How many rows it comes from; 0 when nothing is measured yet.
    package let rows: Int

    /// Of one thread of a processor that nobody has measured here.
    package static let assumed = 20e9

    /// - Parameter rows: measured on this machine.
    package init(_ rows: [Row]) {
        let rates = rows.compactMap { row -> Double? in
            guard row.status == .ok, let seconds = row[.wallSeconds], seconds > 0, let flops = row[.flops] else {
                return nil
            }
            return (flops + Rate.overhead * Double(row.trial.length) * Double(max(1, row.trial.updates))) / seconds
        }.sorted()
        self.rows = rates.count
        operations = rates.isEmpty ? Rate.assumed : rates[rates.count / 2]
    }

    /// What a step takes beside its products, as operations.
    private static let overhead = 1e6

    /// The time of one training step that executes this many forward and backward steps.
    package func pass(_ trial: Trial, forward: Int, backward: Int) -> Duration {
        let shape = trial.shape
        let flops =
            Double(forward) * Double(shape.forwardFlops) + Double(backward) * Double(shape.backwardFlops)
            + Rate.overhead * Double(trial.length)
        return .seconds(min(flops / operations, 1e12))
    }

    /// The time of a whole trial: its repetitions and warm-up, a first pass and the audited one, and full unrolling for the
    /// gradient's reference. A repetition is a whole training where there are updates.
    package func trial(
        _ trial: Trial, _ counts: Simulator.Counts, repetitions: Int, warmup: Int
    ) -> Duration {
        return pass(trial, forward: counts.forward, backward: counts.backward)
            * (repetitions * max(1, trial.updates) + warmup + 2)
            + pass(trial, forward: trial.length, backward: trial.length)
    }
}
