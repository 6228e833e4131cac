import Quantities
import Schedules
import Trials

extension Claim {
    /// E3: what lies further back than the window is not learned.
    package static let lagsBeyondTheWindow = Claim(
        id: "E3", short: "lags beyond the window are not learned",
        source:
            "Aicher, Foti & Fox, Adaptively Truncating Backpropagation Through Time to Control Gradient Bias, UAI 2019, "
            + "section 5.1",
        cited: "Aicher 2019",
        statement:
            "Trained to copy a symbol of ten steps before, a network whose gradient reaches back five steps stays far behind "
            + "one whose gradient reaches back fifteen.",
        published: "a lag of 10 steps is learned with windows of 15 and 30, not of 5",
        convention:
            "cross-entropy, mean over the last tenth of the updates, on sequences not trained on; the same seed under both "
            + "windows; the least ratio of all seeds",
        experiments: [experiment],
        trust: "V",
        tolerance: "loss at k = 5 at least 1.2 of that at k = 15, \(leastSeeds) seeds",
        known: .reproduced,
        needs: [.loss],
        concerns: { row in
            guard row.trial.task == .copy(delay: lag), row.trial.updates > 0 else { return false }
            return windows.contains { isWindow($0, row) }
        },
        judgement: { evidence in
            .deciding(evidence.networks(experiment, over: [.strategy, .seed]).map(judgeLosses), farthestFrom: least)
        })

    private static let experiment = "copy-delay"
    private static let lag = 10
    private static let windows = [5, 15, 30]
    private static let least = 1.2
    private static let leastSeeds = 3

    @Sendable private static func isWindow(_ window: Int, _ row: Row) -> Bool {
        row.trial.strategy == .truncated(window: window, stride: window)
    }

    private static func judgeLosses(_ rows: [Row]) -> Verdict {
        func losses(_ window: Int) -> [Int: Double] {
            Dictionary(
                rows.filter { isWindow(window, $0) }.compactMap { row in row[.loss].map { (row.trial.seed, $0) } },
                uniquingKeysWith: { first, _ in first })
        }
        let (short, long) = (losses(windows[0]), losses(windows[1]))
        let ratios = short.compactMap { seed, loss in long[seed].flatMap { $0 > 0 ? loss / $0 : nil } }
        guard ratios.count >= leastSeeds, let ratio = ratios.min() else {
            return Verdict(
                .inconclusive,
                "only \(counted(ratios.count, "seed")) with both windows of \(rows[0].trial.network)")
        }
        let means = windows.compactMap { window -> String? in
            let values = losses(window).values
            guard !values.isEmpty else { return nil }
            return "\(Table.fixed(values.reduce(0, +) / Double(values.count), 3)) at k \(window)"
        }
        return Verdict(
            ratio >= least ? .reproduced : .notReproduced,
            "×\(Table.fixed(ratio, 2)) at least, of \(counted(ratios.count, "seed")); mean loss \(means.joined(separator: ", "))",
            value: ratio)
    }
}
