import Quantities
import Schedules
import Shapes
import Trials

extension Claim {
    /// F8: the longer a state remembers, the more it depends on how long it does.
    package static let curseOfMemory = Claim(
        id: "F8", short: "the curse of memory",
        source:
            "Zucchet & Orvieto, Recurrent neural networks: vanishing and exploding gradients are not the end of the story, arXiv "
            + "2405.21064, 2024",
        cited: "Zucchet 2024",
        statement:
            "A state that forgets by a factor λ a step depends on λ the more the less it forgets: with λ → 1 its sensitivity grows "
            + "much faster than the state itself, and no gradient explodes.",
        published:
            "derived here: h' = λh + x, white x of variance 1: E[(∂h/∂λ)²] = (1 + λ²)/(1 − λ²)³, 263.887 at 0.9, 251262.6 at 0.99",
        convention:
            "linear network of one unit, U = ±λ, noise in; variance over sequences of ∂h/∂U over that of h, times 1/(1 − λ²), that "
            + "of h for x of variance 1; mean over seeds, in standard errors of that mean",
        experiments: [experiment],
        trust: "M/D",
        tolerance: "within 3 standard errors, at two values of λ",
        known: .reproduced,
        needs: [.relativeSensitivity],
        concerns: { row in
            row.trial.cell == .linear && row.trial.hidden == 1 && row.trial.layers == 1 && row.trial.task == .noise
                && row.trial.recurrentWeights.scale.map { $0 < 1 } ?? false
        },
        judgement: { evidence in
            let networks = evidence.networks(experiment, over: [.seed, .strategy])
            let scales = Set(networks.compactMap { $0[0].trial.recurrentWeights.scale })
            let verdict = Verdict.deciding(networks.map(judgeSensitivity), farthestFrom: 0)
            return scales.count >= 2 ? verdict : verdict.leftOpen(by: "two values of λ are needed")
        })

    private static let experiment = "curse-of-memory"
    private static let leastSeeds = 8

    private static func judgeSensitivity(_ rows: [Row]) -> Verdict {
        let trial = rows[0].trial
        let scale = trial.recurrentWeights.scale!
        let rest = 1 - scale * scale
        let place = "λ \(scale), T \(trial.length)"
        // What is before the sequence is left out: after T steps the factor λ^(2T) T² of it.
        guard Double(trial.length) * rest >= 20 else {
            return Verdict(.inconclusive, "T too short for \(place)")
        }
        let seeds = Dictionary(grouping: rows, by: \.trial.seed).values.compactMap { $0[0][.relativeSensitivity] }
        guard seeds.count >= leastSeeds else {
            return Verdict(.inconclusive, "\(leastSeeds) seeds are needed of \(place)")
        }
        let values = seeds.map { $0 / rest }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let error = (variance / count).squareRoot()
        let exact = (1 + scale * scale) / (rest * rest * rest)
        let distance = abs(mean - exact) / error
        return Verdict(
            distance <= 3 ? .reproduced : .notReproduced,
            "\(Table.significant(mean, 4)) ± \(Table.significant(error, 2)), and \(Table.significant(exact, 6)) in theory: "
                + "\(Table.fixed(distance, 1)) standard errors (\(place))",
            value: distance)
    }
}
