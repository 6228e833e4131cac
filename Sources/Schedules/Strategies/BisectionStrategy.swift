package import Quantities

/// Chen's recursion with k = 1: see ``Bisection``.
package struct BisectionStrategy: PlannableFamily {
    package static let signature = Signature("bisection", about: "Chen's recursion: halves, and log₂ T saved states")
    package static let traits: StrategyTraits = []

    package init() {}
    package init(_ arguments: Arguments) {}

    package var parameters: [(name: String, text: String)] { [] }
    package func value(of column: StrategyColumn, length: Int, footprint: () -> Footprint) -> Int? { nil }

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        Bisection(length: length)
    }

    package var choosesBySize: Bool { false }
    package func infeasibility(length: Int, footprint: () -> Footprint) -> Infeasibility? { nil }
    package func summation(length: Int) -> Strategy.Summation { .chain }
    package func reach(length: Int) -> Int { length }
    package var draws: Int? { nil }

    /// log T is no power.
    package var bytesExponent: Double? { nil }
    package var timeExponent: Double? { nil }

    package static func smallest(length: Int, footprint: Footprint) -> BisectionStrategy { BisectionStrategy() }

    /// The record of a part of one step takes its state over.
    package static func leastBytes(length: Int, footprint: Footprint) -> Int {
        let held = Bisection(length: length).slots * footprint.state + footprint.record
        return footprint.constant.total + footprint.tracks * held
    }

    package static func leastBytesBound(length: Int, footprint: Footprint) -> Int? { nil }

    package static func candidates(within limit: MemoryLimit) -> Candidates {
        .each(leastBytes(length: limit.length, footprint: limit.footprint) <= limit.budget ? [.bisection] : [])
    }

    package static func survey(length: Int, footprint: Footprint) -> [Strategy] { [.bisection] }
}

extension Strategy {
    /// Chen's recursion with k = 1.
    package static var bisection: Strategy { Strategy(BisectionStrategy()) }
}
