package import Quantities

/// Forward alone, no gradient: see ``Inference``.
package struct InferenceStrategy: StrategyFamily {
    package static let signature = Signature("inference", about: "forward alone: no gradient")
    package static let traits: StrategyTraits = []

    package init() {}
    package init(_ arguments: Arguments) {}

    package var parameters: [(name: String, text: String)] { [] }
    package func value(of column: StrategyColumn, length: Int, footprint: () -> Footprint) -> Int? { nil }

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        Inference(length: length)
    }

    package var choosesBySize: Bool { false }
    package func infeasibility(length: Int, footprint: () -> Footprint) -> Infeasibility? { nil }
    package func summation(length: Int) -> Strategy.Summation { .none }
    package func reach(length: Int) -> Int { length }
    package var draws: Int? { nil }
    package var bytesExponent: Double? { 0 }
    package var timeExponent: Double? { nil }
}

extension Strategy {
    /// Forward alone: no gradient.
    package static var inference: Strategy { Strategy(InferenceStrategy()) }
}
