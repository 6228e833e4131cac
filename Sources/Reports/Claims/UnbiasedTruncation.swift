import Schedules
import Trials

extension Claim {
    /// E4: chance, made up for, is right on average.
    package static let unbiasedTruncation = Claim(
        id: "E4", short: "random truncation is unbiased",
        source: "Tallec & Ollivier, Unbiasing Truncated Backpropagation Through Time, arXiv 1705.08209",
        cited: "Tallec 2017",
        statement:
            "Truncation at random places, with what is not cut off multiplied to make up for it, gives the gradient on "
            + "average; truncation at fixed places does not.",
        published: "randomised truncation with compensation is unbiased, fixed truncation is not",
        convention:
            "‖ḡ − g‖/‖g‖ of the mean of ≥ 10⁴ draws against full unrolling's gradient, in standard errors √(tr Σ/N)/‖g‖ of that "
            + "mean; the fixed window's error in the same standard errors; cuts with probability 1/window before each step",
        experiments: [experiment],
        trust: "V",
        tolerance: "mean within 3 standard errors; fixed not",
        known: .reproduced,
        needs: [.gradientRelativeError],
        concerns: { row in
            let strategy = row.trial.strategy
            guard let truncated = strategy.truncated else { return strategy.randomized != nil }
            return truncated.window == truncated.stride && truncated.window < row.trial.length
        },
        judgement: { evidence in
            .deciding(evidence.networks(experiment, over: [.strategy]).map(judgeMean), farthestFrom: 0)
        })

    private static let experiment = "randomized-truncation"
    private static let leastDraws = 10_000

    private static func judgeMean(_ rows: [Row]) -> Verdict {
        let trial = rows[0].trial
        let place = "\(trial.network), T \(trial.length)"
        var farthest: (random: Double, fixed: Double, text: String)?
        for row in rows {
            guard let window = row.trial.strategy.randomized?.window,
                let draws = row.trial.strategy.draws, draws >= leastDraws,
                let error = row[.gradientRelativeError], let deviation = row[.gradientStandardError], deviation > 0,
                let fixed = rows.filter({ $0.trial.strategy == .truncated(window: window, stride: window) })
                    .largest(.gradientRelativeError)
            else { continue }
            let found = (
                error / deviation, fixed / deviation,
                "random \(Table.fixed(error / deviation, 2)), fixed \(Table.fixed(fixed / deviation, 1)) standard errors "
                    + "off (\(place), window \(window), \(draws) draws)"
            )
            if found.0 > farthest?.random ?? -1 { farthest = found }
            // A fixed window as near as chance would have it tells nothing.
            if found.1 <= 3, found.0 <= 3 { return Verdict(.inconclusive, found.2, value: found.0) }
        }
        guard let farthest else {
            return Verdict(.inconclusive, "no \(leastDraws) draws, or no fixed window beside them, of \(place)")
        }
        return Verdict(farthest.random <= 3 ? .reproduced : .notReproduced, farthest.text, value: farthest.random)
    }
}
