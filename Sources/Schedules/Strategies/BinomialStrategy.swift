package import Quantities

/// Binomial checkpointing: see ``Binomial``.
package struct BinomialStrategy: SlotsFamily {
    package static let signature = Signature(
        "binomial", [.count("slots")], aliases: ["revolve"],
        about: "fewest forward steps for this many saved states")
    package static let traits: StrategyTraits = [.savesStates]

    /// Saved states, the initial one included.
    package let slots: Int

    package init(slots: Int) { self.slots = slots }

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        Binomial(length: length, slots: slots)
    }

    /// Of a part of several steps with one slot the record holds a copy of the state; of one step it takes it over.
    package static func leastBytes(length: Int, footprint: Footprint) -> Int {
        let saved = length > 1 ? footprint.state : 0
        return footprint.constant.total + footprint.lanes * (saved + footprint.entering + footprint.record)
    }

    /// The most states that fit are the fastest: another one saves a forward step for each save that it adds.
    package static func candidates(within limit: MemoryLimit) -> Candidates {
        .each(limit.slots.map { [.binomial(slots: $0)] } ?? [])
    }
}

extension Strategy {
    /// Binomial checkpointing with this many saved states, the initial one included.
    package static func binomial(slots: Int) -> Strategy { Strategy(BinomialStrategy(slots: slots)) }

    package var binomial: BinomialStrategy? { member(of: BinomialStrategy.self) }
}
