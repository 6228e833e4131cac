package import Quantities

/// Full unrolling: see ``Full``.
package struct FullStrategy: PlannableFamily {
    package static let signature = Signature("full", about: "every step recorded")
    package static let traits: StrategyTraits = []

    package init() {}
    package init(_ arguments: Arguments) {}

    package var parameters: [(name: String, text: String)] { [] }
    package func value(of column: StrategyColumn, length: Int, footprint: () -> Footprint) -> Int? { nil }

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        Full(length: length)
    }

    package var choosesBySize: Bool { false }
    package func infeasibility(length: Int, footprint: () -> Footprint) -> Infeasibility? { nil }
    package func summation(length: Int) -> Strategy.Summation { .chain }
    package func reach(length: Int) -> Int { length }
    package var draws: Int? { nil }

    /// All records.
    package var bytesExponent: Double? { 1 }
    package var timeExponent: Double? { 1 }

    package static func smallest(length: Int, footprint: Footprint) -> FullStrategy { FullStrategy() }

    /// The state that enters the run, and a record a step.
    package static func leastBytes(length: Int, footprint: Footprint) -> Int {
        saturatingSum(
            saturatingSum(footprint.constant.total, footprint.tracks * footprint.state),
            saturatingProduct(footprint.tracks, footprint.record, length))
    }

    package static func leastBytesBound(length: Int, footprint: Footprint) -> Int? { nil }

    package static func candidates(within limit: MemoryLimit) -> Candidates {
        .each(limit.records(besides: 1) >= limit.length ? [.full] : [])
    }

    package static func survey(length: Int, footprint: Footprint) -> [Strategy] { [.full] }
}

extension Strategy {
    /// Full unrolling.
    package static var full: Strategy { Strategy(FullStrategy()) }
}
