import Quantities
import Schedules
import Shapes
import Trials

extension Claim {
    /// G2: a buffer that grows with T against checkpoints that grow with its root.
    package static let reversibleCrossing = Claim(
        id: "G2", short: "reversible below segmented to T*",
        source: "derived here from MacKay et al., arXiv 1810.10999, and Chen et al., arXiv 1604.06174",
        cited: "derived here",
        statement: "The buffer of a reversible network grows with the sequence, and segments of the best length with "
            + "its root: reversible takes less only for sequences up to T*.",
        published:
            "derived here: T* = a_h a_i (s n/4c)², n = ⌊64/b⌋ steps of a word of 8 bytes, s bytes of a number, c numbers a unit that "
            + "a step changes",
        convention:
            "of the leapfrog GRU, a_h 2, a_i 5, c 1, of the RevGRU, a_h 2, a_i 8, c 2, and of the RevLSTM, a_h 4, a_i 14, c 4; the record, the state and the size "
            + "classes, which neither formula has, are in the measured peaks; between two lengths the difference of the peaks is taken for a line",
        experiments: [experiment],
        trust: "D",
        tolerance: "± 10 %",
        known: .reproduced,
        needs: [.peakBytes],
        concerns: { [.reversible, .segmented(length: nil)].contains($0.trial.strategy) },
        judgement: { evidence in
            .deciding(evidence.networks(experiment, over: [.length, .strategy]).map(judgeCrossing), farthestFrom: 1)
        })

    private static let experiment = "reversible-crossing"

    private static func judgeCrossing(_ rows: [Row]) -> Verdict {
        let trial = rows[0].trial
        guard let bits = trial.cell.bits else { return Verdict(.inconclusive, "\(trial.network) has no buffer") }
        /// What reversible takes less.
        let points = rows.lengths.compactMap { length -> (length: Double, saved: Double)? in
            func peak(_ strategy: Strategy) -> Double? {
                rows.filter { $0.trial.length == length && $0.trial.strategy == strategy }.largest(.peakBytes)
            }
            guard let reversible = peak(.reversible), let segmented = peak(.segmented(length: nil)) else { return nil }
            return (Double(length), segmented - reversible)
        }
        let turns = zip(points, points.dropFirst()).filter { ($0.saved >= 0) != ($1.saved >= 0) }
        guard turns.count == 1, let (before, after) = turns.first, before.saved >= 0 else {
            return Verdict(
                .inconclusive,
                "\(counted(turns.count, "crossing")) between T \(span(rows.lengths)) (\(trial.network))")
        }
        let crossing =
            before.length + before.saved / (before.saved - after.saved) * (after.length - before.length)
        let side =
            Double(trial.precision.bytes * Forgotten.stepsOfWord(bits: bits)) / Double(4 * trial.cell.changedParts)
        let derived = Double(trial.cell.stateParts * trial.cell.recordParts) * side * side
        let ratio = crossing / derived
        return Verdict(
            (0.9...1.1).contains(ratio) ? .reproduced : .notReproduced,
            "T* \(Table.fixed(crossing, 0)), derived \(Table.fixed(derived, 0)) (\(trial.network))", value: ratio)
    }
}
