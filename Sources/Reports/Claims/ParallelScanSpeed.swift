import Quantities
import Schedules
import Shapes
import Trials

extension Claim {
    /// K5: what a scan over all steps at once gains.
    package static let parallelScanSpeed = Claim(
        id: "K5", short: "minGRU: 175 times as fast as GRU",
        source: "Feng, Tung, Ahmed, Bengio & Hajimirsadeghi, Were RNNs all we needed?, arXiv 2410.01201, 2024",
        cited: "Feng 2024",
        statement:
            "Trained over 512 steps in PyTorch, a minGRU whose steps are a parallel scan takes a 175th of a GRU's time.",
        published: "175 times at T 512 (minLSTM 235 times), on a T4 GPU, batches of 64",
        convention:
            "median times of a training step, one thread of a processor, which a scan does not fill: torch.nn.GRU, and minGRU by "
            + "cumulative sums of logarithms",
        experiments: [Row.scans],
        trust: "V2",
        tolerance: "± 20 %",
        known: .notReproduced(
            "the figure is of a GPU, where steps in turn leave most of it idle; on a processor torch.nn.GRU is one compiled loop, and "
                + "the scan takes about twice its time"),
        // The bytes are what tells a program's row.
        needs: [.wallSeconds, .stepBytes],
        concerns: { $0.isOfScans },
        judgement: { evidence in
            let verdicts = evidence.scans(.wallSeconds) { gru, mingru, size in
                let ratio = gru / mingru
                return Verdict(
                    (0.8...1.2).contains(ratio / figure) ? .reproduced : .notReproduced,
                    "\(Table.fixed(ratio, 2)) times as fast (\(size))", value: ratio)
            }
            return .deciding(verdicts, farthestFrom: figure)
        })

    private static let figure = 175.0
}
