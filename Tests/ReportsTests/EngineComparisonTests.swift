import Quantities
import Reports
import Testing
import Trials

/// Other people's programs over unroll's own.
@Suite struct EngineComparisonTests {
    private func rows(
        _ engine: String, _ variant: String = "plain", length: Int, bytes: Int?, seconds: [Double], status: Status = .ok
    ) throws -> [Row] {
        let trial = try Trial([.engine: engine, .variant: variant, .length: "\(length)", .strategy: "full"])
        return seconds.enumerated().map { index, wall in
            var measurement = Measurement()
            measurement[.stepBytes] = bytes.map(Value.integer)
            measurement[.wallSeconds] = .real(wall)
            return Row(
                experiment: "engines", trial: trial, repetition: index + 1, status: status,
                message: status == .ok ? "" : "has no such strategy", measurement: measurement)
        }
    }

    /// Geometric means over lengths, of ratios by round: 2 and 8 of the bytes are 4, and a round that is slow for both is of no
    /// account.
    @Test func geometricMeans() throws {
        let all =
            try rows("unroll", length: 10, bytes: 100, seconds: [1, 10, 1])
            + rows("jax", length: 10, bytes: 200, seconds: [3, 30, 3])
            + rows("unroll", length: 20, bytes: 200, seconds: [2, 2, 2])
            + rows("jax", length: 20, bytes: 1600, seconds: [24, 24, 24])
            + rows("pytorch", "loop", length: 10, bytes: 50, seconds: [1, 10, 1])
            + rows("pytorch", "loop", length: 20, bytes: nil, seconds: [0], status: .failed)
        let comparison = try #require(EngineComparison(all))
        #expect(
            comparison.table.text(as: .csv) == """
                strategy,engine,variant,groups_measured,groups,step_ratio,time_ratio,time_ratio_low,time_ratio_high,refusal
                full,jax,plain,2,2,4.0,6.0,6.0,6.0,
                full,pytorch,loop,1,2,0.5,1.0,1.0,1.0,has no such strategy

                """)
    }

    /// What has nothing to be held against is in no table.
    @Test func nothingToCompare() throws {
        #expect(try EngineComparison(rows("jax", length: 10, bytes: 100, seconds: [1])) == nil)
        #expect(try EngineComparison(rows("unroll", length: 10, bytes: 100, seconds: [1])) == nil)
    }
}
