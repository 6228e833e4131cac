import Schedules
import Trials

extension Claim {
    /// A5: memory that grows with the sequence is the price of training.
    package static let inferenceIsConstant = Claim(
        id: "A5", short: "inference O(1), training O(n)",
        source: "Chen, Xu, Zhang & Guestrin, Training Deep Nets with Sublinear Memory Cost, arXiv 1604.06174",
        cited: "Chen 2016",
        statement:
            "Going forward takes the same memory however long the sequence; only training keeps something of every step.",
        published: "inference O(1), training O(n)",
        convention:
            "inference: exact peak of all tensors less resident inputs, largest over smallest of the lengths (gradients and "
            + "backward's workspace, of constant size, are allocated here too); training: exponent of saved states and records "
            + "of full unrolling in T, least squares of logarithms",
        experiments: [experiment],
        trust: "V",
        tolerance: "inference: ratio ≤ 1.05; training: exponent 1.00 ± 0.05",
        known: .reproduced,
        needs: [.peakBytes, .weightsBytes, .gradientsBytes, .inputsBytes, .workspaceBytes],
        concerns: { [.inference, .full].contains($0.trial.strategy) },
        judgement: { evidence in
            .deciding(evidence.networks(experiment, over: [.length, .strategy]).map(judgeGrowth), farthestFrom: 1)
        })

    private static let experiment = "inference"
    private static let leastSpan = 64

    private static func judgeGrowth(_ rows: [Row]) -> Verdict {
        let inference = rows.filter { $0.trial.strategy == .inference }
        let training = rows.filter { $0.trial.strategy == .full }
        let network = rows[0].trial.network
        let peaks = inference.compactMap { row in
            row[.peakBytes].flatMap { peak in row[.inputsBytes].map { peak - $0 } }
        }
        func isWide(_ lengths: [Int]) -> Bool { lengths.count >= 2 && lengths.last! >= leastSpan * lengths[0] }
        guard isWide(inference.lengths), isWide(training.lengths), let least = peaks.min(), let most = peaks.max(),
            least > 0, let slope = logLogSlope(training.points(\.statesAndRecordsBytes))
        else {
            return Verdict(
                .inconclusive,
                "inference over T \(span(inference.lengths)), training over T \(span(training.lengths)) of \(network); "
                    + "both need lengths a factor of \(leastSpan) apart")
        }
        let ratio = most / least
        let holds = ratio <= 1.05 && (0.95...1.05).contains(slope)
        return Verdict(
            holds ? .reproduced : .notReproduced,
            "×\(Table.fixed(ratio, 3)) forward alone, exponent \(Table.fixed(slope, 3)) in training "
                + "(\(network), T \(span(inference.lengths)))", value: ratio)
    }
}
