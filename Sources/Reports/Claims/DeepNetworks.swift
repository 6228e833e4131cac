import Schedules
import Shapes
import Trials

extension Claim {
    /// C3: what √T checkpoints save of a deep recurrent network.
    package static let deepNetworks = Claim(
        id: "C3", short: "4-layer LSTM: > 4× less memory",
        source: chen + ", section 5.3", cited: "Chen 2016",
        statement: "A four-layer LSTM unrolled over 64 steps trains with more than four times less memory.",
        published: "more than 4× less (4 layers, T 64, B 64, H 1024)",
        convention:
            "saved states and records at the peak, full unrolling's over that of the segments with the smallest "
            + "peak; weights, gradients, inputs and workspace, which no plan changes, left out; any width, for both sides "
            + "grow with it alike",
        experiments: [experiment],
        trust: "V",
        tolerance: "≥ 4×",
        known: .reproduced,
        needs: [.peakBytes, .weightsBytes, .gradientsBytes, .inputsBytes, .workspaceBytes],
        concerns: { row in
            let trial = row.trial
            return trial.cell == .lstm && trial.layers == 4 && trial.length == 64 && trial.batch == 64
                && [.full, .segmented(length: nil)].contains(trial.strategy)
        },
        judgement: { evidence in
            .deciding(evidence.networks(experiment, over: [.strategy]).map(judgeSaving), farthestFrom: 4)
        })

    private static let experiment = "deep-lstm"

    static let chen = "Chen, Xu, Zhang & Guestrin, Training Deep Nets with Sublinear Memory Cost, arXiv 1604.06174"

    private static func judgeSaving(_ network: [Row]) -> Verdict {
        func growing(_ strategy: Strategy) -> [Double] {
            network.filter { $0.trial.strategy == strategy }.compactMap(\.statesAndRecordsBytes)
        }
        // The least of full unrolling and the most of the other: no repetition flatters.
        guard let full = growing(.full).min(), let segmented = growing(.segmented(length: nil)).max(), segmented > 0
        else {
            return Verdict(.inconclusive, "full unrolling or segments missing of \(network[0].trial.network)")
        }
        let saving = full / segmented
        let peaks = network.filter { $0.trial.strategy == .full }.largest(.peakBytes)
            .flatMap { full in
                network.filter { $0.trial.strategy != .full }.largest(.peakBytes).map { full / $0 }
            }
        return Verdict(
            saving >= 4 ? .reproduced : .notReproduced,
            "×\(Table.fixed(saving, 2)) (\(network[0].trial.network) T 64; whole peak ×\(Table.fixed(peaks ?? 1, 2)))",
            value: saving)
    }
}
