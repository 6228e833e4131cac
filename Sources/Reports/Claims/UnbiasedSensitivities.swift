import Quantities
import Schedules
import Trials

extension Claim {
    /// F7: random products in place of the influence matrix.
    package static let unbiasedSensitivities = Claim(
        id: "F7", short: "UORO and KF-RTRL are unbiased",
        source:
            "Tallec & Ollivier, Unbiased Online Recurrent Optimization, arXiv 1702.05043; Mujika, Meier & Steger, Approximating "
            + "Real-Time Recurrent Learning with Random Kronecker Factors, arXiv 1805.10842",
        cited: "Mujika 2018",
        statement:
            "A random product of two vectors, and a random Kronecker product, carried in place of the influence matrix give "
            + "the gradient on average; the Kronecker product is nearer to it in each draw.",
        published: "both unbiased, KF-RTRL with less noise",
        convention:
            "‖ḡ − g‖/‖g‖ of the mean of ≥ 10⁴ draws in standard errors √(tr Σ/N)/‖g‖ of that mean; of equally many draws "
            + "the standard error says which is noisier",
        experiments: [experiment],
        trust: "V/D",
        tolerance: "mean within 3 standard errors; KF-RTRL's standard error below UORO's",
        known: .reproduced,
        needs: [.gradientRelativeError, .gradientStandardError],
        concerns: { $0.trial.strategy.sensitivities != nil && $0.trial.strategy.draws ?? 0 >= leastDraws },
        judgement: { evidence in
            .deciding(evidence.networks(experiment, over: [.strategy]).map(judgeMeans), farthestFrom: 0)
        })

    private static let experiment = "forward-draws"
    private static let leastDraws = 10_000

    private static func judgeMeans(_ rows: [Row]) -> Verdict {
        let place = "\(rows[0].trial.network), T \(rows[0].trial.length)"
        var deviations: [String: Double] = [:]
        var farthest = 0.0
        for row in rows {
            guard let error = row[.gradientRelativeError], let deviation = row[.gradientStandardError], deviation > 0
            else { continue }
            farthest = max(farthest, error / deviation)
            deviations[row.trial.strategy.name] = deviation
        }
        guard let vectors = deviations["uoro"], let factors = deviations["kf"] else {
            return Verdict(.inconclusive, "no \(leastDraws) draws of both, of \(place)")
        }
        let text =
            "\(Table.fixed(farthest, 2)) standard errors off; the standard error is \(Table.fixed(factors / vectors, 2)) of "
            + "UORO's (\(place))"
        return Verdict(farthest <= 3 && factors < vectors ? .reproduced : .notReproduced, text, value: farthest)
    }
}
