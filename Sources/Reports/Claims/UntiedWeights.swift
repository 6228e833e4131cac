import Schedules
import Shapes
import Trials

extension Claim {
    /// A4: backpropagation through time is backpropagation.
    package static let feedForward = Claim(
        id: "A4", short: "a deep net with tied weights",
        source:
            "A Gentle Introduction to RNN Unrolling; Graves, Supervised Sequence Labelling with Recurrent Neural Networks, 2008",
        cited: "Graves 2008",
        statement:
            "An unrolled network is a deep feed-forward one: give each step separate weights, add up their gradients, and "
            + "the sum is the gradient of the shared weights.",
        published: "unrolling gives a feed-forward network with tied weights",
        convention:
            "Double, full unrolling; T copies of the layers' weights, each with its own gradient, summed at the end, against "
            + "one gradient for all steps: ‖g − g*‖/‖g*‖ over all parameters",
        experiments: [experiment],
        trust: "V",
        tolerance: "relative ≤ 1e-12 in Double",
        known: .reproduced,
        needs: [.gradientRelativeError, .gradientsBytes, .weightsBytes],
        concerns: isUnrolled,
        judgement: { evidence in
            .deciding(evidence.networks(experiment, over: [.variant]).map(judgeGradient), farthestFrom: 0)
        })

    /// C5: what gradients cost that are not added up as they come.
    package static let inPlaceGradients = Claim(
        id: "C5", short: "gradients accumulate in place",
        source: "Chen, Xu, Zhang & Guestrin, Training Deep Nets with Sublinear Memory Cost, arXiv 1604.06174",
        cited: "Chen 2016",
        statement:
            "Adding each step's gradient of the weights to the one there is saves keeping one for every step, and gives the "
            + "same gradient.",
        published: "in place saves (T − 1)·weight bytes; the gradient is the same",
        convention:
            "gradients' bytes at their peak with one for each step, less those with one for all; weight bytes: the layers', "
            + "in the allocator's size classes (the head does not recur); same: ‖g − g*‖/‖g*‖ ≤ 1e-12 in Double",
        experiments: [experiment],
        trust: "V",
        tolerance: "(T − 1)·weight bytes, exactly",
        known: .reproduced,
        needs: [.gradientRelativeError, .gradientsBytes, .weightsBytes],
        concerns: isUnrolled,
        judgement: { evidence in
            let networks = evidence.networks(experiment, over: [.variant])
            return .both(
                .deciding(networks.map(judgeBytes), farthestFrom: 0),
                .deciding(networks.map(judgeGradient), farthestFrom: 0))
        })

    private static let experiment = "untied-weights"

    @Sendable private static func isUnrolled(_ row: Row) -> Bool {
        row.trial.strategy == .full && row.trial.precision == .double && row.trial.length > 1
            && [.plain, .untied].contains(row.trial.variant)
    }

    private static func place(_ trial: Trial) -> String { "\(trial.network), T \(trial.length), \(trial[.task])" }

    private static func judgeGradient(_ rows: [Row]) -> Verdict {
        let place = place(rows[0].trial)
        guard let error = rows.filter({ $0.trial.variant == .untied }).largest(.gradientRelativeError) else {
            return Verdict(.inconclusive, "no untied weights of \(place)")
        }
        return Verdict(
            error <= 1e-12 ? .reproduced : .notReproduced, "\(Table.scientific(error)) apart (\(place))", value: error)
    }

    private static func judgeBytes(_ rows: [Row]) -> Verdict {
        let trial = rows[0].trial
        let (tied, untied) = (rows.filter { $0.trial.variant == .plain }, rows.filter { $0.trial.variant == .untied })
        func extra(_ figure: Figure) -> Double? {
            untied.largest(figure).flatMap { many in tied.largest(figure).map { many - $0 } }
        }
        guard let gradients = extra(.gradientsBytes), let weights = extra(.weightsBytes) else {
            return Verdict(.inconclusive, "one gradient for all steps or one for each is missing of \(place(trial))")
        }
        var shape = trial.shape
        func parameters(copies: Int) -> Int {
            shape.weightReplicas = copies
            return Footprint(shape, residentSteps: 0).constant[.weights]
        }
        let copy = parameters(copies: 2) - parameters(copies: 1)
        let deviation = gradients - Double((trial.length - 1) * copy)
        let isExact = deviation == 0 && gradients == weights
        return Verdict(
            isExact ? .reproduced : .notReproduced,
            "\(plain(gradients)) bytes more, \(plain(deviation)) off (T − 1)·\(copy) (\(place(trial)))",
            value: isExact ? 0 : max(abs(deviation), abs(gradients - weights)))
    }
}
