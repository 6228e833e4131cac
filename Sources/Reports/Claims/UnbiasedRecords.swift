import Schedules
import Shapes
import Trials
import Vectors

extension Claim {
    /// I1: what is rounded by chance is right on average only where it enters once.
    package static let unbiasedRecords = Claim(
        id: "I1", short: "stochastic records biased by squares",
        source:
            "derived here; of convolutions Chen et al., ActNN, arXiv 2104.14129, whose rounding is said to be unbiased",
        cited: "derived here",
        statement:
            "Records in few bits, stochastically rounded, give the gradient on average where it is linear in the record, as a linear "
            + "cell's is, and not where it is quadratic, as an Elman cell's is by 1 − h²; two independent roundings repair that.",
        published: "derived here: E[1 − ĥ²] = 1 − h² − Var ĥ",
        convention:
            "‖ḡ − g‖/‖g‖ of the mean of ≥ 10⁴ draws in standard errors √(tr Σ/N)/‖g‖ of that mean; ∂L/∂y is exact; what 8 bits "
            + "leave of the bias is less than 10⁴ draws tell from chance, and it is asked of 2 and 4",
        experiments: [experiment],
        trust: "D",
        tolerance: "linear and repaired within 3 standard errors; Elman beyond 5 at 2 and 4 bits",
        known: .reproduced,
        needs: [.gradientRelativeError, .gradientStandardError],
        concerns: { $0.trial.rounding.rounding.isRandom && $0.trial.rounding.draws >= leastDraws },
        judgement: { evidence in
            .deciding(
                evidence.networks(experiment, over: [.cell, .records, .rounding]).map(judgeMeans), farthestFrom: 0)
        })

    private static let experiment = "rounded-records"
    private static let leastDraws = 10_000

    private static func judgeMeans(_ rows: [Row]) -> Verdict {
        /// How far means are off, in standard errors.
        func deviations(where isMeant: (Trial) -> Bool) -> [Double] {
            rows.filter { isMeant($0.trial) }.compactMap { row in
                guard let error = row[.gradientRelativeError], let deviation = row[.gradientStandardError],
                    deviation > 0
                else { return nil }
                return error / deviation
            }
        }
        func biased(_ format: RecordFormat) -> Double? {
            deviations {
                $0.cell == .elman && $0.records == format && $0.rounding.rounding == .stochastic
            }.max()
        }
        let trial = rows[0].trial
        let place = "H \(trial.hidden) B \(trial.batch) T \(trial.length)"
        guard let linear = deviations(where: { $0.cell == .linear }).max(), let two = biased(.int2),
            let four = biased(.int4),
            let repaired = deviations(where: { $0.cell == .elman && $0.rounding.rounding == .independent }).max()
        else { return Verdict(.inconclusive, "no \(leastDraws) draws of all roundings, of \(place)") }
        let text =
            "linear \(Table.fixed(linear, 2)), Elman at 2 and 4 bits \(Table.fixed(two, 1)) and \(Table.fixed(four, 1)), repaired "
            + "\(Table.fixed(repaired, 2)) standard errors off (\(place))"
        let least = min(two, four)
        // A bias that is not seen refutes nothing where chance may hide it.
        if linear <= 3, repaired <= 3, least <= 5, least > 3 { return Verdict(.inconclusive, text, value: least) }
        let isSo = linear <= 3 && repaired <= 3 && least > 5
        return Verdict(isSo ? .reproduced : .notReproduced, text, value: least)
    }
}
