import Quantities
import Schedules
import Shapes
import Testing
import Trials

/// What a trial's gradient is held against, by the limit that admitted it.
struct GradientReferenceTests {
    private func trial(_ strategy: Strategy, variant: Variant = .plain) throws -> Trial {
        try Trial(cell: .lstm, input: 8, hidden: 64, batch: 8, length: 2000, strategy: strategy, variant: variant)
    }

    private func peak(_ strategy: Strategy) throws -> Int {
        let trial = try trial(strategy)
        return Simulator(trial.schedule, footprint: trial.footprint).peakBytes
    }

    /// Full unrolling down to the last byte that it and the gradient put aside need, segments from there on, then nothing.
    @Test func whatFits() throws {
        let cut = try trial(.truncated(window: 2, stride: 2))
        let aside = cut.footprint.constant[.gradients]
        let (full, segmented) = (try peak(.full) + aside, try peak(.segmented(length: nil)) + aside)
        #expect(segmented < full)
        #expect(cut.reference(within: Bytes(full)) == .full)
        #expect(cut.reference(within: Bytes(full - 1)) == .segmented)
        #expect(cut.reference(within: Bytes(segmented)) == .segmented)
        #expect(cut.reference(upTo: Bytes(full - aside - 1), within: Bytes(Int.max)) == .segmented)
        #expect(
            cut.reference(within: Bytes(segmented - 1))
                == .unavailable("segmented, needs \(Bytes(segmented)), and the limit is \(Bytes(segmented - 1))"))
    }

    /// Segments are not held against themselves.
    @Test func segmentsThemselves() throws {
        let itself = try trial(.segmented(length: nil))
        let full = try peak(.full) + itself.footprint.constant[.gradients]
        #expect(itself.reference(within: Bytes(full)) == .full)
        #expect(
            itself.reference(within: Bytes(full - 1))
                == .unavailable("full unrolling, needs \(Bytes(full)), and the limit is \(Bytes(full - 1))"))
    }

    /// The network of a variant is there beside the plain one.
    @Test func variantsNeedBoth() throws {
        let plain = try trial(.full)
        let full = try peak(.full) + plain.footprint.constant[.gradients]
        let variant = try trial(.full, variant: .fusedGates)
        #expect(variant.reference(within: Bytes(full)) == .segmented)
        #expect(variant.reference(within: Bytes(full + variant.footprint.constant.total)) == .full)
    }
}
