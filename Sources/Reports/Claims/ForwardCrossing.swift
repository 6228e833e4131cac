import Quantities
import Schedules
import Shapes
import Trials

extension Claim {
    /// F3: from which length on not unrolling takes less than unrolling.
    package static let forwardCrossing = Claim(
        id: "F3", short: "from T* on RTRL takes less",
        source: "derived here, of the sizes of records, states and the influence matrix",
        cited: "derived",
        statement:
            "Real-time recurrent learning takes less memory than full unrolling from a length on that follows from the shapes, less "
            + "than segments from a longer one on, and never less than a fixed number of binomial checkpoints.",
        published:
            "derived here, values alone: than full from T* = a_h P/a_i (Elman H(H+D+1)), than segments from a_h P²/(4 a_i), than "
            + "binomial slots never",
        convention:
            "one layer; exact peaks of all tensors; the step is that which shapes predict to the byte, with all that carries the matrix, "
            + "and two neighbouring lengths were measured; segments: from full unrolling's crossing to a quarter of a_h P²/(4 a_i), "
            + "and from four times that on",
        experiments: [experiment],
        trust: "D",
        tolerance:
            "full unrolling: at the predicted step, exactly; segments: within a factor of 4; binomial: always less",
        known: .reproduced,
        needs: [.peakBytes, .predictionGapBytes],
        concerns: { $0.trial.layers == 1 && compared.contains($0.trial.strategy.name) },
        judgement: { evidence in
            .deciding(
                evidence.networks(experiment, over: [.length, .strategy]).map(judgeCrossing), farthestFrom: 1)
        })

    private static let experiment = "forward-crossing"
    private static let compared = ["forward", "full", "segmented", "binomial"]

    private static func judgeCrossing(_ rows: [Row]) -> Verdict {
        let trial = rows[0].trial
        let place = trial.network
        let columns = Double(InfluenceColumns(trial.shape, layer: 0).count)
        let values = Double(trial.cell.stateParts) * columns / Double(trial.cell.recordParts)
        let square = values * columns / 4
        guard let from = rows.measuredCrossing(of: forward, below: .full) else {
            return Verdict(.inconclusive, "no two neighbouring lengths at which \(place) turns")
        }
        let share = Double(from) / values
        let text = "from T \(from) on, \(Table.fixed(share, 2)) a_h P/a_i (\(place))"
        guard from == trial.crossing(of: forward, below: .full, in: 1...longest) else {
            return Verdict(.notReproduced, text + ", where another step was predicted", value: share)
        }
        /// Whether carrying takes less at lengths of a kind that were measured.
        func isLess(than name: String, _ isMeant: (Double) -> Bool) -> [Bool] {
            Dictionary(grouping: rows.filter { isMeant(Double($0.trial.length)) }, by: \.trial.length).values.compactMap
            {
                rows in
                let own = rows.filter { $0.trial.strategy == forward }.largest(.peakBytes)
                let other = rows.filter { $0.trial.strategy.name == name }.largest(.peakBytes)
                return own.flatMap { own in other.map { own < $0 } }
            }
        }
        let short = isLess(than: "segmented") { $0 > Double(from) && $0 <= square / 4 }
        let long = isLess(than: "segmented") { $0 >= 4 * square }
        let slots = isLess(than: "binomial") { $0 >= Double(from) }
        guard !short.isEmpty, !long.isEmpty, !slots.isEmpty else {
            return Verdict(
                .inconclusive,
                "no segments up to T \(Int(square / 4)) and from \(Int(4 * square)) on, or no slots, of \(place)")
        }
        let isAsSaid = !short.contains(true) && !long.contains(false) && !slots.contains(true)
        return Verdict(
            isAsSaid ? .reproduced : .notReproduced,
            "\(text); segments: less up to T \(Int(square / 4)) \(words(!short.contains(true))), more from \(Int(4 * square)) on "
                + "\(words(!long.contains(false))); binomial always less \(words(!slots.contains(true)))",
            value: share)
    }

    private static let forward = Strategy.forward(block: nil)
    /// Beyond any crossing of a width that is measured.
    private static let longest = 1 << 40

    private static func words(_ isTrue: Bool) -> String { isTrue ? "yes" : "no" }
}
