package import Quantities

/// Undoing each step in place of keeping its record: see ``Reversible``.
package struct ReversibleStrategy: SingleStrategyFamily {
    package static let signature = Signature(
        "reversible", aliases: ["revnet"], about: "each step undone, of cells that can be inverted")
    package static let traits: StrategyTraits = [.trains, .undoesSteps]

    package init() {}

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        Reversible(length: length)
    }

    package func summation(length: Int) -> Strategy.Summation { .chain }
    package func reach(length: Int) -> Int { length }
    package var draws: Int? { nil }
    /// The buffer.
    package var bytesExponent: Double? { 1 }
    package var timeExponent: Double? { 1 }
}

extension Strategy {
    package static var reversible: Strategy { Strategy(ReversibleStrategy()) }
}
