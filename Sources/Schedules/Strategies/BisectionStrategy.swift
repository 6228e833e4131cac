package import Quantities

/// Chen's recursion with k = 1: see ``Bisection``.
package struct BisectionStrategy: SingleStrategyFamily, ExactFamily {
    package static let signature = Signature("bisection", about: "Chen's recursion: halves, and log₂ T saved states")
    package static let traits: StrategyTraits = [.savesStates]

    package init() {}

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        Bisection(length: length)
    }

    /// log T is no power.
    package var bytesExponent: Double? { nil }
    package var timeExponent: Double? { nil }

    /// The record of a part of one step takes its state over.
    package static func leastBytes(length: Int, footprint: Footprint) -> Int {
        let saved = (Bisection(length: length).slots - 1) * footprint.state
        let held = saved + footprint.entering + footprint.record
        return footprint.constant.total + footprint.lanes * held
    }

    package static func candidates(within limit: MemoryLimit) -> Candidates {
        .each(leastBytes(length: limit.length, footprint: limit.footprint) <= limit.budget ? [.bisection] : [])
    }
}

extension Strategy {
    /// Chen's recursion with k = 1.
    package static var bisection: Strategy { Strategy(BisectionStrategy()) }
}
