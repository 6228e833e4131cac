package import Quantities

/// Binomial checkpointing of a sequence whose length is unknown in advance: see ``Online``.
package struct OnlineStrategy: SlotsFamily {
    package static let signature = Signature(
        "online", [.count("slots")], about: "binomial, with the length unknown until the sequence ends")
    package static let traits: StrategyTraits = [.isForUnknownLengths, .savesStates]

    /// Beyond this many slots, the places at the end are too many to be found and counted between in a moment, and more slots
    /// save little.
    private static let mostPlannedSlots = 1 << 13

    /// Saved states, the initial one included.
    package let slots: Int

    package init(slots: Int) { self.slots = slots }

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        Online(length: length, slots: slots)
    }

    /// As of ``BinomialStrategy``.
    package static func leastBytes(length: Int, footprint: Footprint) -> Int {
        BinomialStrategy.leastBytes(length: length, footprint: footprint)
    }

    package static func candidates(within limit: MemoryLimit) -> Candidates {
        .each(limit.slots.map { [.online(slots: Swift.min($0, mostPlannedSlots))] } ?? [])
    }

    package static func survey(length: Int, footprint: Footprint) -> [Strategy] {
        Strategy.powersOfFour(below: length).prefix { $0 <= mostPlannedSlots }.map { .online(slots: $0) }
    }
}

extension Strategy {
    /// Binomial checkpointing of a sequence whose length is unknown in advance.
    package static func online(slots: Int) -> Strategy { Strategy(OnlineStrategy(slots: slots)) }

    package var online: OnlineStrategy? { member(of: OnlineStrategy.self) }
}
