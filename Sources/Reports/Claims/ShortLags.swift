import Quantities
import Schedules
import Trials

extension Claim {
    /// E2: chunks let few losses reach back as far as the window.
    package static let shortLags = Claim(
        id: "E2", short: "chunks over-weight short lags",
        source:
            "Aicher, Foti & Fox, Adaptively Truncating Backpropagation Through Time to Control Gradient Bias, UAI 2019",
        cited: "Aicher 2019",
        statement:
            "Cut in chunks of k steps, a sequence sends only one error a chunk back over all k steps; a window that "
            + "goes on step by step sends one from every step but the first k − 1.",
        published: "errors of full depth: ⌊T/k⌋ in chunks, T − k + 1 in windows of stride 1",
        convention:
            "losses that reach back over k steps, their own included, counted in the schedule whose backward steps "
            + "the executor counted",
        experiments: [experiment],
        trust: "V/V2",
        tolerance: "exactly",
        known: .reproduced,
        needs: [.backwardSteps],
        concerns: { row in expectedDepths(row.trial) != nil },
        judgement: { judgeDepths($0.rows(experiment)) })

    private static let experiment = "error-depth"

    /// What is published of this strategy; nil where it speaks of another.
    @Sendable private static func expectedDepths(_ trial: Trial) -> Int? {
        guard let truncated = trial.strategy.truncated, truncated.window > 1, truncated.window <= trial.length else {
            return nil
        }
        let (window, stride) = (truncated.window, truncated.stride)
        return stride == window ? trial.length / window : stride == 1 ? trial.length - window + 1 : nil
    }

    private static func judgeDepths(_ rows: [Row]) -> Verdict {
        var kinds: [Bool: Set<Strategy>] = [:]
        var example: [Bool: String] = [:]
        for row in rows {
            guard let truncated = row.trial.strategy.truncated,
                let expected = expectedDepths(row.trial),
                let backward = row[.backwardSteps]
            else { continue }
            let (window, stride) = (truncated.window, truncated.stride)
            var (full, steps) = (0, 0)
            for action in row.trial.schedule {
                guard case .backward(let range, let injecting) = action else { continue }
                steps += range.count
                full += injecting.count { $0 - range.lowerBound + 1 >= window }
            }
            let place = "\(row.trial.network), T \(row.trial.length), \(row.trial.strategy)"
            guard Int(backward) == steps else {
                return Verdict(
                    .notReproduced, "\(plain(backward)) backward steps and not \(steps) (\(place))",
                    value: backward - Double(steps))
            }
            guard full == expected else {
                return Verdict(
                    .notReproduced, "\(full) errors of full depth and not \(expected) (\(place))",
                    value: Double(full - expected))
            }
            kinds[stride == 1, default: []].insert(row.trial.strategy)
            example[stride == 1] = "\(full) for T \(row.trial.length), k \(window)"
        }
        guard kinds[true]?.count ?? 0 >= 2, kinds[false]?.count ?? 0 >= 2, let windows = example[true],
            let chunks = example[false]
        else { return Verdict(.inconclusive, "chunks and windows of stride 1 are needed, two of each") }
        return Verdict(
            .reproduced, "in chunks \(chunks); of stride 1 \(windows); exact in \(counted(rows.count, "row"))", value: 0
        )
    }
}
