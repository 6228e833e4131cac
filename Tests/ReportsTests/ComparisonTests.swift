import Reports
import Schedules
import Shapes
import Testing
import Trials

@Suite struct ComparisonTests {
    private let strategies: [Strategy] = [.full, .truncated(window: 16, stride: 16), .binomial(slots: 4)]

    @Test func wholeTable() throws {
        let rows = try sweep("small", lengths: [64, 128], strategies: strategies, repetitions: 2)
        let comparison = try Comparison(rows)
        #expect(comparison.varied == [.length])
        #expect(
            comparison.table.text(as: .table) == """
                length  strategy             status      peak  peak ratio  states+records    wall  time ratio    low   high  forwards/step  gap  gradient error
                    64  full                 ok      2.11 MiB        1.00        1.26 MiB  192 ms       ×1.00  ×1.00  ×1.00           1.00  0 B               0
                    64  truncated:window=16  ok      1.17 MiB        0.56         328 KiB  192 ms       ×1.00  ×1.00  ×1.00           1.00  0 B               0
                    64  binomial:slots=4     ok       930 KiB        0.43        60.0 KiB  392 ms       ×2.04  ×2.04  ×2.04           4.13  0 B               0
                   128  full                 ok      3.36 MiB        1.00        2.51 MiB  384 ms       ×1.00  ×1.00  ×1.00           1.00  0 B               0
                   128  truncated:window=16  ok      1.17 MiB        0.35         328 KiB  384 ms       ×1.00  ×1.00  ×1.00           1.00  0 B               0
                   128  binomial:slots=4     ok       930 KiB        0.27        60.0 KiB  900 ms       ×2.34  ×2.34  ×2.34           5.03  0 B               0

                """)
        #expect(
            comparison.summary?.text(as: .table) == """
                strategy             measured  of  peak ratio  time ratio    low   high
                full                        2   2        1.00       ×1.00  ×1.00  ×1.00
                truncated:window=16         2   2        0.44       ×1.00  ×1.00  ×1.00
                binomial:slots=4            2   2        0.34       ×2.19  ×2.19  ×2.19

                """)
    }

    /// A strategy that chose for itself says what: one length of all groups, or from the least to the largest.
    @Test func summaryOfWhatWasChosen() throws {
        let strategies: [Strategy] = [.full, .segmented(length: nil), .segmented(length: 4)]
        func shown(_ lengths: [Int]) throws -> [String] {
            let rows = try sweep("s", lengths: lengths, strategies: strategies, repetitions: 2)
            let text = try #require(try Comparison(rows).summary?.text(as: .table))
            // Columns are two spaces apart.
            return text.split(separator: "\n").dropFirst().map { String($0.split(separator: "  ")[0]) }
        }
        func chosen(_ length: Int) throws -> String {
            try #require(try sweep("s", lengths: [length], strategies: [.segmented(length: nil)]).first).trial[.segment]
        }
        let (short, long) = (try chosen(64), try chosen(1024))
        #expect(short != long)
        #expect(try shown([64]) == ["full", "segmented (length \(short))", "segmented:length=4"])
        #expect(try shown([64, 1024]) == ["full", "segmented (length \(short)…\(long))", "segmented:length=4"])
        let rows = try sweep("s", lengths: [64], strategies: strategies, repetitions: 2)
        #expect(try Comparison(rows).summary?.text(as: .csv).contains("\nsegmented,") == true)
    }

    @Test func onlyFactorsThatVaryAreShown() throws {
        let rows = try sweep("small", cells: [.elman, .gru], hidden: [32, 64], lengths: [8], strategies: strategies)
        let columns = try Comparison(rows).table.columns.map(\.name)
        #expect(columns.prefix(4) == ["cell", "hidden", "strategy", "status"])
        #expect(try Comparison([rows[0]]).table.columns.first?.name == "strategy")
        let two = try rows + sweep("other", cells: [.gru], lengths: [8])
        #expect(try Comparison(two).table.columns.first?.name == "experiment")
    }

    /// Where there are sequences: their frames a second, the share that was learned from, and held-out quality where there is
    /// any.
    @Test func framesHaveColumns() throws {
        let trials = try [true, false].map { expectation in
            try Trial(
                cell: .lstm, batch: 2, length: 100, strategy: .truncated(window: 20, stride: 10),
                task: .stream(mean: 30, expectation: expectation), updates: 5, updateInterval: .stride)
        }
        let rows = trials.enumerated().map { index, trial in
            simulated(trial, experiment: "streams").with(.sequenceFrames, .integer(1000)).with(.wallSeconds, .real(0.5))
                .with(.trFrames, .integer(250)).with(.emFrames, .integer(index == 0 ? 750 : 0))
                .with(.loss, .real(0.5)).with(.quality, .real(0.25))
                .with(.heldOutQuality, index == 0 ? .real(0.125) : nil)
        }
        let table = try Comparison(rows).table
        #expect(
            table.columns.suffix(5).map(\.name) == [
                "frames_per_second", "used_frames", "loss", "quality", "held_out_quality",
            ])
        let lines = table.text(as: .csv).split(separator: "\n")
        #expect(lines[1].hasSuffix(",2000.0,1.0,0.5,0.25,0.125") && lines[2].hasSuffix(",2000.0,0.25,0.5,0.25,"))
        let markdown = table.text(as: .markdown).split(separator: "\n")
        #expect(markdown[0].hasSuffix("| frames/s | frames used |    loss | quality | held out |"))
        #expect(markdown[3].hasSuffix("|     2000 |        0.25 | 5.0e-01 |    0.25 |        – |"))
        let untrained = try Comparison(rows.map { $0.with(.heldOutQuality, nil).with(.sequenceFrames, nil) }).table
        #expect(untrained.columns.suffix(3).map(\.name) == ["gradient_relative_error", "loss", "quality"])
    }

    @Test func predictedSecondsStandBesideMeasuredOnes() throws {
        let comparison = try Comparison(sweep("small", lengths: [8, 16]))
        #expect(!comparison.table.columns.contains { $0.name == "predicted_seconds" })
        let table = comparison.table(predicting: [comparison.lines[1].trial: 0.25])
        #expect(table.columns.last?.name == "predicted_seconds")
        #expect(table.text(as: .csv).split(separator: "\n").map { $0.hasSuffix(",0.25") } == [false, false, true])
    }

    @Test func timesPairByRepetition() throws {
        let rows = try sweep("drift", lengths: [64], strategies: [.full, .binomial(slots: 4)], repetitions: 5)
        // The machine is slower at every repetition; the ratio is not.
        let drifting = rows.map { $0.slower(by: Double($0.repetition)) }
        let ratio = try #require(Comparison(rows).lines[1].timeRatios.median)
        let line = try Comparison(drifting).lines[1]
        for value in line.timeRatios.values { #expect(abs(value - ratio) < 1e-12) }
        #expect(line.timeRatios.medianInterval()?.coverage == 0.9375)
        let middle = try #require(Comparison(rows).lines[1].wallSeconds)
        #expect(abs(try #require(line.wallSeconds) - 3 * middle) < 1e-12)
    }

    @Test func strategiesKeepTheOrderInWhichTheyCame() throws {
        let rows =
            try sweep("order", lengths: [64], strategies: [.binomial(slots: 4), .full])
            + sweep("order", lengths: [128], strategies: [.full, .binomial(slots: 4), .segmented(length: nil)])
        let comparison = try Comparison(rows)
        #expect(comparison.lines.map(\.trial.strategy.name) == ["binomial", "full", "binomial", "full", "segmented"])
    }

    @Test func withoutBaselineThereAreNoRatios() throws {
        let rows =
            try sweep("half", lengths: [64], strategies: strategies)
            + sweep("half", lengths: [128], strategies: [.binomial(slots: 4)])
        let comparison = try Comparison(rows)
        let line = comparison.lines[3]
        #expect(line.peakBytes != nil)
        #expect(line.peakRatio == nil)
        #expect(line.timeRatios.values.isEmpty)
        #expect(comparison.summary == nil)
        #expect(comparison.table.text(as: .csv).split(separator: "\n")[4].contains(",,,,,"))
    }

    @Test func failedTrialsKeepTheirLine() throws {
        var rows = try sweep("failing", lengths: [64], strategies: strategies, repetitions: 2)
        rows[2...3] = [rows[2].failed(.outOfMemory, "needs 9 GiB, has 8")]
        rows[4] = rows[4].failed(.timedOut, "after 10 min")
        let comparison = try Comparison(rows)
        #expect(comparison.lines.map(\.status) == [.ok, .outOfMemory, .timedOut])
        #expect(comparison.lines[1].peakBytes == nil)
        #expect(comparison.lines[1].peakRatio == nil)
        // One repetition of two went well.
        #expect(comparison.lines[2].peakBytes != nil)
        #expect(comparison.lines[2].timeRatios.count == 1)
        let text = comparison.table.text(as: .markdown)
        #expect(text.contains("| out_of_memory |"))
        #expect(text.contains("needs 9 GiB, has 8"))
        #expect(comparison.summary?.text(as: .csv).contains("truncated:window=16,0,1,,,,\n") == true)

        // A baseline that failed is none.
        let reference = try Comparison(rows.map { $0.trial.strategy == .full ? $0.failed(.failed, "") : $0 })
        #expect(reference.lines.allSatisfy { $0.peakRatio == nil })
        #expect(reference.summary == nil)
    }

    @Test func nothingIsDividedByZero() throws {
        let rows = try sweep("zero", lengths: [64], strategies: strategies).map { row in
            row.trial.strategy == .full ? row.with(.peakBytes, .integer(0)).with(.wallSeconds, .real(0)) : row
        }
        let comparison = try Comparison(rows)
        #expect(comparison.lines.allSatisfy { $0.peakRatio == nil && $0.timeRatios.values.isEmpty })
        #expect(try Comparison([]).lines.isEmpty)
        #expect(try Comparison([]).summary == nil)
    }

    @Test func theWorstRepetitionIsTold() throws {
        var rows = try sweep("gap", lengths: [64], repetitions: 3)
        rows[1] = rows[1].with(.predictionGapBytes, .integer(-4096)).adding(8, to: .peakBytes)
        rows[2] = rows[2].with(.predictionGapBytes, .integer(64)).with(.gradientRelativeError, .real(1e-7))
        let line = try Comparison(rows).lines[0]
        #expect(line.predictionGapBytes == -4096)
        #expect(line.gradientRelativeError == 1e-7)
        #expect(line.peakBytes == rows[0][.peakBytes].map { $0 + 8 })
    }

    @Test func baselinesAreNamedOrGivenInFull() throws {
        let rows = try sweep("base", lengths: [64], strategies: strategies + [.truncated(window: 32, stride: 8)])
        #expect(try Comparison(rows, baseline: Baseline("binomial")).lines[2].peakRatio == 1)
        #expect(try Comparison(rows, baseline: Baseline("truncated:window=16,stride=16")).lines[1].peakRatio == 1)
        #expect(try Comparison(rows, baseline: Baseline("binomial:slots=5")).lines.allSatisfy { $0.peakRatio == nil })
        #expect(throws: BaselineError.unknown("ful")) { try Baseline("ful") }
        let error = try #require(throws: BaselineError.self) { try Comparison(rows, baseline: Baseline("truncated")) }
        #expect(
            error.description == "baseline 'truncated' is several strategies; give one in full: "
                + "truncated:window=16, truncated:window=32,stride=8")
    }

    @Test func segmentedWithoutALengthIsAStrategyAndAName() throws {
        let rows = try sweep("base", lengths: [64], strategies: [.full, .segmented(length: 4)])
        #expect(try Comparison(rows, baseline: Baseline("segmented")).lines[1].peakRatio == 1)
        let both = try rows + sweep("base", lengths: [64], strategies: [.segmented(length: nil)])
        #expect(try Comparison(both, baseline: Baseline("segmented")).lines[2].peakRatio == 1)
    }
}
