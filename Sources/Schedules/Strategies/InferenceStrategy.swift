package import Quantities

/// Forward alone, no gradient: see ``Inference``.
package struct InferenceStrategy: SingleStrategyFamily {
    package static let signature = Signature("inference", about: "forward alone: no gradient")
    package static let traits: StrategyTraits = [.keepsNothing]

    package init() {}

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        Inference(length: length)
    }

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
