import Schedules
import Trials

extension Claim {
    /// D8: not knowing the length costs nothing at first.
    package static let unknownLength = Claim(
        id: "D8", short: "online matches offline",
        source: "Stumm & Walther, New algorithms for optimal online checkpointing, SIAM J. Sci. Comput. 32(2), 2010, "
            + "doi 10.1137/080742439", cited: "Stumm & Walther 2010",
        statement: "Up to (s + 1)(s + 2)/2 steps, checkpointing that does not know the length takes no more steps than "
            + "checkpointing that does.",
        published: "same steps for T ≤ (s + 1)(s + 2)/2",
        convention:
            "executed forward steps of both, recorded ones included; the initial state takes a slot; table: s 3–20, "
            + "every T up to the bound, counted by schedules; rows: counted by the executor",
        experiments: [experiment],
        trust: "V2",
        tolerance: "exactly",
        known: .reproduced,
        needs: [.forwardSteps],
        concerns: { row in
            guard let slots = row.trial.strategy.online?.slots else { return false }
            return row.trial.length <= longest(slots)
        },
        judgement: { evidence in
            let rows = evidence.rows(experiment)
            let counts = Verdict.exact(.forwardSteps, named: "C", in: rows) { row in
                row.trial.strategy.online.map {
                    row.trial.length + Binomial.unrecordedSteps(length: row.trial.length, slots: $0.slots)
                }
            }
            let edges = Set(
                rows.filter { $0.trial.length == longest($0.trial.strategy.online?.slots ?? 0) }.map(\.trial.strategy))
            guard edges.count >= 3 else {
                return Verdict.both(table, counts).leftOpen(
                    by: "fewer than 3 numbers of slots measured at the bound itself")
            }
            return .both(table, counts)
        })

    private static let experiment = "unknown-length"

    @Sendable private static func longest(_ slots: Int) -> Int { (slots + 1) * (slots + 2) / 2 }

    private static let table: Verdict = {
        for slots in 3...20 {
            for length in 1...longest(slots) {
                let online = Online(length: length, slots: slots).reduce(0) { steps, action in
                    if case .advance(let range, _) = action { steps + range.count } else { steps }
                }
                let offline = length + Binomial.unrecordedSteps(length: length, slots: slots)
                guard online == offline else {
                    return Verdict(
                        .notReproduced, "\(online) steps online, \(offline) offline (T \(length), s \(slots))",
                        value: Double(online - offline))
                }
            }
        }
        return Verdict(.reproduced, "same steps for s 3…20 and every T up to the bound", value: 0)
    }()
}
