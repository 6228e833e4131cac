package import Quantities

/// Kronecker-factored RTRL (Mujika, Meier & Steger 2018, arXiv 1805.10842), and the mean gradient of some draws.
package struct KroneckerStrategy: ForwardFamily {
    package static let signature = Signature(
        "kf", [.count("draws", isRequired: false)],
        about: "KF-RTRL: a random Kronecker product for it, of one layer of one gate; unbiased in the mean over draws")
    package static let traits: StrategyTraits = [.carriesSensitivities, .hasStrides, .trains, .isRightInMeanOnly]

    private let count: Int

    package init(draws: Int) { count = draws }
    package init(_ arguments: Arguments) { count = arguments.whole("draws") ?? 1 }

    package var parameters: [(name: String, text: String)] { count == 1 ? [] : [("draws", String(count))] }
    package var carried: Sensitivities { .kronecker(draw: 0) }
    package var draws: Int? { count }
}

extension Strategy {
    /// KF-RTRL, and the mean gradient of `draws` draws.
    package static func kf(draws: Int) -> Strategy { Strategy(KroneckerStrategy(draws: draws)) }
}
