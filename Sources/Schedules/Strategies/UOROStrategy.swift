package import Quantities

/// Unbiased online recurrent optimization (Tallec & Ollivier 2018, arXiv 1702.05043), and the mean gradient of some draws.
package struct UOROStrategy: ForwardFamily {
    package static let signature = Signature(
        "uoro", [.count("draws", isRequired: false)],
        about: "a product of two random vectors for the influence matrix: unbiased in the mean over draws")
    package static let traits: StrategyTraits = [.carriesSensitivities, .hasStrides, .trains, .isRightInMeanOnly]

    private let count: Int

    package init(draws: Int) { count = draws }
    package init(_ arguments: Arguments) { count = arguments.whole("draws") ?? 1 }

    package var parameters: [(name: String, text: String)] { count == 1 ? [] : [("draws", String(count))] }
    package var carried: Sensitivities { .rankOne(draw: 0) }
    package var draws: Int? { count }
}

extension Strategy {
    /// UORO, and the mean gradient of `draws` draws.
    package static func uoro(draws: Int) -> Strategy { Strategy(UOROStrategy(draws: draws)) }
}
