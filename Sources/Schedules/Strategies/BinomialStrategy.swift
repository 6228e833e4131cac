package import Quantities

/// Binomial checkpointing: see ``Binomial``.
package struct BinomialStrategy: PlannableFamily {
    package static let signature = Signature(
        "binomial", [.count("slots")], about: "revolve: fewest forward steps for this many saved states")
    package static let traits: StrategyTraits = []

    /// Saved states, the initial one included.
    package let slots: Int

    package init(slots: Int) { self.slots = slots }
    package init(_ arguments: Arguments) { slots = arguments.whole("slots")! }

    package var parameters: [(name: String, text: String)] { [("slots", String(slots))] }

    package func value(of column: StrategyColumn, length: Int, footprint: () -> Footprint) -> Int? {
        column == .slots ? slots : nil
    }

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        Binomial(length: length, slots: slots)
    }

    package var choosesBySize: Bool { false }
    package func infeasibility(length: Int, footprint: () -> Footprint) -> Infeasibility? { nil }
    package func summation(length: Int) -> Strategy.Summation { .chain }
    package func reach(length: Int) -> Int { length }
    package var draws: Int? { nil }
    package var bytesExponent: Double? { 0 }

    /// The reruns r of a step grow as T^(1/s), for T ≤ C(s + r, s) (Griewank & Walther 2000).
    package var timeExponent: Double? { 1 + 1 / Double(slots) }

    package static func smallest(length: Int, footprint: Footprint) -> BinomialStrategy { BinomialStrategy(slots: 1) }

    /// Of a part of several steps with one slot the record holds a copy of the state; of one step it takes it over.
    package static func leastBytes(length: Int, footprint: Footprint) -> Int {
        footprint.constant.total + footprint.tracks * ((length > 1 ? 2 : 1) * footprint.state + footprint.record)
    }

    package static func leastBytesBound(length: Int, footprint: Footprint) -> Int? { nil }

    /// The most states that fit are the fastest: another one saves a forward step for each save that it adds.
    package static func candidates(within limit: MemoryLimit) -> Candidates {
        .each(limit.slots.map { [.binomial(slots: $0)] } ?? [])
    }

    package static func survey(length: Int, footprint: Footprint) -> [Strategy] {
        Strategy.powersOfFour(below: length).map { .binomial(slots: $0) }
    }
}

extension Strategy {
    /// Binomial checkpointing with this many saved states, the initial one included.
    package static func binomial(slots: Int) -> Strategy { Strategy(BinomialStrategy(slots: slots)) }

    package var binomial: BinomialStrategy? { member(of: BinomialStrategy.self) }
}
