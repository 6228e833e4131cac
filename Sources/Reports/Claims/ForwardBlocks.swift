import Quantities
import Schedules
import Shapes
import Trials

extension Claim {
    /// F6: in blocks as long as the state is wide.
    package static let forwardBlocks = Claim(
        id: "F6", short: "RTRL in blocks: H³ a step",
        source:
            "Schmidhuber, A fixed size storage O(n³) time complexity learning algorithm for fully recurrent continually "
            + "running networks, 1992, doi 10.1162/neco.1992.4.2.243",
        cited: "Schmidhuber 1992",
        statement:
            "In blocks of as many steps as there are units, each unrolled by itself, the gradient is the same, memory does not "
            + "grow with the sequence, and work a step grows with the cube of the width and not its fourth power.",
        published: "O(n³) operations a step",
        convention:
            "D = H; FLOPs of a training step by the slope of logarithms in H, of blocks of H steps and step by step; exact "
            + "peak of all tensors for lengths of at least two blocks",
        experiments: [experiment],
        trust: "V/D",
        tolerance: "error at most 1e-10; peak the same for all T; exponents 3 ± 0.1 and 4 ± 0.1",
        known: .notReproduced(
            "up to 64 units the rest of a step still counts: an exponent of 2.75 in blocks and not 3"),
        needs: [.gradientRelativeError, .peakBytes, .flops],
        concerns: {
            $0.trial.strategy.sensitivities?.isExact == true && $0.trial.input == $0.trial.hidden
                && $0.trial.precision == .double
        },
        judgement: { evidence in
            .deciding(
                evidence.networks(experiment, over: [.hidden, .input, .length, .strategy]).map(judgeBlocks),
                farthestFrom: 3)
        })

    private static let experiment = "forward-blocks"

    private static func judgeBlocks(_ rows: [Row]) -> Verdict {
        let place = "\(rows[0].trial[.cell]) B \(rows[0].trial.batch)"
        if let error = rows.largest(.gradientRelativeError), error > 1e-10 {
            return Verdict(.notReproduced, "gradient error \(Table.significant(error, 2)) (\(place))", value: error)
        }
        let blocks = rows.filter { $0.trial.strategy == .forward(block: $0.trial.hidden) }
        for (_, alike) in Dictionary(grouping: blocks, by: \.trial.hidden) {
            let peaks = alike.filter { $0.trial.length >= 2 * $0.trial.hidden }.compactMap { $0[.peakBytes] }
            if let least = peaks.min(), let most = peaks.max(), least != most {
                return Verdict(
                    .notReproduced, "\(plain(most - least)) bytes between lengths (\(alike[0].trial.network))", value: 0
                )
            }
        }
        let longest = rows.lengths.last!
        func slope(_ rows: [Row]) -> Double? {
            let points = rows.filter { $0.trial.length == longest }.compactMap { row in
                row[.flops].map { Point(x: Double(row.trial.hidden), y: $0) }
            }
            guard Set(points.map(\.x)).count >= 3 else { return nil }
            return logLogSlope(points)
        }
        guard rows.lengths.count >= 2, let cubic = slope(blocks),
            let quartic = slope(rows.filter { $0.trial.strategy == .forward(block: nil) })
        else {
            return Verdict(
                .inconclusive, "3 widths with blocks of as many steps, and 2 lengths, are needed of \(place)")
        }
        let isAsSaid = (2.9...3.1).contains(cubic) && (3.9...4.1).contains(quartic)
        return Verdict(
            isAsSaid ? .reproduced : .notReproduced,
            "exponents \(Table.fixed(cubic, 3)) in blocks, \(Table.fixed(quartic, 3)) step by step (\(place))",
            value: cubic)
    }
}
