import Schedules
import Shapes
package import Trials

/// Where one strategy begins to take less than another over the lengths measured.
///
/// A crossing is a strict change of order: the later winner takes more at ``after`` and less from ``from`` on. Where the two
/// tie, neither has crossed the other, and what is known is from where on one of them is never larger. Nothing here takes a
/// peak for monotone in the length: that of segments is not, nor is the difference of any two.
package struct Crossover: Hashable, Sendable {
    /// Who takes less at the longest length at which the two differ.
    package let winner: Trial
    package let loser: Trial
    package let experiment: String
    package let quantity: Quantity
    /// Where the order changes.
    package let change: Change

    package enum Quantity: String, Hashable, Sendable { case peak, time }

    /// The order of a winner and a loser over rising lengths.
    package struct Change: Hashable, Sendable {
        /// The last length at which the winner takes more; nil where it never does.
        package let after: Int?
        /// The first length from which on the winner takes less, up to the longest; nil where the two tie at the longest.
        package let from: Int?
        /// The lengths after `after`, at which the winner is never larger.
        package let neverLarger: ClosedRange<Int>
        /// At how many lengths before `after` the winner takes less all the same.
        package let less: Int
        /// How many lengths were compared, and whether none between them was left out.
        package let compared: Int
        package let isComplete: Bool

        /// Whether nothing lies between the last length at which the winner takes more and the first at which it takes less.
        package var isCrossing: Bool { after != nil && from == neverLarger.lowerBound }

        /// In words of the table: a length, a range that holds it, or what is known in its place.
        package var text: String {
            let nevertheless = less > 0 ? ", and at \(less) \(less == 1 ? "length" : "lengths") below" : ""
            if isCrossing, let after, let from {
                return (from == after + 1 ? "\(from)" : "\(after)…\(from)") + nevertheless
            }
            let lengths = isComplete ? "" : " at the \(compared) lengths compared"
            return "between \(neverLarger.lowerBound) and \(neverLarger.upperBound) never larger\(lengths)"
                + (from.map { ", smaller from \($0)" } ?? "") + nevertheless
        }

        /// - Parameters:
        ///   - lengths: rising.
        ///   - signs: of the winner's bytes less the loser's at each; the last one that is not 0 is below it.
        /// - Returns: nil where the winner takes less at all of them, or nowhere.
        package init?(_ lengths: [Int], signs: [Int]) {
            let last = signs.lastIndex { $0 > 0 }
            let tie = signs.lastIndex { $0 >= 0 }
            guard let tie, signs.contains(where: { $0 < 0 }) else { return nil }
            after = last.map { lengths[$0] }
            from = tie + 1 < lengths.count ? lengths[tie + 1] : nil
            let first = last.map { $0 + 1 } ?? 0
            neverLarger = lengths[first]...lengths[lengths.count - 1]
            less = signs[..<first].count { $0 < 0 }
            compared = lengths.count - first
            isComplete = lengths[lengths.count - 1] - lengths[first] == lengths.count - 1 - first
        }
    }

    /// What the table is made by.
    static let remark: MarkedText =
        "A crossing is a strict change of order: the strategy takes more than the other at the length before, and less from "
        + "it on, up to the longest measured. Where the two tie in between, the table says between which lengths it is never "
        + "larger. Peaks are predicted for every length from the shortest measured to the longest (for the first "
        + "\(PeakCurves.everyLength) of them, of mixed \(PeakCurves.everyFoldedLength); beyond, for those measured and up to "
        + "\(PeakCurves.between) between any two). Times cross between two lengths at which the intervals leave no doubt."

    /// Of every two strategies measured over the same lengths.
    package static func all(_ rows: [Row]) -> [Crossover] {
        var curves = PeakCurves()
        var changes = Changes()
        return rows.succeeded.grouped(over: [.strategy, .length]).flatMap { network in
            let strategies = network.map(\.trial.strategy).orderedSet
            let rows = network.byStrategy()
            return strategies.indices.flatMap { first in
                strategies[(first + 1)...].flatMap { second in
                    let (left, right) = (rows[strategies[first]]!, rows[second]!)
                    return [changes.bytes(left, right, &curves), times(left, right)].compactMap(\.self)
                }
            }
        }
    }

    private init?(_ left: Row, _ right: Row, _ quantity: Quantity, _ change: (isLeft: Bool, change: Change)?) {
        guard let change else { return nil }
        (winner, loser) = change.isLeft ? (left.trial, right.trial) : (right.trial, left.trial)
        (experiment, self.quantity, self.change) = (left.experiment, quantity, change.change)
    }

    /// Of the signs of what the left one takes less what the right one takes.
    private static func change(_ lengths: [Int], _ signs: [Int]) -> (isLeft: Bool, change: Change)? {
        guard let last = signs.last(where: { $0 != 0 }) else { return nil }
        return Change(lengths, signs: last < 0 ? signs : signs.map { -$0 }).map { (last < 0, $0) }
    }

    /// Changes of predicted peaks: the same two strategies are met under many seeds.
    private struct Changes {
        private struct Key: Hashable {
            let left: Trial
            let right: Trial
            let lengths: [Int]
        }

        private var known: [Key: (isLeft: Bool, change: Change)?] = [:]

        /// Predictions are compared, and only those that jemalloc bore out at the lengths measured.
        mutating func bytes(_ left: [Row], _ right: [Row], _ curves: inout PeakCurves) -> Crossover? {
            guard (left + right).allSatisfy({ $0[.predictionGapBytes] == 0 }) else { return nil }
            let measured = pairs(left, right).filter {
                $0.left.largest(.peakBytes) != nil && $0.right.largest(.peakBytes) != nil
            }.map(\.length)
            guard measured.count > 1 else { return nil }
            let key = Key(
                left: left[0].trial.ignoring([.length, .seed]), right: right[0].trial.ignoring([.length, .seed]),
                lengths: measured)
            if let change = known[key] { return Crossover(left[0], right[0], .peak, change) }
            let every = min(PeakCurves.every(key.left), PeakCurves.every(key.right))
            let lengths = PeakCurves.lengths(measured: measured, every: every)
            let signs = zip(
                curves.peaks(of: left[0].trial, at: lengths), curves.peaks(of: right[0].trial, at: lengths)
            ).map { ($0 - $1).signum() }
            let change = change(lengths, signs)
            known[key] = .some(change)
            return Crossover(left[0], right[0], .peak, change)
        }
    }

    /// A length counts when the interval of the paired ratios leaves no doubt who is faster.
    private static func times(_ left: [Row], _ right: [Row]) -> Crossover? {
        var (lengths, signs) = ([Int](), [Int]())
        for pair in pairs(left, right) {
            let ratios = Sample(ratios: .wallSeconds, of: pair.left, to: pair.right)
            guard ratios.count >= Claim.leastRepetitions, let interval = ratios.medianInterval() else { continue }
            let sign = interval.high < 1 ? -1 : interval.low > 1 ? 1 : 0
            guard sign != 0 else { continue }
            lengths.append(pair.length)
            signs.append(sign)
        }
        return Crossover(left[0], right[0], .time, change(lengths, signs))
    }

    /// The repetitions of both at each length that both have, rising.
    private static func pairs(_ left: [Row], _ right: [Row]) -> [(length: Int, left: [Row], right: [Row])] {
        let left = Dictionary(grouping: left, by: \.trial.length)
        let right = Dictionary(grouping: right, by: \.trial.length)
        return left.keys.sorted().compactMap { length in
            right[length].map { (length: length, left: left[length]!, right: $0) }
        }
    }
}

extension Table {
    /// One crossover a line.
    package init(_ crossovers: [Crossover]) {
        let varied = crossovers.map { Row(experiment: $0.experiment, trial: $0.winner, repetition: 1, status: .ok) }
            .variedFactors.filter { $0 != .length }
        let factors = ColumnDefinition.factors(varied, .text, of: crossovers) { $0.winner }
        self.init(crossovers, columns: factors + Crossover.columns)
    }
}

extension Crossover {
    fileprivate static let columns: [ColumnDefinition<Crossover>] = [
        ColumnDefinition("strategy", .text) { $0.winner.strategy },
        ColumnDefinition("takes_less", title: "takes less", .text) { $0.quantity.rawValue },
        ColumnDefinition("than", .text) { $0.loser.strategy },
        ColumnDefinition("from_length", title: "from T", .text, alignment: .right) { $0.change.text },
    ]
}
