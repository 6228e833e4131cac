import Schedules
import Trials

extension Claim {
    /// C4: the recursion with one cut.
    package static let halving = Claim(
        id: "C4", short: "halving: log₂ T memory",
        source: chen + ", equations 2 and 3", cited: "Chen 2016",
        statement:
            "Cutting the sequence in half again and again needs memory of log₂ T, and forward steps of T·log₂ T.",
        published: "g(n) = 1 + g(n/2): log₂ n memory",
        convention:
            "slots: bytes of saved states at their peak over one state's, the initial state included; C counts every "
            + "executed forward step, recorded ones included: T + (T/2)·log₂ T, T a power of two",
        experiments: [experiment],
        trust: "V/D",
        tolerance: "slots ≤ log₂ T + 1; C exactly",
        known: .reproduced,
        needs: [.forwardSteps, .statesBytes],
        concerns: { $0.trial.strategy == .bisection && powerOfTwo($0.trial.length) != nil },
        judgement: { evidence in
            .both(
                .exact(.forwardSteps, named: "C", in: evidence.rows(experiment)) { row in
                    powerOfTwo(row.trial.length).map { row.trial.length + row.trial.length / 2 * $0 }
                },
                .deciding(evidence.networks(experiment, over: [.length]).map(judgeSlots), farthestFrom: -100))
        })

    private static let experiment = "bisection"

    /// p of T = 2ᵖ; nil for any other length.
    @Sendable static func powerOfTwo(_ length: Int) -> Int? {
        length & (length - 1) == 0 ? length.trailingZeroBitCount : nil
    }

    /// The figure is the slots beyond log₂ T + 1, at most 0.
    private static func judgeSlots(_ rows: [Row]) -> Verdict {
        let trial = rows[0].trial
        let lengths = rows.lengths
        guard lengths.count >= 3, lengths.last! >= 16 * lengths[0] else {
            return Verdict(
                .inconclusive, "only T \(span(lengths)) of \(trial.network); 3 that span a factor of 16 are needed")
        }
        let slots = rows.compactMap { row -> (excess: Double, text: String)? in
            guard let bytes = row[.statesBytes], let power = powerOfTwo(row.trial.length) else { return nil }
            let slots = bytes / Double(row.trial.footprint.state)
            return (slots - Double(power + 1), "\(plain(slots)) slots for T \(row.trial.length)")
        }
        let most = slots.max { $0.excess <= $1.excess }!
        return Verdict(
            most.excess <= 0 ? .reproduced : .notReproduced, "\(most.text) (\(trial.network), T \(span(lengths)))",
            value: most.excess)
    }
}
