import Reports
import Schedules
import Shapes
import Testing
import Trials

@Suite struct ReversibleClaimTests {
    private func buffers(used: Double = 0.9) throws -> [Row] {
        try [2, 3].flatMap { bits in
            try sweep(
                "reversible-buffer", cells: [.leapgru(bits: bits)], batch: [2], lengths: [2000],
                strategies: [.reversible]
            )
            .map { $0.with(.forgottenBits, .real(used * Double(bits))) }
        }
    }

    /// 32 steps of a word at 2 bits, 21 at 3.
    @Test func bitsThatAreUsed() throws {
        let verdict = try judge("G1", buffers())
        #expect(verdict.outcome == .reproduced)
        #expect(verdict.measured == "b 2: ×17.8 (×15.9), 32/b 16.0; b 3: ×11.9 (×10.4), 32/b 10.7")
    }

    @Test func whatRefutesTheSaving() throws {
        #expect(try judge("G1", buffers(used: 1.01)).outcome == .notReproduced)
        var rows = try buffers()
        rows[0] = rows[0].with(.gradientRelativeError, .real(1e-9))
        #expect(judge("G1", rows).outcome == .notReproduced)
        #expect(try judge("G1", Array(buffers().prefix(1))).outcome == .inconclusive)
    }

    private func peaks(_ lengths: [Int], of cell: Cell = .leapgru(bits: 5)) throws -> [Row] {
        try sweep(
            "reversible-crossing", cells: [cell], batch: [4], lengths: lengths,
            strategies: [.segmented(length: nil), .reversible])
    }

    /// 10 (4 · 12 / 4)² = 1440.
    @Test func crossing() throws {
        let verdict = try judge("G2", peaks([400, 1250, 1350, 1450, 1600, 4000]))
        #expect(verdict.outcome == .reproduced && verdict.measured.contains("derived 1440"), "\(verdict.measured)")
    }

    /// Both halves of a state: 16 (4 · 21 / 8)² = 1764.
    @Test func crossingOfBothHalves() throws {
        let verdict = try judge("G2", peaks([400, 1600, 1700, 1850, 2500], of: .revgru(bits: 3)))
        #expect(verdict.outcome == .reproduced && verdict.measured.contains("derived 1764"), "\(verdict.measured)")
    }

    /// h and c of both halves: 56 (4 · 21 / 16)² = 1543.5.
    @Test func crossingOfMemoryToo() throws {
        let verdict = try judge("G2", peaks([400, 1400, 1500, 1600, 2500], of: .revlstm(bits: 3)))
        #expect(verdict.outcome == .reproduced && verdict.measured.contains("derived 154"), "\(verdict.measured)")
    }

    @Test func whatRefutesTheCrossing() throws {
        let rows = try peaks([400, 1250, 1350, 1450, 1600, 4000]).map {
            $0.trial.strategy == .reversible ? $0.adding(40_000, to: .peakBytes) : $0
        }
        #expect(judge("G2", rows).outcome == .notReproduced)
        #expect(try judge("G2", peaks([100, 200])).outcome == .inconclusive)
    }
}
