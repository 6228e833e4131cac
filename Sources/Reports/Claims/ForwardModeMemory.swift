import Quantities
import Schedules
import Shapes
import Trials

extension Claim {
    /// K4: the price of a gradient that never goes back, in a framework.
    package static let forwardModeMemory = Claim(
        id: "K4", short: "RTRL in PyTorch: 2 B H² (H + 4)",
        source: "sketched-rtrl, exact real-time recurrent learning in PyTorch, 2026",
        cited: "sketched RTRL 2026",
        statement:
            "Exact real-time recurrent learning of an Elman layer takes two influence matrices of B·H·P numbers, the "
            + "one before a step and the one after: 8293 MiB at H 512, B 8.",
        published: "1061.6 MiB at H 256, B 8; 2·B·H²(H + 4)·4 bytes, D 3",
        convention:
            "a training step's peak above weights, gradients and inputs, by the gauge of programs, over the formula; one bias, for "
            + "both of a layer have the same sensitivity; any length, for nothing is kept of a step",
        experiments: [influence],
        trust: "V+D",
        tolerance: "± 3 %, at two widths",
        known: .reproduced,
        needs: [.stepBytes],
        concerns: { row in
            let trial = row.trial
            return trial.engine == .shipped(.pytorch) && trial[.strategy] == "forward" && trial.cell == .elman
                && trial.layers == 1 && trial.input == 3
        },
        judgement: { evidence in judgeWidths(evidence.rows(influence)) })

    private static let influence = "forward-mode-memory"

    private static func judgeWidths(_ rows: [Row]) -> Verdict {
        let widths = Set(rows.map(\.trial.hidden))
        guard widths.count >= 2 else { return Verdict(.inconclusive, "only \(counted(widths.count, "width"))") }
        let verdicts = rows.compactMap { row -> Verdict? in
            guard let bytes = row[.stepBytes] else { return nil }
            let (hidden, trial) = (row.trial.hidden, row.trial)
            let formula = 2 * trial.batch * hidden * hidden * (hidden + 4) * trial.precision.bytes
            let ratio = bytes / Double(formula)
            return Verdict(
                (0.97...1.03).contains(ratio) ? .reproduced : .notReproduced,
                "\(Table.fixed(ratio, 3)) of the formula (\(Bytes(Int(bytes))), H \(hidden) B \(trial.batch))",
                value: ratio)
        }
        return .deciding(verdicts, farthestFrom: 1)
    }
}
