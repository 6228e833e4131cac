import Schedules
import Trials

extension Claim {
    /// C2: what √T memory costs.
    package static let oneExtraForward = Claim(
        id: "C2",
        source: "Chen, Xu, Zhang & Guestrin, Training Deep Nets with Sublinear Memory Cost, arXiv 1604.06174",
        statement: "Memory of √T costs one more forward pass, and training time in proportion.",
        published: "one more forward pass, about 30 % more time",
        convention: "C counts every executed forward step, recorded ones included: 2T less the last segment, "
            + "which is recorded on the way; time: median of wall times over full unrolling's, paired by repetition, over "
            + "(C/T + ρ)/(1 + ρ), ρ = backward/forward seconds of full unrolling; the longest sequence of each network, "
            + "where full unrolling takes 0.05 s or more",
        experiments: [experiment],
        trust: "V",
        tolerance: "C exactly; time within ±8 % of predicted",
        needs: [.forwardSteps, .wallSeconds],
        concerns: { $0.trial.strategy == .full || $0.trial.strategy == .segmented(length: nil) },
        judgement: { evidence in
            let rows = evidence.rows(experiment)
            let times = evidence.networks(experiment, over: [.length, .strategy]).compactMap(judgeTime)
            let time =
                times.isEmpty
                ? Verdict(.inconclusive, "no full unrolling of \(leastSeconds) s or more to hold a time against")
                : Verdict.deciding(times, farthestFrom: 1)
            return .both(judgeCount(rows), time)
        })

    private static let experiment = "sublinear-memory"
    /// Shorter times are mostly noise.
    private static let leastSeconds = 0.05

    private static func judgeCount(_ rows: [Row]) -> Verdict {
        var judged = 0
        for row in rows {
            guard let segments = row.trial.segments, let steps = row[.forwardSteps] else { continue }
            judged += 1
            let expected = 2 * row.trial.length - segments.last
            guard Int(steps) == expected else {
                return Verdict(
                    .notReproduced,
                    "C = \(plain(steps)) and not \(expected) (\(row.trial.network), T \(row.trial.length))",
                    value: steps / Double(expected))
            }
        }
        guard judged > 0 else { return Verdict(.inconclusive, "no segmented row") }
        return Verdict(.reproduced, "C exact in \(counted(judged, "row"))", value: 1)
    }

    /// Judges the longest sequence; nil when its times are too short to tell.
    private static func judgeTime(_ network: [Row]) -> Verdict? {
        for length in network.lengths.reversed() {
            let rows = network.filter { $0.trial.length == length }
            let full = rows.filter { $0.trial.strategy == .full }
            let segmented = rows.filter { ($0.trial.segments?.count ?? 0) > 1 }
            guard let seconds = Sample(.wallSeconds, of: full).median, seconds >= leastSeconds else { continue }
            guard let steps = segmented.largest(.forwardSteps) else { continue }
            let place = "\(rows[0].trial.network) T \(length)"
            let backwardRatios = full.compactMap { row in
                row[.backwardSeconds].flatMap { backward in
                    row[.forwardSeconds].flatMap { $0 > 0 ? backward / $0 : nil }
                }
            }
            let ratios = Sample(ratios: .wallSeconds, of: segmented, to: full)
            guard let rho = Sample(backwardRatios).median, let median = ratios.median,
                let interval = ratios.medianInterval()
            else { return Verdict(.inconclusive, "no ρ or no paired times of \(place)") }
            let predicted = (steps / Double(length) + rho) / (1 + rho)
            let measured =
                "\(Table.fixed(median / predicted, 3)) of predicted (×\(Table.fixed(median, 2)) for "
                + "×\(Table.fixed(predicted, 2)), ρ \(Table.fixed(rho, 2)), \(place), \(counted(ratios.count, "pair")))"
            let quotient = interval.divided(by: predicted)
            let outcome =
                ratios.count < leastRepetitions
                ? .inconclusive : Verdict.outcome(of: quotient, within: 0.92...1.08)
            return Verdict(outcome, measured, value: median / predicted, interval: quotient)
        }
        return nil
    }
}
