package import Quantities

/// Uniform checkpoints: see ``Segmented``.
package struct SegmentedStrategy: ExactFamily {
    package static let signature = Signature(
        "segmented", [.count("length", isRequired: false)], aliases: ["checkpoint", "checkpointing", "sqrt"],
        about: "uniform checkpoints, by default at the length with the smallest peak")
    package static let traits: StrategyTraits = [.savesStates]

    /// Steps of a segment; nil is the length with the smallest peak.
    package let segment: Int?

    package init(length: Int?) { segment = length }
    package init(_ arguments: Arguments) { segment = arguments.whole("length") }

    package var parameters: [(name: String, text: String)] { segment.map { [("length", String($0))] } ?? [] }

    package func value(of column: StrategyColumn, length: Int, footprint: () -> Footprint) -> Int? {
        column == .segment ? segmented(length: length, footprint: footprint()).segment : nil
    }

    private func segmented(length: Int, footprint: Footprint) -> Segmented {
        Segmented(
            length: length,
            segment: segment
                ?? Segmented.bestSegment(
                    length: length, state: footprint.state, record: footprint.record, lanes: footprint.lanes))
    }

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        segmented(length: length, footprint: footprint)
    }

    package var choosesBySize: Bool { segment == nil }
    package func infeasibility(length: Int, footprint: () -> Footprint) -> Infeasibility? { nil }

    /// √T at the best distance (Chen et al. 2016), at a fixed one T.
    package var bytesExponent: Double? { segment == nil ? 0.5 : 1 }
    package var timeExponent: Double? { 1 }

    package static func smallest(length: Int, footprint: Footprint) -> SegmentedStrategy {
        SegmentedStrategy(length: nil)
    }

    package static func leastBytes(length: Int, footprint: Footprint) -> Int {
        let (state, record, lanes) = (footprint.state, footprint.record, footprint.lanes)
        let (most, overflows) = length.multipliedReportingOverflow(by: lanes * (record + 2 * state))
        guard !overflows, most < Int.max / 2 else { return Int.max }
        let best = Segmented.bestSegment(length: length, state: state, record: record, lanes: lanes)
        return footprint.constant.total + Segmented.bytes(segment: best, length: length, footprint)
    }

    package static func leastBytesBound(length: Int, footprint: Footprint) -> Int? {
        saturatingSum(footprint.constant.total, Segmented.leastOfAnySegment(length: length, footprint))
    }

    /// The fastest segment of those that fit.
    package static func candidates(within limit: MemoryLimit) -> Candidates {
        var best: (segment: Int, cost: Double)?
        Segmented.shortestSegments(length: limit.length, within: limit.free, limit.footprint) { segment in
            let cost = limit.cost(Workload(Segmented(length: limit.length, segment: segment)))
            if cost < best?.cost ?? .infinity { best = (segment, cost) }
        }
        return .each(best.map { [.segmented(length: $0.segment)] } ?? [])
    }

    package static func survey(length: Int, footprint: Footprint) -> [Strategy] { [.segmented(length: nil)] }
}

extension Strategy {
    /// Uniform checkpoints; without a length, at the one with the smallest peak.
    package static func segmented(length: Int?) -> Strategy { Strategy(SegmentedStrategy(length: length)) }
}
