package import Quantities

/// Undoing each step in place of keeping its record: see ``Reversible``.
package struct ReversibleStrategy: SingleStrategyFamily, ExactFamily {
    package static let signature = Signature(
        "reversible", aliases: ["revnet"], about: "each step undone, of cells that can be inverted")
    package static let traits: StrategyTraits = [.undoesSteps]

    package init() {}

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        Reversible(length: length)
    }

    /// The buffer.
    package var bytesExponent: Double? { 1 }
    package var timeExponent: Double? { 1 }

    /// A state, a record and the buffer.
    package static func leastBytes(length: Int, footprint: Footprint) -> Int {
        saturatingSum(
            footprint.constant.total + footprint.entering + footprint.record, footprint.buffer.bytes(of: length))
    }

    package static func candidates(within limit: MemoryLimit) -> Candidates {
        .each(leastBytes(length: limit.length, footprint: limit.footprint) <= limit.budget ? [.reversible] : [])
    }
}

extension Strategy {
    package static var reversible: Strategy { Strategy(ReversibleStrategy()) }
}
