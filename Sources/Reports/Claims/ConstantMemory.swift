import Quantities
import Schedules
import Trials

extension Claim {
    /// D6: the price of memory that does not grow at all.
    package static let constantMemory = Claim(
        id: "D6", short: "constant memory costs T²/2",
        source: "Gruslys, Munos, Danihelka, Lanctot & Graves, Memory-Efficient Backpropagation Through Time, "
            + "arXiv 1606.03401",
        cited: "Gruslys 2016",
        statement: "With one saved state every step starts over from the beginning: memory does not grow with the "
            + "sequence, forward steps grow with its square.",
        published: "derived here: C = T(T + 1)/2, peak the same for all T",
        convention:
            "C counts every executed forward step, recorded ones included; the initial state takes the one slot; "
            + "inputs streamed; exact peak of all tensors, T ≥ 2, for a single step discards its state first",
        experiments: [experiment],
        trust: "M+D",
        tolerance: "exactly",
        known: .reproduced,
        needs: [.forwardSteps, .peakBytes],
        concerns: { $0.trial.strategy == .binomial(slots: 1) && $0.trial.inputs == .streamed },
        judgement: { evidence in
            .deciding(evidence.networks(experiment, over: [.length]).map(judgeConstant), farthestFrom: 0)
        })

    private static let experiment = "constant-memory"

    private static func judgeConstant(_ rows: [Row]) -> Verdict {
        let network = rows[0].trial.network
        for row in rows {
            guard let steps = row[.forwardSteps] else { continue }
            let length = row.trial.length
            let expected = length * (length + 1) / 2
            guard Int(steps) == expected else {
                return Verdict(
                    .notReproduced, "C = \(plain(steps)) and not \(expected) (\(network), T \(length))",
                    value: steps - Double(expected))
            }
        }
        let grown = rows.filter { $0.trial.length >= 2 }
        let peaks = grown.compactMap { $0[.peakBytes] }
        guard grown.lengths.count >= 3, let least = peaks.min(), let largest = peaks.max() else {
            return Verdict(.inconclusive, "only \(counted(grown.lengths.count, "length")) of \(network)")
        }
        return Verdict(
            least == largest ? .reproduced : .notReproduced,
            "C exact; \(plain(largest - least)) bytes between lengths (\(network), T \(span(grown.lengths)))",
            value: largest - least)
    }
}
