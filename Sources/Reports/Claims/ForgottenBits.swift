import Quantities
import Schedules
import Shapes
import Trials

extension Claim {
    /// G1: what a network that runs back keeps of its states.
    package static let forgottenBits = Claim(
        id: "G1", short: "reversible: 32/b times less than states",
        source: "MacKay, Vicol, Ba & Grosse, Reversible Recurrent Neural Networks, arXiv 1810.10999, 2018",
        cited: "MacKay 2018",
        statement:
            "A reversible network whose units forget b bits a step at most runs back exactly with 32/b times less "
            + "than its hidden states take, and without forgetting with none of them.",
        published: "10.7 at 3 bits, 16 at 2",
        convention:
            "of the RevGRU, of the leapfrog GRU, which is half of its step, and of the RevLSTM, whose h and c both change; 32 bits of each number that a step changes over "
            + "those of the buffer that are used and, in brackets, over those it has from the first "
            + "action on; exact where the gradient is full unrolling's to the bit; that a share of 1 writes nothing is a "
            + "test (FixedPointTests)",
        experiments: [experiment],
        trust: "V",
        tolerance: "at least 32/b, at two b; relative error 0",
        known: .reproduced,
        needs: [.bufferBytes, .forgottenBits, .gradientRelativeError],
        concerns: { $0.trial.strategy == .reversible && $0.trial.precision == .float },
        judgement: { evidence in judgeSaving(evidence.rows(experiment)) })

    private static let experiment = "reversible-buffer"

    private static func judgeSaving(_ rows: [Row]) -> Verdict {
        var shown: [String] = []
        var least = Double.infinity
        for row in rows {
            let trial = row.trial
            guard let bits = trial.cell.bits, let used = row[.forgottenBits], let bytes = row[.bufferBytes],
                let error = row[.gradientRelativeError]
            else { continue }
            guard error == 0 else {
                return Verdict(.notReproduced, "relative error \(error) (\(trial.network))", value: 0)
            }
            let states = Double(trial.layers * trial.shape.changedElements * trial.length * 4)
            least = min(least, Double(bits) / used)
            shown.append(
                "b \(bits): ×\(Table.fixed(32 / used, 1)) (×\(Table.fixed(states / bytes, 1))), 32/b "
                    + Table.fixed(32 / Double(bits), 1))
        }
        guard Set(rows.compactMap(\.trial.cell.bits)).count >= 2 else {
            return Verdict(.inconclusive, "only \(counted(rows.count, "row")); two numbers of bits are needed")
        }
        return Verdict(
            least >= 1 ? .reproduced : .notReproduced, shown.orderedSet.joined(separator: "; "), value: least)
    }
}
