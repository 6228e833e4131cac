package import Quantities

/// Checkpoints of internal states: see ``Internal``.
package struct InternalStrategy: SlotsFamily {
    package static let signature = Signature(
        "internal", [.count("slots")], about: "BPTT-ISM: fewest forward steps for this many kept records")
    package static let traits: StrategyTraits = [.restartsFromRecords]

    /// Records kept.
    package let slots: Int

    package init(slots: Int) { self.slots = slots }

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        Internal(length: length, slots: slots)
    }

    /// The initial state, the record kept and the one that waits.
    package static func leastBytes(length: Int, footprint: Footprint) -> Int {
        footprint.constant.total + footprint.lanes * (footprint.state + Swift.min(2, length) * footprint.record)
    }

    package static func candidates(within limit: MemoryLimit) -> Candidates {
        guard let kept = mostKept(within: limit) else { return .each([]) }
        let numbers = kept == limit.length ? [kept] : Candidates.numbers(from: kept, downTo: 1)
        return .slower(numbers.map { .internal(slots: $0) }, restoresMore: true)
    }

    /// The most records kept that fit, with the initial state and the record that waits. When all T fit, that is full
    /// unrolling.
    package static func mostKept(within limit: MemoryLimit) -> Int? {
        let all = limit.records(besides: limit.footprint.state)
        return all >= limit.length ? limit.length : all < 2 ? nil : Swift.min(all - 1, limit.length)
    }
}

extension Strategy {
    /// Checkpoints of internal states, with this many records kept.
    package static func `internal`(slots: Int) -> Strategy { Strategy(InternalStrategy(slots: slots)) }

    package var `internal`: InternalStrategy? { member(of: InternalStrategy.self) }
}
