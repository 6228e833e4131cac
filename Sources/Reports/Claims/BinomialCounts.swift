import Quantities
import Schedules
import Trials

extension Claim {
    /// D1: the optimal number of forward steps.
    package static let binomialCounts = Claim(
        id: "D1", short: "t(l, s) of revolve",
        source: "Griewank & Walther, Algorithm 799: revolve, ACM TOMS 26(1), 2000, doi 10.1145/347837.347846",
        cited: "Griewank & Walther 2000",
        statement:
            "With s checkpoints a chain of l steps is reversed with t(l, s) = r·l − C(s + r, r − 1) further forward "
            + "steps, r the least with C(s + r, s) ≥ l, and with no fewer.",
        published: "t(l, s): "
            + publishedSteps.map { "(\($0.length), \($0.slots)) \($0.steps)" }.joined(separator: " · "),
        convention:
            "t leaves out the recorded forward steps, one a step: executed forward steps less l; the initial state "
            + "takes a slot",
        experiments: [experiment],
        trust: "V2+D",
        tolerance: "exactly",
        known: .reproduced,
        needs: [.forwardSteps],
        concerns: { $0.trial.strategy.binomial != nil },
        judgement: { judgeBinomial($0.rows(experiment)) })

    private static let experiment = "binomial-counts"

    /// Pairs of steps and slots with the number of unrecorded forward steps, as literals: not from our own formula.
    static let publishedSteps: [(length: Int, slots: Int, steps: Int)] = [
        (10, 3, 15), (50, 7, 105), (100, 10, 222), (1000, 31, 2439), (1000, 50, 1948), (225, 15, 522),
    ]

    /// β(s, r) = C(s + r, s) of Pascal's triangle.
    static let publishedChains: [(slots: Int, reruns: Int, length: Int)] = [
        (1, 4, 5), (3, 2, 10), (2, 3, 10), (3, 3, 20), (5, 5, 252), (10, 3, 286), (10, 10, 184_756),
    ]

    private static func judgeBinomial(_ rows: [Row]) -> Verdict {
        for chain in publishedChains {
            let length = Binomial.longestChain(slots: chain.slots, reruns: chain.reruns)
            guard length == chain.length else {
                return Verdict(
                    .notReproduced, "β(\(chain.slots), \(chain.reruns)) = \(length) and not \(chain.length)",
                    value: Double(length - chain.length))
            }
        }
        var seen: [String] = []
        for row in rows {
            guard let slots = row.trial.strategy.binomial?.slots, let forward = row[.forwardSteps] else { continue }
            let length = row.trial.length
            let steps = Int(forward) - length
            let literal = publishedSteps.first { $0.length == length && $0.slots == slots }?.steps
            for expected in [Binomial.unrecordedSteps(length: length, slots: slots), literal ?? steps]
            where steps != expected {
                return Verdict(
                    .notReproduced, "t(\(length), \(slots)) = \(steps) and not \(expected) (\(row.trial.network))",
                    value: Double(steps - expected))
            }
            if literal != nil { seen.append("(\(length), \(slots)) \(steps)") }
        }
        guard !seen.isEmpty else {
            return Verdict(.inconclusive, "none of the published pairs among \(counted(rows.count, "row"))")
        }
        return Verdict(
            .reproduced, "\(seen.orderedSet.joined(separator: " · ")); t exact in \(counted(rows.count, "row"))",
            value: 0)
    }
}
