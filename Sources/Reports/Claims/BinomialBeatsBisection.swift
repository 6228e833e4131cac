import Schedules
import Trials

extension Claim {
    /// D7: at equal slots the optimal schedule against the halves.
    package static let binomialBeatsBisection = Claim(
        id: "D7", short: "binomial beats halving",
        source: chen + "; Griewank & Walther, Algorithm 799: revolve, ACM TOMS 26(1), 2000, doi 10.1145/347837.347846",
        cited: "Chen; Griewank",
        statement:
            "With as many slots as halving takes, 11 for 1024 steps, the binomial schedule takes fewer forward steps "
            + "and less time.",
        published: "derived here: T 1024, 11 slots: 4.556 T against 6.000 T",
        convention:
            "C counts every executed forward step, recorded ones included; the initial state takes a slot; time: "
            + "median of binomial's wall times over bisection's, paired by repetition, over "
            + "(C_binomial/T + ρ)/(C_bisection/T + ρ), ρ = backward/forward seconds of full unrolling",
        experiments: [experiment],
        trust: "D",
        tolerance: "C exactly; time within ±10 % of predicted",
        known: .reproduced,
        needs: [.forwardSteps, .wallSeconds],
        concerns: { row in
            row.trial.length == 1024 && [.full, .bisection, .binomial(slots: 11)].contains(row.trial.strategy)
        },
        judgement: { evidence in
            let rows = evidence.rows(experiment)
            return .all([
                .exact(.forwardSteps, named: "4665 = 4.556 T", in: rows) {
                    $0.trial.strategy == .binomial(slots: 11) ? 4665 : nil
                },
                .exact(.forwardSteps, named: "6144 = 6.000 T", in: rows) {
                    $0.trial.strategy == .bisection ? 6144 : nil
                },
                .times(
                    evidence.networks(experiment, over: [.strategy]).map { network in
                        func own(_ strategy: Strategy) -> [Row] { network.filter { $0.trial.strategy == strategy } }
                        return Verdict.time(
                            of: own(.binomial(slots: 11)), over: own(.bisection), full: own(.full), within: 0.9...1.1
                        ) { (4665.0 / 1024 + $0) / (6 + $0) }
                    }),
            ])
        })

    private static let experiment = "binomial-or-bisection"
}
