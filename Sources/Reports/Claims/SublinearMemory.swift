import Quantities
import Schedules
import Trials

extension Claim {
    /// C1: √T memory with uniform checkpoints at their best distance.
    package static let sublinearMemory = Claim(
        id: "C1", short: "√T memory",
        source: "Chen, Xu, Zhang & Guestrin, Training Deep Nets with Sublinear Memory Cost, arXiv 1604.06174",
        cited: "Chen 2016",
        statement: "With a checkpoint about every √T steps the memory that grows with the sequence grows as its square "
            + "root.",
        published: "memory ∝ √T: exponent 0.5",
        convention:
            "exponent of saved states and records at the peak (peak less weights, gradients, inputs, workspace) "
            + "in T, least squares of logarithms; segments of the length with the smallest peak",
        experiments: [experiment],
        trust: "V",
        tolerance: "0.50 ± 0.05 for every network",
        known: .reproduced,
        needs: [.peakBytes, .weightsBytes, .gradientsBytes, .inputsBytes, .workspaceBytes],
        concerns: { $0.trial.strategy == .segmented(length: nil) },
        judgement: { evidence in
            .deciding(evidence.networks(experiment, over: [.length]).map(judgeExponent), farthestFrom: 0.5)
        })

    private static let experiment = "sublinear-memory"
    /// An exponent from lengths closer together tells of the rounding of segments.
    private static let leastSpan = 16

    private static func judgeExponent(_ rows: [Row]) -> Verdict {
        let lengths = rows.lengths
        let network = rows[0].trial.network
        guard lengths.count >= 3, lengths.last! >= leastSpan * lengths.first!,
            let slope = logLogSlope(rows.points(\.statesAndRecordsBytes))
        else {
            return Verdict(
                .inconclusive,
                "only \(counted(lengths.count, "length")) of \(network) (T \(span(lengths))); "
                    + "3 that span a factor of \(leastSpan) are needed")
        }
        return Verdict(
            (0.45...0.55).contains(slope) ? .reproduced : .notReproduced,
            "\(Table.fixed(slope, 3)) (\(network), T \(span(lengths)))", value: slope)
    }
}
