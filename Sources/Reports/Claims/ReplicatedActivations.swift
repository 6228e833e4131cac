import Memory
import Quantities
import Schedules
import Shapes
import Trials

extension Claim {
    /// A2: full unrolling keeps every activation once a step.
    package static let replicatedActivations = Claim(
        id: "A2", short: "N steps, N copies",
        source: "Hwang & Sung, Sequence to Sequence Training of CTC-RNNs with Partial Windowing, arXiv 1511.06841",
        cited: "Hwang & Sung 2016",
        statement: "A network unrolled N times holds N copies of each activation.",
        published: "N steps, N copies of every activation",
        convention:
            "one record a step: a_i·H·B values a layer, a_i = 1 for Elman, 5 for LSTM, 4 for GRU, in usable bytes",
        experiments: [sweep],
        trust: "V",
        tolerance: "1 record a step, exactly",
        known: .reproduced,
        needs: [.recordsBytes],
        concerns: { $0.trial.strategy == .full },
        judgement: { evidence in
            let verdict = Verdict.deciding(
                evidence.networks(sweep, over: [.length]).map(judgeReplication), farthestFrom: 1)
            // That the bytes are ∝ H·B shows only where both vary.
            let rows = evidence.rows(sweep)
            guard Set(rows.map(\.trial.hidden)).count >= 2, Set(rows.map(\.trial.batch)).count >= 2 else {
                return verdict.leftOpen(by: "a single hidden size or batch shows no proportion")
            }
            return verdict
        })

    private static let sweep = "replicated-activations"

    private static func judgeReplication(_ rows: [Row]) -> Verdict {
        let trial = rows[0].trial
        let shape = trial.shape
        let values = shape.cell.recordParts * shape.hidden * shape.batch
        let record = Double(shape.layers * Heap.usableSize(values * shape.precision.bytes))
        guard rows.lengths.count >= 3, let slope = farthestSlope(rows.points { $0[.recordsBytes] }, from: record) else {
            return Verdict(.inconclusive, "only \(counted(rows.lengths.count, "length")) of \(trial.network)")
        }
        return Verdict(
            slope == record ? .reproduced : .notReproduced,
            "\(plain(slope / record)) × the record a step "
                + "(\(plain(slope)) bytes, \(trial.network), T \(span(rows.lengths)))",
            value: slope / record)
    }
}
