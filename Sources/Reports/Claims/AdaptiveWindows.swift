import Glibc
import Schedules
import Trials

extension Claim {
    /// E6: windows that a bound chooses learn as well as the best fixed one.
    package static let adaptiveWindows = Claim(
        id: "E6", short: "windows by a bound learn as well",
        source:
            "Aicher, Foti & Fox, Adaptively Truncating Backpropagation Through Time to Control Gradient Bias, UAI 2019, "
            + "table C.1",
        cited: "Aicher 2019",
        statement:
            "Trained to copy a symbol of ten steps before, a network whose window follows a bound of the gradient's bias "
            + "comes to the perplexity of the best fixed window.",
        published:
            "perplexity at fixed K 5, 10, 15, 20, 30: 1.655, 1.035, 1.038, 1.045, 1.044; at bounds of 0.9, 0.5, 0.1: 1.018, "
            + "1.024, 1.029",
        convention:
            "BPTT(2K; K), so that every loss is felt over K steps; e to the mean loss over the last tenth of the updates, mean "
            + "of \(leastSeeds) seeds or more",
        experiments: [experiment],
        trust: "V",
        tolerance: "every bound at most the best fixed window + 0.02; K 5 at least 1.2 times the best",
        known: .notReproduced("with a bound of 0.5 perplexity ends at 0.1 above that of the best fixed window"),
        needs: [.loss],
        concerns: { row in
            guard row.trial.task == .copy(delay: 10), row.trial.updates > 0 else { return false }
            return row.trial.strategy.adaptation != nil || fixedWindow(row) != nil
        },
        judgement: { evidence in
            .deciding(
                evidence.networks(experiment, over: [.strategy, .seed]).map(judgePerplexities), farthestFrom: 0.02)
        })

    private static let experiment = "adaptive-window"
    private static let leastSeeds = 3
    private static let (most, short, least) = (0.02, 5, 1.2)

    /// K of BPTT(2K; K).
    @Sendable private static func fixedWindow(_ row: Row) -> Int? {
        guard let truncated = row.trial.strategy.truncated, truncated.window == 2 * truncated.stride else { return nil }
        return truncated.stride
    }

    private static func judgePerplexities(_ rows: [Row]) -> Verdict {
        /// By window or by tolerance, those with enough seeds.
        func perplexities<Key: Hashable>(_ key: (Row) -> Key?) -> [Key: Double] {
            Dictionary(grouping: rows.filter { key($0) != nil }) { key($0)! }.compactMapValues { rows in
                let bySeed = Dictionary(
                    rows.map { ($0.trial.seed, $0[.loss]!) }, uniquingKeysWith: { first, _ in first })
                guard bySeed.count >= leastSeeds else { return nil }
                return bySeed.values.reduce(0) { $0 + exp($1) } / Double(bySeed.count)
            }
        }
        let fixed = perplexities(fixedWindow)
        let chosen = perplexities { $0.trial.strategy.adaptation?.tolerance }
        guard let shortest = fixed[short], let best = fixed.filter({ $0.key != short }).values.min(), chosen.count >= 3,
            let worst = chosen.values.max()
        else {
            return Verdict(
                .inconclusive,
                "\(leastSeeds) seeds of K 5, of longer windows and of three bounds are needed of \(rows[0].trial.network)"
            )
        }
        func list<Key: Comparable>(_ values: [Key: Double], descending: Bool = false) -> String {
            values.sorted { descending ? $0.key > $1.key : $0.key < $1.key }
                .map { "\(Table.fixed($0.value, 3)) at \($0.key)" }.joined(separator: ", ")
        }
        let text = "perplexity with bounds \(list(chosen, descending: true)); with fixed K \(list(fixed))"
        let isReproduced = worst <= best + most && shortest >= least * best
        return Verdict(isReproduced ? .reproduced : .notReproduced, text, value: worst - best)
    }
}
