import Schedules
import Trials

extension Claim {
    /// D3: the figure in Gruslys' abstract.
    package static let oneThirdMoreTime = Claim(
        id: "D3", short: "95 % less memory, one third more time",
        source: gruslys + ", abstract", cited: "Gruslys 2016",
        statement: "Over 1000 steps, 95 % of the memory is saved for one third more time.",
        published: "T 1000: 95 % less memory, 33 % more time",
        convention:
            "50 kept records of 1000; states and records at the peak over full unrolling's, allowed besides 5 % the "
            + "record at hand and the initial state; C counts every executed forward step, recorded ones included; time: "
            + "median of wall times over full unrolling's, paired by repetition, over (1.95 + ρ)/(1 + ρ), "
            + "ρ = backward/forward seconds of full unrolling",
        experiments: [experiment],
        trust: "V/D",
        tolerance: "bytes ≤ 5 % + record + state; C = 1950; time within ±8 % of predicted",
        known: .reproduced,
        needs: [
            .forwardSteps, .wallSeconds, .peakBytes, .weightsBytes, .gradientsBytes, .inputsBytes, .workspaceBytes,
        ],
        concerns: { row in
            row.trial.length == 1000 && [.full, strategy].contains(row.trial.strategy)
        },
        judgement: { evidence in
            let networks = evidence.networks(experiment, over: [.strategy])
            return .all([
                .exact(.forwardSteps, named: "C", in: evidence.rows(experiment)) {
                    $0.trial.strategy == strategy ? 1950 : nil
                },
                .deciding(networks.map(judgeBytes), farthestFrom: 0),
                .times(networks.map(judgeTime)),
            ])
        })

    private static let experiment = "one-third-more-time"
    private static let strategy = Strategy.internal(slots: 50)

    private static func judgeBytes(_ network: [Row]) -> Verdict {
        func growing(_ isFull: Bool) -> [Double] {
            network.filter { ($0.trial.strategy == .full) == isFull }.compactMap(\.statesAndRecordsBytes)
        }
        let trial = network[0].trial
        guard let full = growing(true).min(), let kept = growing(false).max() else {
            return Verdict(.inconclusive, "full unrolling or kept records missing of \(trial.network)")
        }
        let allowed = 0.05 * full + Double(trial.footprint.record + trial.footprint.state)
        return Verdict(
            kept <= allowed ? .reproduced : .notReproduced, "\(Table.fixed(kept / full * 100, 2)) % of the bytes",
            value: kept / full)
    }

    private static func judgeTime(_ network: [Row]) -> Verdict? {
        let full = network.filter { $0.trial.strategy == .full }
        return Verdict.time(
            of: network.filter { $0.trial.strategy == strategy }, over: full, full: full, within: 0.92...1.08
        ) { (1.95 + $0) / (1 + $0) }
    }
}
