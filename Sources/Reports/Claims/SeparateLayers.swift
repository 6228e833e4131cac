import Quantities
import Schedules
import Trials

extension Claim {
    /// A7: each layer keeps its own records.
    package static let separateLayers = Claim(
        id: "A7", short: "layers are unrolled separately",
        source: "A Gentle Introduction to RNN Unrolling, its discussion", cited: "Brownlee 2017",
        statement: "Stacked layers are unrolled each on its own: L layers keep L times the records of one.",
        published: "each layer is unrolled separately: records ∝ L",
        convention:
            "records' bytes at their own peak under full unrolling, in the allocator's size classes; all layers of "
            + "one width",
        experiments: [experiment],
        trust: "V",
        tolerance: "exactly",
        known: .reproduced,
        needs: [.recordsBytes],
        concerns: { $0.trial.strategy == .full },
        judgement: { evidence in
            .deciding(evidence.networks(experiment, over: [.layers]).map(judgeLayers), farthestFrom: 0)
        })

    private static let experiment = "stacked-layers"

    private static func judgeLayers(_ rows: [Row]) -> Verdict {
        let layers = Set(rows.map(\.trial.layers)).sorted()
        let name = "\(rows[0].trial[.cell]) H \(rows[0].trial.hidden) B \(rows[0].trial.batch)"
        guard layers.count >= 3, let one = rows.filter({ $0.trial.layers == 1 }).largest(.recordsBytes) else {
            return Verdict(.inconclusive, "only \(counted(layers.count, "depth")) of \(name), or not that of one layer")
        }
        let deviations = rows.compactMap { row in row[.recordsBytes].map { $0 - Double(row.trial.layers) * one } }
        let farthest = deviations.max { abs($0) < abs($1) } ?? 0
        return Verdict(
            farthest == 0 ? .reproduced : .notReproduced,
            "\(plain(farthest)) bytes off L × one layer's (\(name), T \(rows[0].trial.length), L \(span(layers)))",
            value: farthest)
    }
}
