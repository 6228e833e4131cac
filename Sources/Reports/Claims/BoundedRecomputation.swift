import Glibc
import Quantities
import Schedules
import Trials

extension Claim {
    /// D4: bounds on the cost of saved states.
    package static let boundedRecomputation = Claim(
        id: "D4", short: "bounds on recomputation",
        source: gruslys, cited: "Gruslys 2016",
        statement:
            "With m saved states the forward steps grow no faster than t to the power 1 + 1/m, and a steps more a step "
            + "do for sequences that grow with the a-th power of m.",
        published: "derived here: C ≤ m·t^(1 + 1/m); C ≤ (a + 1)·t for t < mᵃ/a!",
        convention:
            "C counts every executed forward step, recorded ones included; the initial state takes a slot; table: "
            + "every t ≤ \(longest), m ≤ \(mostSlots), a ≤ \(mostReruns)",
        experiments: [experiment],
        trust: "M+D",
        tolerance: "no violation",
        known: .reproduced,
        needs: [.forwardSteps],
        concerns: { $0.trial.strategy.binomial != nil },
        judgement: { .both(table, judgeRows($0.rows(experiment))) })

    private static let experiment = "states-or-records"
    private static let (longest, mostSlots, mostReruns) = (1000, 64, 8)

    /// C over the smaller of the bounds that hold for t steps and m slots, and that bound in words.
    private static func tightness(_ steps: Int, length: Int, slots: Int) -> (share: Double, bound: String) {
        let (t, m) = (Double(length), Double(slots))
        // A bound met exactly is met, whatever the last bit of the power says.
        var tightest = (share: Double(steps) / (m * pow(t, 1 + 1 / m) * (1 + 1e-12)), bound: "m·t^(1 + 1/m)")
        var reach = 1.0
        for reruns in 1...mostReruns {
            reach *= m / Double(reruns)
            let share = Double(steps) / (Double(reruns + 1) * t)
            if t < reach, share > tightest.share { tightest = (share, "\(reruns + 1)·t") }
        }
        return tightest
    }

    private static let table: Verdict = {
        var tightest = (share: 0.0, text: "")
        for length in 1...longest {
            for slots in 1...mostSlots {
                let steps = length + Binomial.unrecordedSteps(length: length, slots: slots)
                let found = tightness(steps, length: length, slots: slots)
                if found.share > tightest.share {
                    tightest = (found.share, "C(\(length), \(slots)) = \(steps) against \(found.bound)")
                }
            }
        }
        let count = longest * mostSlots
        return tightest.share <= 1
            ? Verdict(.reproduced, "no violation in a table of \(count)", value: tightest.share)
            : Verdict(.notReproduced, tightest.text, value: tightest.share)
    }()

    private static func judgeRows(_ rows: [Row]) -> Verdict {
        var tightest = (share: 0.0, text: "")
        for row in rows {
            guard let slots = row.trial.strategy.binomial?.slots, let steps = row[.forwardSteps] else { continue }
            let found = tightness(Int(steps), length: row.trial.length, slots: slots)
            if found.share > tightest.share {
                tightest = (found.share, "C(\(row.trial.length), \(slots)) = \(plain(steps)) against \(found.bound)")
            }
        }
        guard Set(rows.map(\.trial.strategy)).count >= 3, rows.lengths.count >= 3 else {
            return Verdict(.inconclusive, "\(counted(rows.count, "row")); 3 lengths of 3 numbers of slots are needed")
        }
        return Verdict(
            tightest.share <= 1 ? .reproduced : .notReproduced,
            "in \(counted(rows.count, "row")) at most \(Table.fixed(tightest.share, 3)) of the bound, \(tightest.text)",
            value: tightest.share)
    }
}
