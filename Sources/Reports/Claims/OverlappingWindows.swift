import Schedules
import Trials

extension Claim {
    /// B6: windows that overlap by half run backward twice over each step.
    package static let overlappingWindows = Claim(
        id: "B6", short: "BPTT(2h′; h′) goes back twice",
        source: hwang + ", algorithm 1; Williams & Peng, Neural Computation 2, 1990", cited: "Hwang & Sung 2016",
        statement: "BPTT(2h′; h′) runs forward once over every frame and backward twice.",
        published: "each frame once forward, twice backward",
        convention:
            "backward steps 2T − h′, for the first window is half as long: 2 a step in the limit; time: median of "
            + "wall times over full unrolling's, paired by repetition, over (1 + 2ρ)/(1 + ρ), ρ = backward/forward seconds "
            + "of full unrolling",
        experiments: [experiment],
        trust: "V/D",
        tolerance: "steps exactly; time within ±10 % of predicted",
        known: .reproduced,
        needs: [.forwardSteps, .backwardSteps, .wallSeconds],
        concerns: { $0.trial.strategy == .full || halfStride($0) != nil },
        judgement: { evidence in
            let rows = evidence.rows(experiment).filter { halfStride($0) != nil }
            let forward = Verdict.exact(.forwardSteps, named: "forward steps", in: rows) { $0.trial.length }
            let backward = Verdict.exact(.backwardSteps, named: "backward steps", in: rows) { row in
                halfStride(row).map { 2 * row.trial.length - $0 }
            }
            let networks = evidence.networks(experiment, over: [.strategy])
            return .all([
                forward, backward, .deciding(networks.map(judgeTwice), farthestFrom: 2),
                .times(networks.flatMap(judgeTimes)),
            ])
        })

    private static let experiment = "overlapping-windows"

    /// h′ of BPTT(2h′; h′); nil for any other strategy, or where h′ does not divide the sequence.
    @Sendable private static func halfStride(_ row: Row) -> Int? {
        guard let truncated = row.trial.strategy.truncated, truncated.window == 2 * truncated.stride,
            row.trial.length % truncated.stride == 0, truncated.window <= row.trial.length
        else { return nil }
        return truncated.stride
    }

    /// 2 − h′/T comes as close to 2 as the sequence is long.
    private static func judgeTwice(_ network: [Row]) -> Verdict {
        let ratios = network.compactMap { row -> Double? in
            guard halfStride(row) != nil, let backward = row[.backwardSteps], let forward = row[.forwardSteps] else {
                return nil
            }
            return backward / forward
        }
        guard let least = ratios.min() else {
            return Verdict(.inconclusive, "no BPTT(2h′; h′) of \(network[0].trial.network)")
        }
        return Verdict(
            least >= 1.95 ? .reproduced : .inconclusive, "\(Table.fixed(least, 3)) backward a forward step",
            value: least)
    }

    private static func judgeTimes(_ network: [Row]) -> [Verdict?] {
        let full = network.filter { $0.trial.strategy == .full }
        return network.filter { halfStride($0) != nil }.grouped(over: []).map { rows in
            Verdict.time(of: rows, over: full, full: full, within: 0.9...1.1) { (1 + 2 * $0) / (1 + $0) }
        }
    }
}
