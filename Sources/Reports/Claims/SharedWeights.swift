import Quantities
import Schedules
import Trials

extension Claim {
    /// A1: unrolling copies activations, not weights.
    package static let sharedWeights = Claim(
        id: "A1", short: "weights are shared",
        source: "A Gentle Introduction to RNN Unrolling; LeCun, Bengio & Hinton, Deep learning, Nature 521, 2015",
        cited: "LeCun 2015",
        statement: "Every copy of the unrolled network uses the same weights, so weights and their gradients take the "
            + "same memory however many steps are unrolled.",
        published: "weights are shared by all steps: 0 bytes a step",
        convention: "weights and gradients each at their own peak, in the allocator's size classes",
        experiments: [lengths],
        trust: "V",
        tolerance: "0 bytes a step, exactly",
        known: .reproduced,
        needs: [.weightsBytes, .gradientsBytes],
        concerns: { $0.trial.strategy == .full },
        judgement: { evidence in
            let networks = evidence.networks(lengths, over: [.length])
            return .deciding(networks.map(judgeSharedWeights), farthestFrom: 0)
        })

    private static let lengths = "sequence-length"

    private static func judgeSharedWeights(_ rows: [Row]) -> Verdict {
        let points = rows.points { row in
            row[.weightsBytes].flatMap { weights in row[.gradientsBytes].map { weights + $0 } }
        }
        let network = rows[0].trial.network
        guard rows.lengths.count >= 3, let slope = farthestSlope(points, from: 0) else {
            return Verdict(.inconclusive, "only \(counted(rows.lengths.count, "length")) of \(network)")
        }
        return Verdict(
            slope == 0 ? .reproduced : .notReproduced,
            "\(plain(slope)) bytes a step (\(network), T \(span(rows.lengths)))", value: slope)
    }
}
