package import Quantities

/// States and records under one budget of bytes: see ``Mixed``.
package struct MixedStrategy: ExactFamily {
    package static let signature = Signature(
        "mixed", [TextParameter("memory", .bytes(1...1 << 52), example: "64MiB")],
        about: "BPTT-MSM: states and records under one budget of bytes")
    package static let traits: StrategyTraits = [.keepsToBytes, .isFolded, .restartsFromRecords, .savesStates]

    /// Of states and records of all lanes.
    package let memory: Bytes

    package init(memory: Bytes) { self.memory = memory }
    package init(_ arguments: Arguments) { memory = Bytes(arguments.whole("memory")!) }

    package var parameters: [(name: String, text: String)] { [("memory", memory.exact)] }
    package func value(of column: StrategyColumn, length: Int, footprint: () -> Footprint) -> Int? { nil }

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        Mixed(
            length: length, memory: memory.count / footprint.lanes, state: footprint.state, record: footprint.record)
    }

    package var choosesBySize: Bool { true }

    package func infeasibility(length: Int, footprint: () -> Footprint) -> Infeasibility? {
        Mixed.infeasibility(length: length, memory: memory, footprint: footprint())
    }

    package var bytesExponent: Double? { 0 }
    package var timeExponent: Double? { nil }

    package static func smallest(length: Int, footprint: Footprint) -> MixedStrategy {
        MixedStrategy(memory: Bytes(Mixed.leastMemory(length: length, footprint)))
    }

    package static func leastBytes(length: Int, footprint: Footprint) -> Int {
        footprint.constant.total + Mixed.leastMemory(length: length, footprint)
    }

    package static func leastBytesBound(length: Int, footprint: Footprint) -> Int? { nil }

    /// With a table within reach; where there is none for the fewest bytes, the one that says why.
    package static func candidates(within limit: MemoryLimit) -> Candidates {
        let (length, footprint) = (limit.length, limit.footprint)
        let least = Mixed.leastMemory(length: length, footprint)
        guard limit.free >= least else { return .each([]) }
        // At most what full unrolling takes.
        let all = saturatingSum(
            footprint.lanes * footprint.state, saturatingProduct(footprint.lanes, length, footprint.record))
        let memory = Swift.min(limit.free, all)
        guard Mixed.infeasibility(length: length, memory: Bytes(least), footprint: footprint) == nil else {
            return .each([.mixed(memory: Bytes(memory))])
        }
        let numbers = (memory == all ? [memory] : []) + Candidates.numbers(from: memory, downTo: least)
        return .slower(numbers.map { .mixed(memory: Bytes($0)) }, restoresMore: false)
    }

    package static func survey(length: Int, footprint: Footprint) -> [Strategy] {
        let most = saturatingProduct(length, footprint.lanes, footprint.record + footprint.state)
        return sequence(first: 1 << 20) { $0 * 4 }.prefix { $0 < most }.map(Bytes.init).filter {
            Mixed.infeasibility(length: length, memory: $0, footprint: footprint) == nil
        }.map(Strategy.mixed)
    }
}

extension Strategy {
    /// States and records under one budget of bytes.
    package static func mixed(memory: Bytes) -> Strategy { Strategy(MixedStrategy(memory: memory)) }

    package var mixed: MixedStrategy? { member(of: MixedStrategy.self) }
}
