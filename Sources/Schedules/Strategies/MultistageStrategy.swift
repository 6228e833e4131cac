package import Quantities

/// Binomial checkpointing over two tiers: see ``Multistage``.
package struct MultistageStrategy: ExactFamily {
    package static let signature = Signature(
        "multistage", [.count("memory"), .count("disk")], about: "binomial over states in memory and on disk")
    package static let traits: StrategyTraits = [.usesDisk, .savesStates]

    /// Saved states in memory, and on disk.
    package let memory: Int
    package let disk: Int

    package init(memory: Int, disk: Int) { (self.memory, self.disk) = (memory, disk) }

    package init(_ arguments: Arguments) {
        (memory, disk) = (arguments.whole("memory")!, arguments.whole("disk")!)
    }

    package var parameters: [(name: String, text: String)] { [("memory", String(memory)), ("disk", String(disk))] }
    package func value(of column: StrategyColumn, length: Int, footprint: () -> Footprint) -> Int? { nil }

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        Multistage(length: length, memory: memory, disk: disk)
    }

    package var choosesBySize: Bool { false }
    package func infeasibility(length: Int, footprint: () -> Footprint) -> Infeasibility? { nil }
    package var bytesExponent: Double? { 0 }
    package var timeExponent: Double? { nil }

    package static func smallest(length: Int, footprint: Footprint) -> MultistageStrategy {
        MultistageStrategy(memory: 1, disk: length)
    }

    /// As of ``BinomialStrategy``.
    package static func leastBytes(length: Int, footprint: Footprint) -> Int {
        BinomialStrategy.leastBytes(length: length, footprint: footprint)
    }

    package static func leastBytesBound(length: Int, footprint: Footprint) -> Int? { nil }

    package static func candidates(within limit: MemoryLimit) -> Candidates {
        guard let slots = limit.slots else { return .each([]) }
        let disks = Array(sequence(first: 1) { $0 * 4 }.prefix { $0 < limit.length }) + [limit.length]
        return .each(disks.map { .multistage(memory: slots, disk: $0) })
    }

    /// None: without a disk there is nothing to survey.
    package static func survey(length: Int, footprint: Footprint) -> [Strategy] { [] }
}

extension Strategy {
    /// Binomial checkpointing over two tiers.
    package static func multistage(memory: Int, disk: Int) -> Strategy {
        Strategy(MultistageStrategy(memory: memory, disk: disk))
    }
}
