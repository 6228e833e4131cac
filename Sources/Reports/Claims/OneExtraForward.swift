import Schedules
import Trials

extension Claim {
    /// C2: what √T memory costs.
    package static let oneExtraForward = Claim(
        id: "C2", short: "one more forward pass",
        source: "Chen, Xu, Zhang & Guestrin, Training Deep Nets with Sublinear Memory Cost, arXiv 1604.06174",
        cited: "Chen 2016",
        statement: "Memory of √T costs one more forward pass, and training time in proportion.",
        published: "one more forward pass, about 30 % more time",
        convention: "C counts every executed forward step, recorded ones included: 2T less the last segment, "
            + "which is recorded on the way; time: median of wall times over full unrolling's, paired by repetition, over "
            + "(C/T + ρ)/(1 + ρ), ρ = backward/forward seconds of full unrolling; the longest sequence of each network, "
            + "where full unrolling takes 0.05 s or more",
        experiments: [experiment],
        trust: "V",
        tolerance: "C exactly; time within ±8 % of predicted",
        known: .reproduced,
        needs: [.forwardSteps, .wallSeconds],
        concerns: { $0.trial.strategy == .full || $0.trial.strategy == .segmented(length: nil) },
        judgement: { evidence in
            .both(
                judgeCount(evidence.rows(experiment)),
                .times(evidence.networks(experiment, over: [.length, .strategy]).map(judgeTime)))
        })

    private static let experiment = "sublinear-memory"

    private static func judgeCount(_ rows: [Row]) -> Verdict {
        .exact(.forwardSteps, named: "C", in: rows) { row in
            row.trial.segments.map { 2 * row.trial.length - $0.last }
        }
    }

    /// Judges the longest sequence; nil when its times are too short to tell.
    private static func judgeTime(_ network: [Row]) -> Verdict? {
        for length in network.lengths.reversed() {
            let rows = network.filter { $0.trial.length == length }
            let full = rows.filter { $0.trial.strategy == .full }
            let segmented = rows.filter { ($0.trial.segments?.count ?? 0) > 1 }
            guard let steps = segmented.largest(.forwardSteps) else { continue }
            let verdict = Verdict.time(of: segmented, over: full, full: full, within: 0.92...1.08) { rho in
                (steps / Double(length) + rho) / (1 + rho)
            }
            if let verdict { return verdict }
        }
        return nil
    }
}
