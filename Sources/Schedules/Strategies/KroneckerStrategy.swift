package import Quantities

/// Kronecker-factored RTRL (Mujika, Meier & Steger 2018, arXiv 1805.10842), and the mean gradient of some draws.
package struct KroneckerStrategy: DrawnForwardFamily {
    package static let signature = drawn(
        "kf",
        about: "KF-RTRL: a random Kronecker product for it, of one layer of one gate; unbiased in the mean over draws")

    package let number: Int

    package init(number: Int) { self.number = number }

    package var carried: Sensitivities { .kronecker(draw: 0) }
}

extension Strategy {
    /// KF-RTRL, and the mean gradient of `draws` draws.
    package static func kf(draws: Int) -> Strategy { Strategy(KroneckerStrategy(number: draws)) }
}
