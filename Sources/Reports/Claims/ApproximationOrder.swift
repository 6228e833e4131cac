import Quantities
import Schedules
import Trials

extension Claim {
    /// F9: what is left out matters more than noise, and both more than the diagonal.
    package static let approximationOrder = Claim(
        id: "F9", short: "SnAp-1 is nearest, UORO farthest",
        source: "sketched-rtrl, 2026: gradient cosines on two tasks, 64 units, 10 seeds",
        cited: "sketched RTRL 2026",
        statement:
            "Of SnAp-1, RFLO and a draw of UORO the gradient of SnAp-1 is nearest to the exact one and that of UORO farthest.",
        published: "cosines 0.763, 0.311, 0.052 and 0.353, 0.208, 0.053",
        convention: "cosine of the angle to full unrolling's gradient at the initial parameters, mean over seeds",
        experiments: [experiment],
        trust: "V",
        tolerance: "the order, on every task",
        known: .reproduced,
        needs: [.gradientCosine],
        concerns: {
            ["snap", "rflo", "uoro"].contains($0.trial.strategy.name) && !$0.trial.strategy.isExact(length: 2)
        },
        judgement: { evidence in
            .deciding(evidence.networks(experiment, over: [.strategy, .seed]).map(judgeOrder), farthestFrom: 0)
        })

    private static let experiment = "forward-approximations"
    private static let leastSeeds = 5

    private static func judgeOrder(_ rows: [Row]) -> Verdict {
        let place = "\(rows[0].trial.network), \(rows[0].trial[.task])"
        let names = ["snap", "rflo", "uoro"]
        let cosines = names.map { name in
            rows.filter { $0.trial.strategy.name == name }.compactMap { $0[.gradientCosine] }
        }
        guard Set(rows.map(\.trial.seed)).count >= leastSeeds, cosines.allSatisfy({ !$0.isEmpty }) else {
            return Verdict(.inconclusive, "all three and \(leastSeeds) seeds are needed of \(place)")
        }
        let means = cosines.map { $0.reduce(0, +) / Double($0.count) }
        return Verdict(
            means[0] > means[1] && means[1] > means[2] ? .reproduced : .notReproduced,
            zip(names, means).map { "\($0) \(Table.fixed($1, 3))" }.joined(separator: ", ") + " (\(place))",
            value: means[0] - means[1])
    }
}
