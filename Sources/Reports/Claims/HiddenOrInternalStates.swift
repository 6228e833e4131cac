import Schedules
import Trials

extension Claim {
    /// D2: two dynamic programmes and their closed forms.
    package static let hiddenOrInternalStates = Claim(
        id: "D2", short: "HSM and ISM in closed form",
        source: gruslys, cited: "Gruslys 2016",
        statement:
            "With m saved states the least forward steps are C(t, m) = min y + C(t − y, m − 1) + C(y, m), with m kept "
            + "records min y + C(t − y, m − 1) + C(y − 1, m); revolve's closed form gives both.",
        published: "HSM = l + t(l, m); ISM = t(l + 1, m)",
        convention:
            "C counts every executed forward step, recorded ones included; for states the initial state takes a slot, "
            + "for records it does not; t as in D1; dynamic programmes for all l ≤ \(longest), m ≤ \(mostSlots)",
        experiments: [experiment],
        trust: "D",
        tolerance: "exactly",
        known: .reproduced,
        needs: [.forwardSteps],
        concerns: { $0.trial.strategy.binomial != nil || $0.trial.strategy.internal != nil },
        judgement: { evidence in
            let rows = evidence.rows(experiment)
            return .all([
                programmes,
                .exact(.forwardSteps, named: "C_HSM", in: rows) { row in
                    guard let slots = row.trial.strategy.binomial?.slots else { return nil }
                    return row.trial.length + Binomial.unrecordedSteps(length: row.trial.length, slots: slots)
                },
                .exact(.forwardSteps, named: "C_ISM", in: rows) { row in
                    guard let slots = row.trial.strategy.internal?.slots else { return nil }
                    return Internal.forwardSteps(length: row.trial.length, slots: slots)
                },
            ])
        })

    static let gruslys =
        "Gruslys, Munos, Danihelka, Lanctot & Graves, Memory-Efficient Backpropagation Through Time, NIPS 2016, "
        + "arXiv 1606.03401"
    private static let experiment = "states-or-records"
    private static let longest = 1000
    private static let mostSlots = 64

    /// The closed forms against the recursions, which are solved here by trying every split: no formula of ours is in them.
    private static let programmes: Verdict = {
        for isInternal in [false, true] {
            // Costs with one slot less.
            var fewer: [Int32] = []
            for slots in 1...mostSlots {
                var costs: [Int32] = [0]
                for length in 1...longest {
                    var least: Int32
                    if length <= slots {
                        least = Int32(isInternal ? length : 2 * length - 1)
                    } else if slots == 1 {
                        // The only split leaves nothing to the right of it.
                        least = isInternal ? Int32(length) + costs[length - 1] : Int32(length * (length + 1) / 2)
                    } else {
                        least = .max
                        for split in 1...(isInternal ? length : length - 1) {
                            let left = costs[isInternal ? split - 1 : split]
                            least = min(least, Int32(split) + fewer[length - split] + left)
                        }
                    }
                    costs.append(least)
                    let closed =
                        isInternal
                        ? Internal.forwardSteps(length: length, slots: slots)
                        : length + Binomial.unrecordedSteps(length: length, slots: slots)
                    guard Int(least) == closed else {
                        return Verdict(
                            .notReproduced,
                            "\(isInternal ? "ISM" : "HSM")(\(length), \(slots)) = \(least), in closed form \(closed)",
                            value: Double(closed) - Double(least))
                    }
                }
                fewer = costs
            }
        }
        return Verdict(.reproduced, "closed forms exact for l ≤ \(longest), m ≤ \(mostSlots)", value: 0)
    }()
}
