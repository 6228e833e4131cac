import Glibc
import Schedules
import Shapes
import Trials

extension Claim {
    /// E1: what a window leaves out falls by the same factor with every further step.
    package static let truncationBias = Claim(
        id: "E1", short: "bias decays geometrically",
        source:
            "Aicher, Foti & Fox, Adaptively Truncating Backpropagation Through Time to Control Gradient Bias, UAI 2019",
        cited: "Aicher 2019",
        statement:
            "Where gradients shrink by a factor λ a step on their way back, the bias of a truncated gradient shrinks by λ "
            + "with every further step of the window.",
        published: "bias ∝ λᵏ (theorem 1)",
        convention:
            "linear network, U = λ times an orthogonal matrix, the adding problem's loss on the last step, windows of stride 1, Double; slope of "
            + "ln ‖g_k − g‖/‖g‖ in k, least squares, over ln λ; k < T",
        experiments: [experiment],
        trust: "V",
        tolerance: "slope ln λ ± 5 %; 0 at k ≥ T",
        known: .reproduced,
        needs: [.gradientRelativeError],
        concerns: { row in
            guard row.trial.task == .adding else { return false }
            guard let truncated = row.trial.strategy.truncated else { return row.trial.strategy == .full }
            return truncated.stride == 1
        },
        judgement: { evidence in
            let networks = evidence.networks(experiment, over: [.strategy])
            let scales = Set(networks.compactMap { $0[0].trial.recurrentWeights.scale })
            let verdict = Verdict.deciding(networks.map(judgeDecay), farthestFrom: 1)
            return scales.count >= 2 ? verdict : verdict.leftOpen(by: "two values of λ are needed")
        })

    private static let experiment = "truncation-bias"

    private static func judgeDecay(_ rows: [Row]) -> Verdict {
        let trial = rows[0].trial
        guard trial.cell == .linear, let scale = trial.recurrentWeights.scale, scale < 1 else {
            return Verdict(.inconclusive, "no λ below 1 in \(trial.network)")
        }
        let place = "\(trial.network), λ \(scale), T \(trial.length)"
        var points: [Point] = []
        var whole = 0
        for row in rows {
            guard let error = row[.gradientRelativeError] else { continue }
            guard let window = row.trial.strategy.truncated?.window, window < trial.length else {
                whole += 1
                guard error == 0 else {
                    return Verdict(
                        .notReproduced, "\(Table.scientific(error)) off under \(row.trial.strategy) (\(place))",
                        value: error)
                }
                continue
            }
            guard error > 0 else {
                return Verdict(.notReproduced, "no bias under \(row.trial.strategy) (\(place))", value: 0)
            }
            points.append(Point(x: Double(window), y: log(error)))
        }
        let windows = points.map { Int($0.x) }
        guard Set(windows).count >= 5, windows.max()! >= 60, whole >= 1, let slope = slope(points) else {
            return Verdict(
                .inconclusive,
                "windows \(span(windows)) of \(place); 5 up to 60 are needed, and one of the whole sequence")
        }
        let quotient = slope / log(scale)
        return Verdict(
            (0.95...1.05).contains(quotient) ? .reproduced : .notReproduced,
            "\(Table.fixed(quotient, 3)) ln λ (\(place), k \(span(windows)))", value: quotient)
    }

    /// Of least squares; nil without two different x.
    private static func slope(_ points: [Point]) -> Double? {
        let count = Double(points.count)
        let (x, y) = (points.reduce(0) { $0 + $1.x } / count, points.reduce(0) { $0 + $1.y } / count)
        let variance = points.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
        return variance > 0 ? points.reduce(0) { $0 + ($1.x - x) * ($1.y - y) } / variance : nil
    }
}
