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
        experiments: [scans],
        trust: "V2",
        tolerance: "± 20 %",
        known: .notReproduced(
            "the figure is of a GPU, where steps in turn leave most of it idle; on a processor torch.nn.GRU is one compiled loop, and "
                + "the scan takes about twice its time"),
        // The bytes are what tells a program's row.
        needs: [.wallSeconds, .stepBytes],
        concerns: { row in
            let trial = row.trial
            return trial.engine == .shipped(.pytorch) && trial.length == 512 && trial.variant == .plain
                && trial.strategy == .full && ["gru", "mingru"].contains(trial[.cell])
        },
        judgement: { evidence in
            .deciding(evidence.networks(scans, over: [.cell]).map(judgeScan), farthestFrom: figure)
        })

    private static let scans = "minimal-gru"
    private static let figure = 175.0

    private static func judgeScan(_ network: [Row]) -> Verdict {
        func seconds(_ cell: String) -> Double? {
            Sample(.wallSeconds, of: network.filter { $0.trial[.cell] == cell }).median
        }
        let trial = network[0].trial
        let size = "H \(trial.hidden) B \(trial.batch) T \(trial.length)"
        guard let gru = seconds("gru"), let mingru = seconds("mingru"), mingru > 0 else {
            return Verdict(.inconclusive, "GRU or minGRU missing, \(size)")
        }
        let ratio = gru / mingru
        return Verdict(
            (0.8...1.2).contains(ratio / figure) ? .reproduced : .notReproduced,
            "\(Table.fixed(ratio, 2)) times as fast (\(size))", value: ratio)
    }
}
