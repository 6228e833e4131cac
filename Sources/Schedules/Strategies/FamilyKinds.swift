package import Quantities

/// A family whose gradient is full unrolling's, bit for bit: it chooses what is kept and what is made again, and one chain of adjoints
/// goes back over all steps.
package protocol ExactFamily: PlannableFamily {}

extension ExactFamily {
    package func summation(length: Int) -> Strategy.Summation { .chain }
    package func reach(length: Int) -> Int { length }
    package var draws: Int? { nil }
}

/// A family of one strategy: it takes no parameter, and has a schedule of every length, whatever the sizes.
package protocol SingleStrategyFamily: StrategyFamily {
    init()
}

extension SingleStrategyFamily {
    package init(_ arguments: Arguments) { self.init() }

    package var parameters: [(name: String, text: String)] { [] }
    package func value(of column: StrategyColumn, length: Int, footprint: () -> Footprint) -> Int? { nil }
    package var choosesBySize: Bool { false }
    package func infeasibility(length: Int, footprint: () -> Footprint) -> Infeasibility? { nil }
}

extension SingleStrategyFamily where Self: PlannableFamily {
    package static func smallest(length: Int, footprint: Footprint) -> Self { Self() }
    package static func leastBytesBound(length: Int, footprint: Footprint) -> Int? { nil }
    package static func survey(length: Int, footprint: Footprint) -> [Strategy] { [Strategy(Self())] }
}

/// A family that goes forward once and carries something smaller than the influence matrix.
package protocol ForwardFamily: StrategyFamily {
    var carried: Sensitivities { get }
}

extension ForwardFamily {
    package static var traits: StrategyTraits { [.carriesSensitivities, .hasStrides, .trains] }
    package var sensitivities: Sensitivities? { carried }
    package func value(of column: StrategyColumn, length: Int, footprint: () -> Footprint) -> Int? { nil }

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        Forward(length: length, sensitivities: carried)
    }

    package var choosesBySize: Bool { false }
    package func infeasibility(length: Int, footprint: () -> Footprint) -> Infeasibility? { nil }
    package func reach(length: Int) -> Int { length }
    package var draws: Int? { nil }
    package var bytesExponent: Double? { 0 }
    package var timeExponent: Double? { 1 }

    package func summation(length: Int) -> Strategy.Summation {
        carried.isExact ? .carried(block: nil) : .approximated(carried)
    }
}

/// A forward family whose carried product is drawn at random: right in the mean over draws, of which there may be several.
package protocol DrawnForwardFamily: ForwardFamily {
    /// How many draws the gradient is the mean of.
    var number: Int { get }

    init(number: Int)
}

extension DrawnForwardFamily {
    static func drawn(_ word: String, about: String) -> Signature {
        Signature(word, [.count("draws", isRequired: false)], about: about)
    }

    package static var traits: StrategyTraits { [.carriesSensitivities, .hasStrides, .trains, .isRightInMeanOnly] }

    package init(_ arguments: Arguments) { self.init(number: arguments.whole("draws") ?? 1) }

    package var parameters: [(name: String, text: String)] { number == 1 ? [] : [("draws", String(number))] }
    package var draws: Int? { number }
}

/// An exact family whose one parameter is how many are kept, of states or of records.
package protocol SlotsFamily: ExactFamily {
    var slots: Int { get }

    init(slots: Int)
}

extension SlotsFamily {
    package init(_ arguments: Arguments) { self.init(slots: arguments.whole("slots")!) }

    package var parameters: [(name: String, text: String)] { [("slots", String(slots))] }

    package func value(of column: StrategyColumn, length: Int, footprint: () -> Footprint) -> Int? {
        column == .slots ? slots : nil
    }

    package var choosesBySize: Bool { false }
    package func infeasibility(length: Int, footprint: () -> Footprint) -> Infeasibility? { nil }
    package var bytesExponent: Double? { 0 }

    /// The reruns r of a step grow as T^(1/s), for T ≤ C(s + r, s) (Griewank & Walther 2000).
    package var timeExponent: Double? { 1 + 1 / Double(slots) }

    package static func smallest(length: Int, footprint: Footprint) -> Self { Self(slots: 1) }
    package static func leastBytesBound(length: Int, footprint: Footprint) -> Int? { nil }

    package static func survey(length: Int, footprint: Footprint) -> [Strategy] {
        Strategy.powersOfFour(below: length).map { Strategy(Self(slots: $0)) }
    }
}
