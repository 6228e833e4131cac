import Quantities
import Schedules
import Trials

extension Verdict {
    /// Shorter times are mostly noise.
    static let leastSeconds = 0.05

    /// Holds the time of a strategy over that of another against what step counts predict of it.
    ///
    /// Times are paired by repetition, and ρ, the time of a backward step in forward steps, is measured: the median of
    /// full unrolling's seconds in backward over those in forward.
    ///
    /// - Parameters:
    ///   - rows: of the one strategy, all of the same network and length.
    ///   - baseline: of the other.
    ///   - full: of full unrolling.
    ///   - tolerance: of the measured ratio over the predicted.
    ///   - predicted: the ratio, given ρ.
    /// - Returns: nil when full unrolling is too short to tell.
    static func time(
        of rows: [Row], over baseline: [Row], full: [Row], within tolerance: ClosedRange<Double>,
        predicted: (Double) -> Double
    ) -> Verdict? {
        guard let seconds = Sample(.wallSeconds, of: full).median, seconds >= leastSeconds, let first = rows.first
        else {
            return nil
        }
        let place = "\(first.trial.network) T \(first.trial.length)"
        let backwardRatios = full.compactMap { row in
            row[.backwardSeconds].flatMap { backward in
                row[.forwardSeconds].flatMap { $0 > 0 ? backward / $0 : nil }
            }
        }
        let ratios = Sample(ratios: .wallSeconds, of: rows, to: baseline)
        guard let rho = Sample(backwardRatios).median, let median = ratios.median,
            let interval = ratios.medianInterval()
        else { return Verdict(.inconclusive, "no ρ or no paired times of \(place)") }
        let expected = predicted(rho)
        let quotient = interval.divided(by: expected)
        return Verdict(
            ratios.count < Claim.leastRepetitions ? .inconclusive : outcome(of: quotient, within: tolerance),
            "\(Table.fixed(median / expected, 3)) of predicted (×\(Table.fixed(median, 2)) for "
                + "×\(Table.fixed(expected, 2)), ρ \(Table.fixed(rho, 2)), \(place), \(counted(ratios.count, "pair")))",
            value: median / expected, interval: quotient)
    }

    /// Over several networks; open when there is none whose times can be judged.
    static func times(_ verdicts: [Verdict?]) -> Verdict {
        let verdicts = verdicts.compactMap(\.self)
        return verdicts.isEmpty
            ? Verdict(.inconclusive, "no full unrolling of \(leastSeconds) s or more to hold a time against")
            : .deciding(verdicts, farthestFrom: 1)
    }

    /// Holds a counter of every row against a formula: one difference refutes.
    ///
    /// - Parameter expected: nil for a row that the formula says nothing of.
    static func exact(_ figure: Figure, named name: String, in rows: [Row], expected: (Row) -> Int?) -> Verdict {
        var judged = 0
        for row in rows {
            guard let value = row[figure], let expected = expected(row) else { continue }
            judged += 1
            guard Int(value) == expected else {
                return Verdict(
                    .notReproduced,
                    "\(name) = \(plain(value)) and not \(expected) (\(row.trial.network), T \(row.trial.length), "
                        + "\(row.trial.strategy))", value: value - Double(expected))
            }
        }
        guard judged > 0 else { return Verdict(.inconclusive, "no row to count \(name) in") }
        return Verdict(.reproduced, "\(name) exact in \(counted(judged, "row"))", value: 0)
    }

    /// All findings must hold. All are told up to the one that decides; its figure is the verdict's, else the last one's.
    static func all(_ verdicts: [Verdict]) -> Verdict {
        verdicts.dropFirst().reduce(verdicts[0]) { .both($0, $1) }
    }
}
