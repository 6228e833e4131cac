import Quantities
import Reports
import Schedules
import Shapes
import Testing
import Trials
import Vectors

@Suite struct RecordsClaimTests {
    private func row(
        _ experiment: String, _ cell: Cell, _ records: RecordFormat, _ rounding: RecordRounding = .nearest,
        hidden: Int = 64
    ) throws -> Row {
        simulated(
            try Trial(
                cell: cell, input: 4, hidden: hidden, batch: 8, length: 24, records: records, rounding: rounding),
            experiment: experiment)
    }

    // I1

    /// Errors in standard errors of the mean.
    private func means(
        linear: Double = 1, biased: Double = 20, twoBits: Double = 90, repaired: Double = 1, draws: Int = 10_000
    ) throws -> [Row] {
        try [
            (Cell.linear, RecordFormat.int8, Rounding.stochastic, linear), (.linear, .int4, .independent, linear / 2),
            (.elman, .int8, .stochastic, 1.5), (.elman, .int4, .stochastic, biased),
            (.elman, .int2, .stochastic, twoBits), (.linear, .int2, .stochastic, linear / 3),
            (.elman, .int8, .independent, repaired / 2), (.elman, .int4, .independent, repaired),
            (.elman, .int2, .independent, repaired / 3),
        ].map { cell, records, rounding, error in
            try row("rounded-records", cell, records, RecordRounding(rounding, draws: draws))
                .with(.gradientRelativeError, .real(error * 0.001)).with(.gradientStandardError, .real(0.001))
        }
    }

    @Test func biasedBySquares() throws {
        let verdict = try judge("I1", means())
        #expect(verdict.outcome == .reproduced)
        #expect(
            verdict.measured
                == "linear 1.00, Elman at 2 and 4 bits 90.0 and 20.0, repaired 1.00 standard errors off (H 64 B 8 T 24)"
        )
        #expect(try judge("I1", means(linear: 3.1)).outcome == .notReproduced)
        #expect(try judge("I1", means(repaired: 3.1)).outcome == .notReproduced)
        #expect(try judge("I1", means(biased: 2)).outcome == .notReproduced)
        #expect(try judge("I1", means(biased: 4)).outcome == .inconclusive)
        #expect(try judge("I1", means(twoBits: 2)).outcome == .notReproduced)
        #expect(try judge("I1", means(twoBits: 4)).outcome == .inconclusive)
        #expect(try judge("I1", means(draws: 9_999)).outcome == .inconclusive)
        #expect(try judge("I1", means().filter { $0.trial.records != .int2 }).outcome == .inconclusive)
    }

    // I2

    private func halves(_ error: Double = 0x1p-9, adding bytes: Int = 0) throws -> [Row] {
        try [Cell.elman, .lstm, .gru].flatMap { cell in
            try [
                row("half-records", cell, .native),
                row("half-records", cell, .bfloat16).with(.gradientRelativeError, .real(error))
                    .adding(bytes, to: .recordsBytes),
            ]
        }
    }

    @Test func halfTheBytes() throws {
        let verdict = try judge("I2", halves())
        #expect(verdict.outcome == .reproduced && verdict.measured.hasPrefix("0.5 of the bytes"), "\(verdict.measured)")
        #expect(try judge("I2", halves(0.008)).outcome == .notReproduced)
        #expect(try judge("I2", halves(adding: 64)).outcome == .notReproduced)
        #expect(try judge("I2", [row("half-records", .elman, .native)]).outcome == .inconclusive)
    }

    /// A picture where records are kept in three ways or more, and none where in two.
    @Test func picture() throws {
        func rows(_ formats: [RecordFormat]) throws -> [Row] {
            try formats.flatMap { format in
                try [Strategy.full, .truncated(window: 8, stride: 8)].map { strategy in
                    simulated(
                        try Trial(cell: .lstm, hidden: 16, length: 24, strategy: strategy, records: format),
                        experiment: "r"
                    )
                    .with(.gradientRelativeError, .real(format == .native && strategy == .full ? 0 : 0.01))
                }
            }
        }
        let plot = try #require(try Plot.all(rows([.native, .bfloat16, .int8])).first { $0.name == "gradient-bytes" })
        #expect(plot.key.map(\.title) == ["native", "bfloat16", "int8"])
        // An error of 0 has no place on the scale.
        #expect(plot.subplots[0].series.map(\.marks.count) == [1, 2, 2])
        #expect(try !Plot.all(rows([.native, .int8])).contains { $0.name == "gradient-bytes" })
    }
}
