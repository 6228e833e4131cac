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
        experiments: [Row.scans],
        trust: "V2",
        tolerance: "88 ± 20 points",
        known: .notReproduced(
            "on a processor torch.nn.GRU keeps some 12 numbers a unit and step, the scan 18; the published figure is a GPU's"
        ),
        needs: [.stepBytes],
        concerns: { $0.isOfScans },
        judgement: { evidence in
            let verdicts = evidence.scans(.stepBytes) { gru, mingru, size in
                let more = 100 * (mingru / gru - 1)
                return Verdict(
                    abs(more - 88) <= 20 ? .reproduced : .notReproduced, "\(Table.fixed(more, 1)) % more (\(size))",
                    value: more)
            }
            return .deciding(verdicts, farthestFrom: 88)
        })
}

// What Feng's claims are judged by: torch.nn.GRU beside a minGRU whose steps are a scan.
extension Row {
    static let scans = "minimal-gru"

    var isOfScans: Bool {
        trial.engine == .shipped(.pytorch) && trial.length == 512 && trial.variant == .plain && trial.strategy == .full
            && ["gru", "mingru"].contains(trial[.cell])
    }
}

extension ClaimEvidence {
    /// A verdict for each size of network.
    ///
    /// - Parameter judge: from the medians of a figure, the GRU's and the minGRU's, both above 0, and the size in words.
    func scans(_ figure: Figure, judge: (_ gru: Double, _ mingru: Double, _ size: String) -> Verdict) -> [Verdict] {
        networks(Row.scans, over: [.cell]).map { network in
            func median(_ cell: String) -> Double? {
                Sample(figure, of: network.filter { $0.trial[.cell] == cell }).median
            }
            let trial = network[0].trial
            let size = "H \(trial.hidden) B \(trial.batch) T \(trial.length)"
            guard let gru = median("gru"), let mingru = median("mingru"), gru > 0, mingru > 0 else {
                return Verdict(.inconclusive, "GRU or minGRU missing, \(size)")
            }
            return judge(gru, mingru, size)
        }
    }
}
