import Glibc
import Quantities
import Schedules
import Trials

extension Claim {
    /// E5: the bias of a window is bounded by how fast gradients fall.
    package static let biasBound = Claim(
        id: "E5", short: "the bias is bounded by the decay",
        source:
            "Aicher, Foti & Fox, Adaptively Truncating Backpropagation Through Time to Control Gradient Bias, UAI 2019, "
            + "algorithm 1",
        cited: "Aicher 2019",
        statement:
            "How strongly losses are felt at the states before them, lag by lag, bounds the relative bias of a truncated "
            + "gradient, and the window can be chosen by it.",
        published: "with φ_k = λᵏ: E(K) = λ^{K+1}/(1 − λ), δ(K) = λ^{K+1}",
        convention:
            "the formulae on φ_k = λᵏ; β of a linear network with U = λ times an orthogonal matrix, the adding problem; then the "
            + "copy task, lag 10: δ of the window that was chosen against ‖g_K − g‖/‖g‖ of windows of that length with stride 1, "
            + "random weights",
        experiments: [decay, bound],
        trust: "V/D",
        tolerance: "formulae to 1e-9; β = λ to 1e-6; estimate at least the measured bias, within × 3",
        known: .notReproduced("it is a bound, and looser than × 3: gradients of streams and lags cancel"),
        needs: [],
        concerns: { row in
            row[.chosenWindow] != nil && row[.estimatedRelativeBias] != nil
                || row.trial.strategy.truncated?.stride == 1 && row[.gradientRelativeError] != nil
        },
        judgement: { evidence in
            if let refuted = judgeFormulae() ?? judgeDecay(evidence.rows(decay)) { return refuted }
            return .deciding(evidence.networks(bound, over: [.strategy]).map(judgeBound), farthestFrom: 3)
        })

    private static let (decay, bound) = ("gradient-decay", "bias-bound")
    private static let most = 3.0

    /// Nil where they hold.
    private static func judgeFormulae() -> Verdict? {
        for lambda in [0.5, 0.8, 0.95] {
            let lags = 0...2000
            let profile = LagProfile(
                norms: lags.map { pow(lambda, Double($0)) },
                cumulativeNorms: lags.map { (1 - pow(lambda, Double($0 + 1))) / (1 - lambda) })
            let (absolute, relative) = (profile.absoluteBiases, profile.relativeBiases)
            for lag in 0..<100 {
                let power = pow(lambda, Double(lag + 1))
                let error = max(abs(absolute[lag] * (1 - lambda) / power - 1), abs(relative[lag] / power - 1))
                guard error <= 1e-9 else {
                    return Verdict(
                        .notReproduced, "λ \(lambda), K \(lag): \(Table.scientific(error)) off the formulae",
                        value: error)
                }
            }
        }
        return nil
    }

    /// Nil where β is λ.
    private static func judgeDecay(_ rows: [Row]) -> Verdict? {
        var scales: Set<Double> = []
        for row in rows {
            guard let scale = row.trial.recurrentWeights.scale, let beta = row[.gradientDecay] else { continue }
            guard abs(beta / scale - 1) <= 1e-6 else {
                return Verdict(
                    .notReproduced, "β \(beta) where λ is \(scale) (\(row.trial.network))", value: beta / scale)
            }
            scales.insert(scale)
        }
        return scales.count >= 2 ? nil : Verdict(.inconclusive, "two values of λ are needed, with their β")
    }

    private static func judgeBound(_ rows: [Row]) -> Verdict {
        var ratios: [(ratio: Double, text: String)] = []
        for row in rows {
            guard let window = row[.chosenWindow], let estimate = row[.estimatedRelativeBias],
                let fixed = rows.first(where: { $0.trial.strategy == .truncated(window: Int(window), stride: 1) }),
                let measured = fixed[.gradientRelativeError], measured > 0
            else { continue }
            let text = "\(Table.scientific(estimate)) against \(Table.scientific(measured)) at K \(plain(window))"
            ratios.append((estimate / measured, text))
        }
        let windows = Set(ratios.map(\.text))
        guard windows.count >= 3, let low = ratios.min(by: { $0.ratio < $1.ratio }),
            let high = ratios.max(by: { $0.ratio < $1.ratio })
        else {
            return Verdict(.inconclusive, "three chosen windows with their bias are needed of \(rows[0].trial.network)")
        }
        let isReproduced = low.ratio >= 1 && high.ratio <= most
        return Verdict(
            isReproduced ? .reproduced : .notReproduced,
            "estimate over measured ×\(Table.fixed(low.ratio, 2)) (\(low.text)) to ×\(Table.fixed(high.ratio, 2)) (\(high.text)), "
                + rows[0].trial.network, value: low.ratio < 1 ? low.ratio : high.ratio)
    }
}
