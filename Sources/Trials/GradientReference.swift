package import Quantities
package import Schedules
import Shapes

/// What a trial's gradient is held against: full unrolling of the plain network, in Float where products are of bfloat16, or, where that
/// is too large, segments, whose gradient is the same to the last bit. Nothing where neither fits, or where segments would be held against themselves.
package enum GradientReference: Hashable, Sendable {
    case gradient(Strategy)
    /// Why there is none.
    case unavailable(String)

    package static let full = GradientReference.gradient(.full)
    package static let segmented = GradientReference.gradient(.segmented(length: nil))

    /// What runs; nil for nothing.
    package var strategy: Strategy? { if case .gradient(let strategy) = self { strategy } else { nil } }
}

extension Trial {
    /// The trial whose gradient is the reference: of the plain network, under full unrolling. CTC keeps all steps then, and not
    /// only those that a window reaches.
    package var unrolled: Trial {
        var whole = self
        whole.variant = .plain
        (whole.records, whole.rounding, whole.states) = (Trial.usual.records, .nearest, Trial.usual.states)
        if multipliesPairs { whole.precision = .float }
        whole.strategy = .full
        return whole
    }

    /// Whether its network is the one that references are of.
    package var isPlain: Bool { variant == .plain && !rounds }

    /// Whether its own gradient is a reference's by this strategy: it is not to be computed again.
    package func isReference(by strategy: Strategy) -> Bool { isPlain && self.strategy == strategy }

    /// Whether its network's gradient is another one, under every strategy.
    package var changesGradient: Bool { variant.changesGradient || rounds }

    /// Whether its strategy makes a gradient, to hold against a reference's.
    package var hasGradient: Bool { strategy.summation(length: length) != .none }

    /// Whose gradient this trial's is held against, equal for all trials that can share it; nil where a gradient is not made, or not by
    /// unroll.
    package var sharedReference: Trial? { engine == .unroll && hasGradient ? unrolled : nil }

    /// - Parameters:
    ///   - largest: up to this predicted peak it is full unrolling.
    ///   - memory: what all tensors together may need while it runs, the limit that admitted the trial.
    package func reference(upTo largest: Bytes = largestReference, within memory: Bytes) -> GradientReference {
        let whole = unrolled
        let footprint = whole.footprint
        // The gradient that is compared is put aside meanwhile. Another network is there as well as the plain one.
        let others =
            footprint.constant[.gradients] + (isPlain ? 0 : self.footprint.constant.total)
        func peak(_ strategy: Strategy) -> Int {
            Demand(strategy.schedule(length: length, footprint: footprint), footprint: footprint).peakBytes
        }
        let full = peak(.full)
        if full <= largest.count, full + others <= memory.count { return .full }
        if strategy == .segmented(length: nil), isPlain {
            return .unavailable("full unrolling\(Trial.needs(full, others, largest: largest, memory))")
        }
        let stand = peak(.segmented(length: nil))
        if footprint.constant[.alignment] <= largest.count, stand + others <= memory.count {
            return .segmented
        }
        return .unavailable("segmented\(Trial.needs(stand, others, largest: largest, memory))")
    }

    private static func needs(_ peak: Int, _ others: Int, largest: Bytes, _ memory: Bytes) -> String {
        // The limit that stands in the way: a reference that fits into the memory is too large all the same.
        let limit = peak + others > memory.count ? "limit is \(memory)" : "largest is \(largest)"
        return ", needs \(Bytes(peak + others)), and the \(limit)"
    }
}
