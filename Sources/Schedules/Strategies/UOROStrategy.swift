package import Quantities

/// Unbiased online recurrent optimization (Tallec & Ollivier 2018, arXiv 1702.05043), and the mean gradient of some draws.
package struct UOROStrategy: DrawnForwardFamily {
    package static let signature = drawn(
        "uoro", about: "a product of two random vectors for the influence matrix: unbiased in the mean over draws")

    package let number: Int

    package init(number: Int) { self.number = number }

    package var carried: Sensitivities { .rankOne(draw: 0) }
}

extension Strategy {
    /// UORO, and the mean gradient of `draws` draws.
    package static func uoro(draws: Int) -> Strategy { Strategy(UOROStrategy(number: draws)) }
}
