import Quantities
import Schedules
import Shapes
import Trials

extension Claim {
    /// K2: what a scan over all steps at once keeps.
    package static let parallelScanMemory = Claim(
        id: "K2", short: "minGRU: 88 % more than GRU",
        source: "Feng, Tung, Ahmed, Bengio & Hajimirsadeghi, Were RNNs all we needed?, arXiv 2410.01201, 2024",
        cited: "Feng 2024",
        statement: "Trained over 512 steps by a parallel scan in PyTorch, a minGRU takes 88 % more memory than a GRU.",
        published: "88 % more at T 512, on a GPU",
        convention:
            "a training step's peak above weights, gradients and inputs, by the gauge of programs; PyTorch on a processor: "
            + "torch.nn.GRU, and minGRU by cumulative sums of logarithms, which autograd goes back through",
        experiments: [scans],
        trust: "V2",
        tolerance: "88 ± 20 points",
        known: .notReproduced(
            "on a processor torch.nn.GRU keeps some 12 numbers a unit and step, the scan 18; the published figure is a GPU's"
        ),
        needs: [.stepBytes],
        concerns: { row in
            let trial = row.trial
            return trial.engine == .shipped(.pytorch) && trial.length == 512 && trial.variant == .plain
                && trial.strategy == .full && ["gru", "mingru"].contains(trial[.cell])
        },
        judgement: { evidence in
            .deciding(evidence.networks(scans, over: [.cell]).map(judgeScan), farthestFrom: 88)
        })

    private static let scans = "minimal-gru"

    private static func judgeScan(_ network: [Row]) -> Verdict {
        func bytes(_ cell: String) -> Double? {
            Sample(.stepBytes, of: network.filter { $0.trial[.cell] == cell }).median
        }
        let trial = network[0].trial
        let size = "H \(trial.hidden) B \(trial.batch) T \(trial.length)"
        guard let gru = bytes("gru"), let mingru = bytes("mingru"), gru > 0 else {
            return Verdict(.inconclusive, "GRU or minGRU missing, \(size)")
        }
        let more = 100 * (mingru / gru - 1)
        return Verdict(
            abs(more - 88) <= 20 ? .reproduced : .notReproduced, "\(Table.fixed(more, 1)) % more (\(size))", value: more
        )
    }
}
