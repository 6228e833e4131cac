import Schedules
import Shapes
package import Trials

/// The length from which one strategy takes less than another, where the order changes within the lengths measured.
package struct Crossover: Hashable, Sendable {
    /// Who takes less from there on.
    package let winner: Trial
    package let loser: Trial
    package let experiment: String
    package let quantity: Quantity
    /// The last length that is known to be below it, and the first known not to be: for bytes, which are predicted to the byte,
    /// they are neighbours.
    package let after: Int
    package let from: Int

    package enum Quantity: String, Hashable, Sendable { case peak, time }

    /// Of every two strategies measured over the same lengths.
    package static func all(_ rows: [Row]) -> [Crossover] {
        rows.succeeded.grouped(over: [.strategy, .length]).flatMap { network in
            let strategies = network.map(\.trial.strategy).orderedSet
            return strategies.indices.flatMap { first in
                strategies[(first + 1)...].flatMap { second in
                    let left = network.filter { $0.trial.strategy == strategies[first] }
                    let right = network.filter { $0.trial.strategy == second }
                    return bytes(left, right) + times(left, right)
                }
            }
        }
    }

    /// Between two lengths whose order differs, the predictions are bisected; only those that jemalloc bore out are.
    private static func bytes(_ left: [Row], _ right: [Row]) -> [Crossover] {
        guard (left + right).allSatisfy({ $0[.predictionGapBytes] == 0 }) else { return [] }
        var crossovers: [Crossover] = []
        var last: (length: Int, sign: Int)?
        for pair in pairs(left, right) {
            guard let one = pair.left.largest(.peakBytes), let other = pair.right.largest(.peakBytes) else { continue }
            let sign = (one - other).signum
            if let (before, earlier) = last, earlier != sign, sign != 0 {
                let (winner, loser) = sign < 0 ? (pair.left, pair.right) : (pair.right, pair.left)
                var (low, high) = (before, pair.length)
                while high - low > 1 {
                    let middle = (low + high) / 2
                    if winner[0].trial.peak(at: middle) < loser[0].trial.peak(at: middle) {
                        high = middle
                    } else {
                        low = middle
                    }
                }
                crossovers.append(
                    Crossover(
                        winner: winner[0].trial, loser: loser[0].trial, experiment: winner[0].experiment,
                        quantity: .peak, after: low, from: high))
            }
            last = (pair.length, sign)
        }
        return crossovers
    }

    /// A length counts when the interval of the paired ratios leaves no doubt who is faster.
    private static func times(_ left: [Row], _ right: [Row]) -> [Crossover] {
        var crossovers: [Crossover] = []
        var last: (length: Int, sign: Int)?
        for pair in pairs(left, right) {
            let ratios = Sample(ratios: .wallSeconds, of: pair.left, to: pair.right)
            guard ratios.count >= Claim.leastRepetitions, let interval = ratios.medianInterval() else { continue }
            let sign = interval.high < 1 ? -1 : interval.low > 1 ? 1 : 0
            guard sign != 0 else { continue }
            if let (before, earlier) = last, earlier != sign {
                let (winner, loser) = sign < 0 ? (pair.left, pair.right) : (pair.right, pair.left)
                crossovers.append(
                    Crossover(
                        winner: winner[0].trial, loser: loser[0].trial, experiment: winner[0].experiment,
                        quantity: .time, after: before, from: pair.length))
            }
            last = (pair.length, sign)
        }
        return crossovers
    }

    /// The repetitions of both at each length that both have, rising.
    private static func pairs(_ left: [Row], _ right: [Row]) -> [(length: Int, left: [Row], right: [Row])] {
        left.lengths.map { length in
            (
                length: length, left: left.filter { $0.trial.length == length },
                right: right.filter { $0.trial.length == length }
            )
        }.filter { !$0.right.isEmpty }
    }
}

extension Double {
    fileprivate var signum: Int { self < 0 ? -1 : self > 0 ? 1 : 0 }
}

extension Trial {
    /// The predicted peak of the same trial over another length.
    fileprivate func peak(at length: Int) -> Int {
        var trial = self
        trial.length = length
        return trial.demand.peakBytes
    }
}

extension Table {
    /// One crossover a line.
    package init(_ crossovers: [Crossover]) {
        let varied = crossovers.map { Row(experiment: $0.experiment, trial: $0.winner, repetition: 1, status: .ok) }
            .variedFactors.filter { $0 != .length }
        self.init(
            columns: varied.map { Column($0.rawValue, .text) } + [
                Column("strategy", .text), Column("takes_less", title: "takes less", .text), Column("than", .text),
                Column("from_length", title: "from T", .text, alignment: .right),
            ])
        for crossover in crossovers {
            append(
                varied.map { Entry($0, of: crossover.winner) } + [
                    .text(crossover.winner.strategy.description), .text(crossover.quantity.rawValue),
                    .text(crossover.loser.strategy.description),
                    .text(
                        crossover.from == crossover.after + 1
                            ? "\(crossover.from)" : "\(crossover.after)…\(crossover.from)"),
                ])
        }
    }
}
