import Schedules
import Trials

extension Claim {
    /// D5: states and records under one budget.
    package static let mixedStates = Claim(
        id: "D5", short: "mixed is never worse",
        source: gruslys, cited: "Gruslys 2016",
        statement:
            "Keeping states and records under one budget never takes more forward steps than keeping either alone.",
        published: "derived here: C/T at T 1000 in 2 % of the memory, HSM/ISM/MSM: "
            + publishedCosts.map { "α \($0.alpha) \($0.costs)" }.joined(separator: " · "),
        convention:
            "C counts every executed forward step, recorded ones included; rows: each mixed one against all binomial "
            + "and internal ones of the same network that take no more bytes of states and records, α of the cells' real "
            + "sizes; table: the paper's recursions, T 1000, 1, 2 and 5 % of its records and the initial state",
        experiments: [experiment],
        trust: "M+D",
        tolerance: "C ≤ both",
        known: .reproduced,
        needs: [.forwardSteps, .peakBytes, .weightsBytes, .gradientsBytes, .inputsBytes, .workspaceBytes],
        concerns: { row in
            let strategy = row.trial.strategy
            return strategy.binomial != nil || strategy.internal != nil || strategy.mixed != nil
        },
        judgement: { evidence in
            let networks = evidence.networks(experiment, over: [.strategy])
            return .both(table, judge(networks))
        })

    private static let experiment = "states-or-records"

    /// Literals, from dynamic programmes that are not ours.
    private static let publishedCosts: [(alpha: Int, costs: String)] = [
        (2, "3.054/2.750/2.556"), (4, "2.917/2.750/2.137"), (7, "2.857/2.750/1.987"),
    ]

    private static let table: Verdict = {
        let length = 1000
        var shown: [String] = []
        for alpha in [2, 4, 7] {
            let mixed = mixedSteps(length: length, slots: length / 20 * alpha + 1, alpha: alpha)
            for percent in [1, 2, 5] {
                let kept = length * percent / 100
                let costs = [
                    length + Binomial.unrecordedSteps(length: length, slots: kept * alpha + 1),
                    Internal.forwardSteps(length: length, slots: kept), mixed[kept * alpha + 1],
                ]
                let text = costs.map { Table.fixed(Double($0) / Double(length), 3) }.joined(separator: "/")
                let literal = percent == 2 ? publishedCosts.first { $0.alpha == alpha }?.costs : nil
                guard costs[2] <= min(costs[0], costs[1]), literal ?? text == text else {
                    return Verdict(
                        .notReproduced, "α \(alpha), \(percent) %: \(text)",
                        value: Double(costs[2] - min(costs[0], costs[1])))
                }
                if percent == 2 { shown.append("α \(alpha) \(text)") }
            }
        }
        return Verdict(.reproduced, shown.joined(separator: " · "), value: 0)
    }()

    /// The paper's recursion: C(t, m) is the least of y + C(t − y, m − 1) + C(y, m), saving a state, and
    /// y + C(t − y, m − α) + C(y − 1, m), keeping a record with the state that enters it. By number of slots, 0 to `slots`,
    /// the initial state's included.
    private static func mixedSteps(length: Int, slots: Int, alpha: Int) -> [Int] {
        var levels: [[Int32]] = [[]]
        for slots in 1...slots {
            var costs: [Int32] = [0, 1]
            for length in 2...length {
                // With the initial state alone every step starts over.
                var least = Int32(length * (length + 1) / 2)
                if slots > 1 {
                    let right = levels[slots - 1]
                    // No step is run less than once: this costs t + y at least.
                    for split in 1..<length where length + split < Int(least) {
                        least = min(least, Int32(split) + right[length - split] + costs[split])
                    }
                }
                if slots > alpha {
                    let right = levels[slots - alpha]
                    for split in 1...length where length + split - 1 < Int(least) {
                        least = min(least, Int32(split) + right[length - split] + costs[split - 1])
                    }
                }
                costs.append(least)
            }
            levels.append(costs)
        }
        return levels.map { $0.isEmpty ? 0 : Int($0[length]) }
    }

    /// Of all networks: each mixed row against what fits in its bytes.
    private static func judge(_ networks: [[Row]]) -> Verdict {
        var pairs = ["binomial": 0, "internal": 0]
        var closest = -Double.infinity
        for network in networks {
            for mixed in network where mixed.trial.strategy.name == "mixed" {
                guard let bytes = mixed.statesAndRecordsBytes, let steps = mixed[.forwardSteps] else { continue }
                for other in network {
                    guard let count = pairs[other.trial.strategy.name], let others = other.statesAndRecordsBytes,
                        let more = other[.forwardSteps], others <= bytes
                    else { continue }
                    pairs[other.trial.strategy.name] = count + 1
                    closest = max(closest, steps - more)
                    guard steps <= more else {
                        return Verdict(
                            .notReproduced,
                            "\(mixed.trial.strategy) takes \(plain(steps)) steps, \(other.trial.strategy) \(plain(more)) "
                                + "(\(mixed.trial.network), T \(mixed.trial.length))", value: steps - more)
                    }
                }
            }
        }
        guard let least = pairs.values.min(), least > 0 else {
            return Verdict(.inconclusive, "no mixed row beside a binomial and an internal one that take no more bytes")
        }
        return Verdict(
            .reproduced,
            "rows: no more steps than \(pairs["binomial"]!) binomial and \(pairs["internal"]!) internal ones",
            value: closest)
    }
}
