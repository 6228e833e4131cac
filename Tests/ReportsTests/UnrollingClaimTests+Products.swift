import Glibc
import Reports
import Schedules
import Shapes
import Testing
import Trials

/// Claims about products: of inputs over time, and of gates at once.
extension UnrollingClaimTests {
    /// Rows whose forward seconds are longer by a factor, for each batch, one way than the other.
    func products(
        _ experiment: String, gains: [Int: Double], repetitions: Int = 5, noise: (Int) -> Double = { _ in 1 },
        slow: (Int) throws -> Trial, fast: (Int) throws -> Trial
    ) throws -> [Row] {
        try gains.keys.sorted().flatMap { batch in
            try (1...repetitions).flatMap { repetition in
                let quick = try simulated(fast(batch), experiment: experiment, repetition: repetition)
                let other = try simulated(slow(batch), experiment: experiment, repetition: repetition)
                return [quick, other.slower(by: gains[batch]! * noise(repetition))]
            }
        }
    }

    func inputs(_ gains: [Int: Double], repetitions: Int = 5, noise: (Int) -> Double = { _ in 1 }) throws
        -> [Row]
    {
        func trial(_ projection: InputProjection) -> (Int) throws -> Trial {
            { try Trial(cell: .lstm, input: 64, hidden: 64, batch: $0, length: 16, inputProjection: projection) }
        }
        return try products(
            "input-projection", gains: gains, repetitions: repetitions, noise: noise, slow: trial(.perStep),
            fast: trial(.batched))
    }

    @Test func batchedInputsAreFaster() throws {
        let verdict = try judge("H1", inputs([1: 1.6, 4: 1.3, 64: 1.05]))
        #expect(verdict.outcome == .reproduced)
        #expect(abs(try #require(verdict.value) - 1.3) < 1e-9)
        // The projection of 32 steps of 1 × (4 · 64 + 16) floats and their inputs and outputs of 64 each, in place of one.
        #expect(verdict.measured.hasPrefix("B 1 ×1.60, B 4 ×1.30, B 64 ×1.05; "))
        #expect(verdict.measured.hasSuffix(" bytes more at B 1 (lstm D 64 H 64)"))
        #expect(!verdict.measured.contains("; 0 bytes more"))
    }

    @Test func aSmallGainRefutesBatchedInputs() throws {
        #expect(try judge("H1", inputs([1: 1.6, 4: 1.15, 64: 1.05])).outcome == .notReproduced)
        #expect(try judge("H1", inputs([1: 1.3, 4: 1.3, 64: 1.4])).outcome == .notReproduced)
    }

    @Test func noiseLeavesBatchedInputsOpen() throws {
        let noisy = try inputs([1: 1.6, 4: 1.3, 64: 1.05], noise: { $0 == 2 ? 0.9 : 1 })
        #expect(judge("H1", noisy).outcome == .inconclusive)
        #expect(try judge("H1", inputs([1: 1.6, 4: 1.3, 64: 1.05], repetitions: 4)).outcome == .inconclusive)
        #expect(try judge("H1", inputs([1: 1.6, 4: 1.3])).outcome == .inconclusive)
        #expect(try judge("H1", inputs([4: 1.3, 64: 1])).outcome == .inconclusive)
    }

    func gates(_ gains: [Int: Double], repetitions: Int = 5, noise: (Int) -> Double = { _ in 1 }) throws
        -> [Row]
    {
        func trial(_ variant: Variant) -> (Int) throws -> Trial {
            { try Trial(cell: .lstm, input: 64, hidden: 64, batch: $0, length: 16, variant: variant) }
        }
        return try products(
            "fused-gates", gains: gains, repetitions: repetitions, noise: noise, slow: trial(.plain),
            fast: trial(.fusedGates))
    }

    @Test func fusedGatesAreFaster() throws {
        let verdict = try judge("H2", gates([1: 1.2, 16: 1.05, 64: 1.01]))
        #expect(verdict.outcome == .reproduced)
        #expect(abs(try #require(verdict.value) - 1.2) < 1e-9)
        #expect(verdict.measured == "B 1 ×1.20, B 16 ×1.05, B 64 ×1.01 (lstm H 64)")
    }

    @Test func noGainRefutesFusedGates() throws {
        #expect(try judge("H2", gates([1: 1.05, 16: 1.05, 64: 1.01])).outcome == .notReproduced)
        #expect(try judge("H2", gates([1: 1.2, 16: 0.99, 64: 1.01])).outcome == .notReproduced)
    }

    @Test func noiseLeavesFusedGatesOpen() throws {
        #expect(try judge("H2", gates([1: 1.2, 64: 1.01], noise: { $0 == 2 ? 0.9 : 1 })).outcome == .inconclusive)
        #expect(try judge("H2", gates([1: 1.2, 64: 1.01], repetitions: 4)).outcome == .inconclusive)
        #expect(try judge("H2", gates([1: 1.2, 16: 1.01])).outcome == .inconclusive)
    }
}
