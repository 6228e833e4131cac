import Quantities
import Schedules
import Shapes
import Trials

extension Claim {
    /// F4: what a parameter does to its own unit, and no more.
    package static let diagonalCost = Claim(
        id: "F4", short: "SnAp-1 costs what BPTT does",
        source: "Menick et al., Practical Real Time Recurrent Learning with a Sparse Approximation, arXiv 2006.07232",
        cited: "Menick 2021",
        statement:
            "To carry what each parameter does to its own unit costs no more operations than backpropagation through time; of a dense "
            + "network what it does within two steps is all it does, and SnAp-2 is real-time recurrent learning.",
        published:
            "SnAp-1 at the cost of backpropagation; derived here: less memory than full unrolling beyond T = H + D + 1 (Elman)",
        convention:
            "FLOPs of a training step over full unrolling's, and its wall time paired by round; SnAp-2 against full unrolling's "
            + "gradient in Double; memory: SnAp-1's peak and full unrolling's at each T",
        experiments: [experiment],
        trust: "V/D",
        tolerance: "FLOPs at most 1.1; time at most 2 at B 1; SnAp-2 to 1e-10; less memory only beyond H + D + 1",
        known: .notReproduced(
            "a parameter takes three multiply-adds a step, two to carry it and one forward, where unrolling takes three of U and two "
                + "of W: 1.27 of the FLOPs at D 64, H 32"),
        needs: [.flops, .peakBytes, .wallSeconds, .gradientRelativeError],
        concerns: { row in
            row.trial.cell == .elman && row.trial.layers == 1
                && (row.trial.strategy == .full || row.trial.strategy.name == "snap")
        },
        judgement: { evidence in
            let rows = evidence.rows(experiment)
            return .both(
                judgeSecondOrder(
                    rows.filter { $0.trial.strategy == .snap(order: 2) && $0.trial.precision == .double }),
                .deciding(
                    rows.filter { $0.trial.strategy != .snap(order: 2) }.grouped(over: [.strategy, .length])
                        .map(judgeCost), farthestFrom: 0))
        })

    private static let experiment = "forward-diagonal"

    private static func judgeSecondOrder(_ rows: [Row]) -> Verdict {
        guard let error = rows.largest(.gradientRelativeError) else {
            return Verdict(.inconclusive, "no SnAp-2 in Double")
        }
        return Verdict(
            error <= 1e-10 ? .reproduced : .notReproduced,
            "SnAp-2 off by \(Table.scientific(error)) at most (\(counted(rows.count, "row")))", value: error)
    }

    private static func judgeCost(_ rows: [Row]) -> Verdict {
        let trial = rows[0].trial
        let place = trial.network
        var (flops, slowest): (Double, Interval?) = (0, nil)
        var isSmaller: [(length: Int, less: Bool)] = []
        for (length, alike) in Dictionary(grouping: rows, by: \.trial.length) {
            let (full, first) = (
                alike.filter { $0.trial.strategy == .full }, alike.filter { $0.trial.strategy == .snap(order: 1) }
            )
            guard let work = full.largest(.flops), let own = first.largest(.flops), work > 0,
                let bytes = full.largest(.peakBytes), let peak = first.largest(.peakBytes)
            else { continue }
            flops = max(flops, own / work)
            isSmaller.append((length, peak < bytes))
            let ratios = Sample(ratios: .wallSeconds, of: first, to: full)
            if ratios.count >= Claim.leastRepetitions, let interval = ratios.medianInterval(),
                interval.high > slowest?.high ?? 0
            {
                slowest = interval
            }
        }
        let bound = trial.hidden + trial.input + 1
        guard let slowest, isSmaller.contains(where: { $0.length <= bound }),
            isSmaller.contains(where: { $0.length > bound })
        else {
            return Verdict(
                .inconclusive, "\(Claim.leastRepetitions) times, and lengths around \(bound), are needed of \(place)")
        }
        let text = "FLOPs \(Table.fixed(flops, 3)), time \(Table.fixed(slowest.high, 2)) of full unrolling's (\(place))"
        guard flops <= 1.1, !isSmaller.contains(where: { $0.length <= bound && $0.less }) else {
            return Verdict(.notReproduced, text, value: flops)
        }
        guard trial.batch == 1 else { return Verdict(.reproduced, text, value: flops) }
        return Verdict(Verdict.outcome(of: slowest, within: 0...2), text, value: flops, interval: slowest)
    }
}
