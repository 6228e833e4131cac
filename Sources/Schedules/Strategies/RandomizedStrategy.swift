package import Quantities

/// Truncation at random places, and the mean gradient of some draws: see ``Randomized``.
package struct RandomizedStrategy: StrategyFamily {
    package static let signature = Signature(
        "randomized",
        // A cut before every step leaves nothing that could make up for it.
        [.count("window", from: 2), .count("draws", isRequired: false)],
        about: "truncation at random places that makes up for it: unbiased in the mean over draws")
    package static let traits: StrategyTraits = [.cutsAdjoint, .isRightInMeanOnly]

    /// Steps between two cuts on average.
    package let window: Int
    private let count: Int

    package init(window: Int, draws: Int) { (self.window, count) = (window, draws) }

    package init(_ arguments: Arguments) {
        (window, count) = (arguments.whole("window")!, arguments.whole("draws") ?? 1)
    }

    package var parameters: [(name: String, text: String)] {
        [("window", String(window))] + (count == 1 ? [] : [("draws", String(count))])
    }

    package func value(of column: StrategyColumn, length: Int, footprint: () -> Footprint) -> Int? { nil }

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        Randomized(length: length, window: window, draw: 0)
    }

    package var choosesBySize: Bool { false }
    package func infeasibility(length: Int, footprint: () -> Footprint) -> Infeasibility? { nil }
    package func summation(length: Int) -> Strategy.Summation { .random(window: window) }
    package func reach(length: Int) -> Int { length }
    package var draws: Int? { count }
    package var bytesExponent: Double? { 0 }
    package var timeExponent: Double? { nil }
}

extension Strategy {
    /// Truncation at random places, `window` steps apart on average, and the mean gradient of `draws` draws.
    package static func randomized(window: Int, draws: Int) -> Strategy {
        Strategy(RandomizedStrategy(window: window, draws: draws))
    }

    package var randomized: RandomizedStrategy? { member(of: RandomizedStrategy.self) }
}
