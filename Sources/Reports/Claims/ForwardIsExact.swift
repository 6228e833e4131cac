import Quantities
import Schedules
import Shapes
import Trials

extension Claim {
    /// F1: real-time recurrent learning and backpropagation through time are two ways to one gradient.
    package static let forwardIsExact = Claim(
        id: "F1", short: "RTRL's gradient is BPTT's",
        source:
            "Williams & Zipser, A learning algorithm for continually running fully recurrent neural networks, 1989, "
            + "doi 10.1162/neco.1989.1.2.270",
        cited: "Williams 1989",
        statement:
            "Real-time recurrent learning gives the gradient of backpropagation through time, where parameters are "
            + "constant over the sequence and all influences between layers are kept.",
        published: "the same gradient",
        convention: "‖g − g*‖/‖g*‖ against full unrolling's gradient, in Double; step by step and in blocks",
        experiments: [experiment],
        trust: "V",
        tolerance: "at most 1e-10 for every network",
        known: .reproduced,
        needs: [.gradientRelativeError],
        concerns: { $0.trial.strategy.sensitivities?.isExact == true && $0.trial.precision == .double },
        judgement: { evidence in
            .deciding(evidence.networks(experiment, over: [.strategy, .length]).map(judgeError), farthestFrom: 0)
        })

    private static let experiment = "forward-exact"

    private static func judgeError(_ rows: [Row]) -> Verdict {
        guard let error = rows.largest(.gradientRelativeError) else {
            return Verdict(.inconclusive, "no gradient error of \(rows[0].trial.network)")
        }
        return Verdict(
            error <= 1e-10 ? .reproduced : .notReproduced,
            "\(Table.significant(error, 2)) (\(rows[0].trial.network), \(counted(rows.count, "row")))", value: error)
    }
}
