import Quantities
import Reports
import Testing
import Trials

/// Claims that are judged by what programs of other frameworks take.
@Suite struct EngineClaimTests {
    private static let scan = "Sources/engines/pytorch/selective_scan.py"

    private func row(_ factors: [Factor: String], _ bytes: Int) throws -> Row {
        let usual: [Factor: String] = [.engine: "pytorch", .strategy: "full"]
        var measurement = Measurement()
        measurement[.stepBytes] = .integer(bytes)
        return Row(
            experiment: "", trial: try Trial(usual.merging(factors) { $1 }),
            repetition: 1, status: .ok, measurement: measurement)
    }

    private func pair(_ hidden: Int, _ gru: Int, _ mingru: Int, length: Int = 512) throws -> [Row] {
        try [("gru", gru), ("mingru", mingru)].map { cell, bytes in
            try row([.cell: cell, .hidden: "\(hidden)", .length: "\(length)"], bytes)
        }
    }

    @Test func parallelScan() throws {
        #expect(try judge("K2", pair(64, 1000, 1880)).outcome == .reproduced)
        let verdict = try judge("K2", pair(64, 1000, 1880) + pair(128, 1000, 1670))
        #expect(verdict.outcome == .notReproduced)
        #expect(verdict.measured == "67.0 % more (H 128 B 32 T 512); the farthest of 2 networks")
        #expect(try judge("K2", Array(pair(64, 1000, 1880).prefix(1))).outcome == .inconclusive)
        // Another length is not spoken of.
        #expect(try judge("K2", pair(64, 1000, 1880, length: 256)).outcome == .inconclusive)
    }

    @Test func parallelScanSpeed() throws {
        func rows(_ hidden: Int, _ gru: Double, _ mingru: Double) throws -> [Row] {
            try zip(pair(hidden, 1000, 1880), [gru, mingru]).map { $0.with(.wallSeconds, .real($1)) }
        }
        #expect(try judge("K5", rows(64, 1.75, 0.01)).outcome == .reproduced)
        #expect(try judge("K5", rows(64, 2.2, 0.01)).outcome == .notReproduced)
        let verdict = try judge("K5", rows(64, 1.75, 0.01) + rows(128, 0.5, 1))
        #expect(verdict.outcome == .notReproduced)
        #expect(verdict.measured == "0.50 times as fast (H 128 B 32 T 512); the farthest of 2 networks")
        #expect(try judge("K5", Array(rows(64, 1, 1).prefix(1))).outcome == .inconclusive)
    }

    @Test(arguments: [(35, Verdict.Outcome.notReproduced), (37, .reproduced), (44, .reproduced), (45, .notReproduced)])
    func selectiveScan(tenths: Int, outcome: Verdict.Outcome) throws {
        // B·L·ED·N·4
        let tensor = 8 * 256 * 64 * 16 * 4
        let rows = try (1...3).map { layers in
            try row(
                [
                    .engine: EngineClaimTests.scan, .cell: "mingru", .layers: "\(layers)", .hidden: "64", .batch: "8",
                ], 1_000_000 + layers * tensor * tenths / 10)
        }
        let verdict = judge("K3", rows)
        #expect(verdict.outcome == outcome)
        #expect(verdict.measured.hasPrefix("\(tenths / 10).\(tenths % 10)0 tensors a layer (ED 64 B 8 L 256, N 16)"))
        #expect(judge("K3", Array(rows.prefix(2))).outcome == .inconclusive)
    }

    @Test func forwardMode() throws {
        func rows(_ factor: Double) throws -> [Row] {
            try [128, 256].map { hidden in
                let bytes = Double(2 * 8 * hidden * hidden * (hidden + 4) * 4) * (hidden == 256 ? factor : 1)
                return try row(
                    [.cell: "elman", .strategy: "forward", .hidden: "\(hidden)", .input: "3", .batch: "8"], Int(bytes))
            }
        }
        #expect(try judge("K4", rows(1.029)).outcome == .reproduced)
        #expect(try judge("K4", rows(1.031)).outcome == .notReproduced)
        #expect(try judge("K4", rows(0.969)).outcome == .notReproduced)
        #expect(try judge("K4", Array(rows(1).prefix(1))).outcome == .inconclusive)
    }
}
