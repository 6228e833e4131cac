package import Quantities

/// Truncation at the window that a bound of the gradient's relative bias asks for: algorithm 1 of Aicher, Foti & Fox (2019, arXiv
/// 1905.07473). From time to time a ``LagProfile`` of the network as it stands is estimated; until the next estimate the gradient is
/// that of BPTT(2K; K), with K the number of steps over which every loss is felt at least.
///
/// An estimate keeps as many records as the largest window, so that the peak is the same whatever is chosen, and is predicted. The
/// schedule without an estimate is that of the largest window.
package struct AdaptiveStrategy: StrategyFamily {
    package static let signature = Signature(
        "adaptive",
        [
            TextParameter("tolerance", .number(atMost: 1), example: "0.1"), .count("most", from: 2, isRequired: false),
            .count("every", isRequired: false),
        ],
        about:
            "truncation, BPTT(2K; K), at the K that Aicher's bound of the relative bias asks for: at most 'most', 100 where "
            + "not given; estimated again after 'every' updates, 100 where not given")
    package static let traits: StrategyTraits = [.cutsAdjoint, .hasStrides, .trains]

    private let own: Adaptation

    package init(_ adaptation: Adaptation) { own = adaptation }

    package init(_ arguments: Arguments) {
        self.init(
            Adaptation(
                tolerance: arguments.number("tolerance")!, most: arguments.whole("most") ?? Adaptation.usual,
                every: arguments.whole("every") ?? Adaptation.usual))
    }

    package var parameters: [(name: String, text: String)] {
        let tolerance = own.tolerance == 1 ? "1" : String(own.tolerance)
        let counts = [("most", own.most), ("every", own.every)].filter { $0.1 != Adaptation.usual }
        return [("tolerance", tolerance)] + counts.map { ($0.0, String($0.1)) }
    }

    package func value(of column: StrategyColumn, length: Int, footprint: () -> Footprint) -> Int? { nil }

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        own.schedule(length: length, window: own.most)
    }

    package var choosesBySize: Bool { false }
    package func infeasibility(length: Int, footprint: () -> Footprint) -> Infeasibility? { nil }
    package func summation(length: Int) -> Strategy.Summation { .estimated(own) }
    package func reach(length: Int) -> Int { min(2 * own.most, length) }
    package var draws: Int? { nil }
    package var bytesExponent: Double? { 0 }
    package var timeExponent: Double? { 1 }
    package var adaptation: Adaptation? { own }
}

/// How a window is chosen from time to time.
package struct Adaptation: Hashable, Sendable {
    /// δ: the relative bias that is allowed.
    package let tolerance: Double
    /// The largest K.
    package let most: Int
    /// Updates from one estimate to the next.
    package let every: Int

    /// `most` and `every` where they are not given: the authors' largest window.
    package static let usual = 100
    /// The least K: with one step nothing flows back.
    package static let least = 2
    /// Windows of an estimate, each with its own K; their mean is taken.
    package static let windows = 20

    package init(tolerance: Double, most: Int = usual, every: Int = usual) {
        (self.tolerance, self.most, self.every) = (tolerance, most, every)
    }

    /// BPTT(2K; K) over `length` steps: every loss is felt over more than K of them.
    package func schedule(length: Int, window: Int) -> Truncated {
        Truncated(length: length, window: 2 * window, stride: window)
    }

    /// The passes of an estimate: see ``LagEstimate/spread(_:over:length:window:)``.
    package func estimates(over counted: Range<Int>, length: Int) -> [LagEstimate] {
        LagEstimate.spread(Adaptation.windows, over: counted, length: length, window: 2 * most)
    }

    /// The K of one profile.
    package func window(of profile: LagProfile) -> Int {
        profile.window(tolerance: tolerance, in: Adaptation.least...most)
    }
}

extension Strategy {
    /// How the window is chosen from time to time; nil where it is not.
    package var adaptation: Adaptation? { member.adaptation }

    /// Truncation at the window that an estimate asks for.
    package static func adaptive(_ adaptation: Adaptation) -> Strategy { Strategy(AdaptiveStrategy(adaptation)) }
}
