package import Quantities

/// Real-time recurrent learning, step by step or in blocks: see ``Forward``.
package struct ForwardStrategy: PlannableFamily {
    package static let signature = Signature(
        "forward", [.count("block", isRequired: false)], aliases: ["rtrl"],
        about:
            "real-time recurrent learning: exact, in memory that does not grow with the length; in blocks of k steps by BPTT"
    )
    package static let traits: StrategyTraits = [.carriesSensitivities, .hasStrides, .needsNoEnd]

    /// k; nil where every step is carried by itself.
    package let block: Int?

    package init(block: Int?) { self.block = block }
    package init(_ arguments: Arguments) { block = arguments.whole("block") }

    package var parameters: [(name: String, text: String)] { block.map { [("block", String($0))] } ?? [] }
    package func value(of column: StrategyColumn, length: Int, footprint: () -> Footprint) -> Int? { nil }

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        Forward(length: length, block: block)
    }

    package var sensitivities: Sensitivities? { block == nil ? .influence : .influenceOverRecords }
    package var choosesBySize: Bool { false }
    package func infeasibility(length: Int, footprint: () -> Footprint) -> Infeasibility? { nil }

    /// A block of at least the whole length is full unrolling.
    package func summation(length: Int) -> Strategy.Summation {
        block.map { $0 >= length } == true ? .chain : .carried(block: block)
    }

    /// A block of the length is reversed at once.
    package func reach(length: Int) -> Int { min(block ?? length, length) }
    package var draws: Int? { nil }

    /// The influence matrix, and a block's records.
    package var bytesExponent: Double? { 0 }
    package var timeExponent: Double? { 1 }

    package static func smallest(length: Int, footprint: Footprint) -> ForwardStrategy { ForwardStrategy(block: nil) }

    package static func leastBytes(length: Int, footprint: Footprint) -> Int {
        saturatingSum(footprint.constant.total, footprint.sensitivities.influence)
    }

    package static func leastBytesBound(length: Int, footprint: Footprint) -> Int? { nil }

    /// The matrix is multiplied once for each block, and adjoints of all units go back through each step: longer blocks are
    /// faster up to as many steps as there are units, and take more bytes.
    package static func candidates(within limit: MemoryLimit) -> Candidates {
        let blocks = blocks(below: limit.length).filter { block in
            limit.peakBytes(.forward(block: block)) <= limit.budget
        }
        let forward: [Strategy] = limit.peakBytes(.forward(block: nil)) <= limit.budget ? [.forward(block: nil)] : []
        return .each(forward + blocks.map { .forward(block: $0) })
    }

    package static func survey(length: Int, footprint: Footprint) -> [Strategy] {
        [.forward(block: nil)] + blocks(below: length).map { .forward(block: $0) }
    }

    /// 4, 16, 64, 256 and 1024.
    private static func blocks(below length: Int) -> [Int] {
        Strategy.powersOfFour(below: length).filter { $0 <= 1024 }
    }
}

extension Strategy {
    /// Real-time recurrent learning, in blocks of this many steps or, without, step by step.
    package static func forward(block: Int?) -> Strategy { Strategy(ForwardStrategy(block: block)) }
}
