import Quantities
import Schedules
import Shapes
import Trials

extension Claim {
    /// F2: what real-time recurrent learning takes, by width and by length.
    package static let forwardGrowth = Claim(
        id: "F2", short: "RTRL's bytes grow as H³, its work as H⁴",
        source: "Schmidhuber, A fixed size storage O(n³) time complexity learning algorithm, 1992, doi "
            + "10.1162/neco.1992.4.2.243; Menick et al., Practical Real Time Recurrent Learning with a Sparse Approximation, "
            + "arXiv 2006.07232",
        cited: "Menick 2021",
        statement:
            "Real-time recurrent learning keeps a number of values that grows with the cube of the state's width and not "
            + "with the sequence, and its work a step grows with the fourth power.",
        published: "memory O(n³), \"quartic in the state size\"",
        convention:
            "D = H; bytes of sensitivities over s·B·a_h·H·P, P the parameters of the layer with b and d as one where they "
            + "act as one: the rest is ∂state/∂(initial state), padding and what carries the matrix; FLOPs of a training step, by "
            + "the slope of logarithms in H",
        experiments: [experiment],
        trust: "V/D",
        tolerance: "bytes 1 to 1.25 of s·B·a_h·H·P for H ≥ 32, the same for all T; FLOPs' exponent 4 ± 0.1",
        known: .notReproduced(
            "with ∂state/∂(initial state), what carries it and the allocator's size classes 1.27 of the matrix for a GRU of 32 units"
        ),
        needs: [.sensitivitiesBytes, .flops],
        concerns: {
            $0.trial.strategy == .forward(block: nil) && $0.trial.input == $0.trial.hidden && $0.trial.layers == 1
        },
        judgement: { evidence in
            .deciding(
                evidence.networks(experiment, over: [.hidden, .input, .length]).map(judgeGrowth), farthestFrom: 4)
        })

    private static let experiment = "forward-size"
    private static let leastSpan = 4

    /// s·B·a_h·H·P.
    private static func matrixBytes(_ trial: Trial) -> Double {
        let shape = trial.shape
        let columns = InfluenceColumns(shape, layer: 0).count
        return Double(shape.precision.bytes * shape.batch * shape.cell.stateParts * shape.hidden) * Double(columns)
    }

    private static func judgeGrowth(_ rows: [Row]) -> Verdict {
        let place = "\(rows[0].trial[.cell]) B \(rows[0].trial.batch)"
        for (_, alike) in Dictionary(grouping: rows, by: \.trial.hidden) {
            guard let least = alike.compactMap({ $0[.sensitivitiesBytes] }).min(),
                let most = alike.largest(.sensitivitiesBytes)
            else { continue }
            let trial = alike[0].trial
            guard least == most else {
                return Verdict(
                    .notReproduced, "\(plain(most - least)) bytes between lengths (\(trial.network))", value: 0)
            }
            let ratio = most / matrixBytes(trial)
            guard trial.hidden < 32 || (1...1.25).contains(ratio) else {
                return Verdict(
                    .notReproduced, "\(Table.fixed(ratio, 3)) of s·B·a_h·H·P (\(trial.network))", value: ratio)
            }
        }
        let widths = Set(rows.map(\.trial.hidden)).sorted()
        let length = rows.lengths.last!
        let points = rows.filter { $0.trial.length == length }.compactMap { row in
            row[.flops].map { Point(x: Double(row.trial.hidden), y: $0) }
        }
        guard rows.lengths.count >= 2, widths.count >= 3, widths.last! >= leastSpan * widths.first!,
            let slope = logLogSlope(points)
        else {
            return Verdict(
                .inconclusive,
                "\(counted(widths.count, "width")) and \(counted(rows.lengths.count, "length")) of \(place); 3 "
                    + "widths that span a factor of \(leastSpan) and 2 lengths are needed")
        }
        return Verdict(
            (3.9...4.1).contains(slope) ? .reproduced : .notReproduced,
            "FLOPs' exponent \(Table.fixed(slope, 3)) (\(place), H \(span(widths)))", value: slope)
    }
}
