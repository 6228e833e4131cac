import Quantities
import Schedules
import Shapes
import Trials

extension Claim {
    /// K3: what fusing a selective scan is for.
    package static let selectiveScanMemory = Claim(
        id: "K3", short: "unfused scan: 4 B L ED N",
        source: "mamba.py, a selective scan (Gu & Dao, arXiv 2312.00752) in PyTorch, github.com/alxndrTL/mamba.py",
        cited: "mamba.py 2024",
        statement: "A selective scan that is not fused keeps about four tensors of B·L·ED·N numbers a layer.",
        published: "4·B·L·ED·N·4 bytes a layer",
        convention:
            "slope in the layers of a training step's peak, least squares, over B·L·ED·N·4 bytes (L is T, ED is H, N 16): what a "
            + "layer keeps, without what lives while one is computed; by the gauge of programs, in PyTorch on a processor",
        experiments: [scan],
        trust: "V+D",
        tolerance: "4 ± 10 %",
        known: .reproduced,
        needs: [.stepBytes],
        concerns: { $0.trial.engine.rawValue.hasSuffix("/selective_scan.py") && $0.trial.strategy == .full },
        judgement: { evidence in
            .deciding(evidence.networks(scan, over: [.layers]).map(judgeLayers), farthestFrom: 4)
        })

    private static let scan = "selective-scan"
    /// N of Sources/engines/pytorch/selective_scan.py.
    private static let states = 16

    private static func judgeLayers(_ network: [Row]) -> Verdict {
        let trial = network[0].trial
        let size = "ED \(trial.hidden) B \(trial.batch) L \(trial.length)"
        let points = network.compactMap { row in row[.stepBytes].map { Point(x: Double(row.trial.layers), y: $0) } }
        guard Set(points.map(\.x)).count >= 3, let line = LinearFit(points) else {
            return Verdict(.inconclusive, "fewer than 3 depths, \(size)")
        }
        let tensor = trial.batch * trial.length * trial.hidden * states * trial.precision.bytes
        let kept = line.slope / Double(tensor)
        return Verdict(
            (3.6...4.4).contains(kept) ? .reproduced : .notReproduced,
            "\(Table.fixed(kept, 2)) tensors a layer (\(size), N \(states))", value: kept)
    }
}
