package import Quantities

/// Full unrolling: see ``Full``.
package struct FullStrategy: SingleStrategyFamily, ExactFamily {
    package static let signature = Signature("full", aliases: ["bptt"], about: "every step recorded")
    package static let traits: StrategyTraits = []

    package init() {}

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        Full(length: length)
    }

    /// All records.
    package var bytesExponent: Double? { 1 }
    package var timeExponent: Double? { 1 }

    /// The state that enters the run, and a record a step.
    package static func leastBytes(length: Int, footprint: Footprint) -> Int {
        saturatingSum(
            saturatingSum(footprint.constant.total, footprint.lanes * footprint.entering),
            saturatingProduct(footprint.lanes, footprint.record, length))
    }

    package static func candidates(within limit: MemoryLimit) -> Candidates {
        .each(limit.records(besides: limit.footprint.entering) >= limit.length ? [.full] : [])
    }
}

extension Strategy {
    /// Full unrolling.
    package static var full: Strategy { Strategy(FullStrategy()) }
}
