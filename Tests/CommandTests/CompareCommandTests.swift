import Experiments
import Testing
import Trials

/// `unroll compare` on results with made-up figures: whole texts.
struct CompareCommandTests {
    /// Binomial checkpointing takes a fourth of the bytes of full unrolling, 1.5 times its time and 2.5 times its steps.
    /// The second round is slow for both, which paired ratios do not see.
    private static func rows(failing: Bool = false) throws -> [Row] {
        var rows: [Row] = []
        for cell in ["elman", "lstm"] {
            for (strategy, peak, seconds, forward) in [
                ("full", 102_400, [1.0, 2.0, 1.0], 64), ("binomial:slots=4", 25_600, [1.5, 3.0, 1.5], 160),
            ] {
                let trial = try Trial(words: ["cell=\(cell)", "length=64", "strategy=\(strategy)"])
                for repetition in 1...3 {
                    if failing, cell == "lstm", strategy == "full" {
                        guard repetition == 1 else { continue }
                        rows.append(
                            Row(
                                experiment: "made-up", trial: trial, repetition: 1, status: .outOfMemory,
                                message: "predicted peak 1 GiB exceeds limits.memory 1 MiB; not started"))
                        continue
                    }
                    var row = Row(experiment: "made-up", trial: trial, repetition: repetition, status: .ok)
                    row.measurement[.peakBytes] = .integer(peak)
                    row.measurement[.predictedPeakBytes] = .integer(peak)
                    row.measurement[.predictionGapBytes] = .integer(0)
                    row.measurement[.weightsBytes] = .integer(5120)
                    row.measurement[.gradientsBytes] = .integer(5120)
                    row.measurement[.inputsBytes] = .integer(0)
                    row.measurement[.workspaceBytes] = .integer(2560)
                    row.measurement[.forwardSteps] = .integer(forward)
                    row.measurement[.wallSeconds] = .real(seconds[repetition - 1])
                    row.measurement[.gradientRelativeError] = .real(strategy == "full" ? 0 : 1.5e-7)
                    rows.append(row)
                }
            }
        }
        return rows
    }

    private func fixture(failing: Bool = false) throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write(Results.text(CompareCommandTests.rows(failing: failing)), to: "r/made-up/measurements.csv")
        return scratch
    }

    private static let texts = [
        "table": """
          strategy              peak  of full  time, of baseline's  gradient  verdict
        cell elman
          full               100 KiB    100 %                ×1.00     exact  baseline
          binomial:slots=4  25.0 KiB   25.0 %    ×1.50 (1.50…1.50)   1.5e-07  efficient

        cell lstm
          full               100 KiB    100 %                ×1.00     exact  baseline
          binomial:slots=4  25.0 KiB   25.0 %    ×1.50 (1.50…1.50)   1.5e-07  efficient

        """,
        "markdown": """
        | cell  | strategy         |     peak | of full | time, of baseline's | gradient | verdict   |
        | :---- | :--------------- | -------: | ------: | ------------------: | -------: | :-------- |
        | elman | full             |  100 KiB |   100 % |               ×1.00 |    exact | baseline  |
        | elman | binomial:slots=4 | 25.0 KiB |  25.0 % |   ×1.50 (1.50…1.50) |  1.5e-07 | efficient |
        | lstm  | full             |  100 KiB |   100 % |               ×1.00 |    exact | baseline  |
        | lstm  | binomial:slots=4 | 25.0 KiB |  25.0 % |   ×1.50 (1.50…1.50) |  1.5e-07 | efficient |

        """,
        "wide": """
        cell   strategy          status      peak  peak ratio  states+records    wall  time ratio    low   high  forwards/step  gap  gradient error
        elman  full              ok       100 KiB        1.00        87.5 KiB  1.00 s       ×1.00  ×1.00  ×1.00           1.00  0 B               0
        elman  binomial:slots=4  ok      25.0 KiB        0.25        12.5 KiB  1.50 s       ×1.50  ×1.50  ×1.50           2.50  0 B         1.5e-07
        lstm   full              ok       100 KiB        1.00        87.5 KiB  1.00 s       ×1.00  ×1.00  ×1.00           1.00  0 B               0
        lstm   binomial:slots=4  ok      25.0 KiB        0.25        12.5 KiB  1.50 s       ×1.50  ×1.50  ×1.50           2.50  0 B         1.5e-07

        """,
        "csv": """
        cell,strategy,status,peak_bytes,peak_ratio,states_and_records_bytes,wall_seconds,time_ratio,time_ratio_low,time_ratio_high,time_ratio_coverage,forward_steps_per_step,prediction_gap_bytes,gradient_relative_error
        elman,full,ok,102400,1.0,89600,1.0,1.0,1.0,1.0,0.75,1.0,0,0.0
        elman,binomial:slots=4,ok,25600,0.25,12800,1.5,1.5,1.5,1.5,0.75,2.5,0,1.5e-07
        lstm,full,ok,102400,1.0,89600,1.0,1.0,1.0,1.0,0.75,1.0,0,0.0
        lstm,binomial:slots=4,ok,25600,0.25,12800,1.5,1.5,1.5,1.5,0.75,2.5,0,1.5e-07

        """,
        "json": """
        [
          {"cell": "elman", "strategy": "full", "status": "ok", "peak_bytes": 102400, "peak_ratio": 1.0, "states_and_records_bytes": 89600, "wall_seconds": 1.0, "time_ratio": 1.0, "time_ratio_low": 1.0, "time_ratio_high": 1.0, "time_ratio_coverage": 0.75, "forward_steps_per_step": 1.0, "prediction_gap_bytes": 0, "gradient_relative_error": 0.0},
          {"cell": "elman", "strategy": "binomial:slots=4", "status": "ok", "peak_bytes": 25600, "peak_ratio": 0.25, "states_and_records_bytes": 12800, "wall_seconds": 1.5, "time_ratio": 1.5, "time_ratio_low": 1.5, "time_ratio_high": 1.5, "time_ratio_coverage": 0.75, "forward_steps_per_step": 2.5, "prediction_gap_bytes": 0, "gradient_relative_error": 1.5e-07},
          {"cell": "lstm", "strategy": "full", "status": "ok", "peak_bytes": 102400, "peak_ratio": 1.0, "states_and_records_bytes": 89600, "wall_seconds": 1.0, "time_ratio": 1.0, "time_ratio_low": 1.0, "time_ratio_high": 1.0, "time_ratio_coverage": 0.75, "forward_steps_per_step": 1.0, "prediction_gap_bytes": 0, "gradient_relative_error": 0.0},
          {"cell": "lstm", "strategy": "binomial:slots=4", "status": "ok", "peak_bytes": 25600, "peak_ratio": 0.25, "states_and_records_bytes": 12800, "wall_seconds": 1.5, "time_ratio": 1.5, "time_ratio_low": 1.5, "time_ratio_high": 1.5, "time_ratio_coverage": 0.75, "forward_steps_per_step": 2.5, "prediction_gap_bytes": 0, "gradient_relative_error": 1.5e-07}
        ]

        """,
    ]

    @Test("Every format", arguments: ["table", "markdown", "csv", "json"])
    func formats(_ format: String) throws {
        try expect(
            fixture().unroll("compare", "r", "--format", format), Ending(0, output: CompareCommandTests.texts[format]!))
    }

    @Test("All columns for people, and columns of either table by name")
    func wide() throws {
        let scratch = try fixture()
        try expect(scratch.unroll("compare", "r", "--wide"), Ending(0, output: CompareCommandTests.texts["wide"]!))
        try expect(
            scratch.unroll(
                "compare", "r", "--columns", "strategy,verdict,forward_steps_per_step", "--only", "cell=lstm"),
            Ending(
                0,
                output: """
                    strategy          verdict    forwards/step
                    full              baseline            1.00
                    binomial:slots=4  efficient           2.50

                    """))
    }

    @Test("A file, its directory and the directory above say the same")
    func paths() throws {
        let scratch = try fixture()
        for path in ["r", "r/", "r/made-up", "r/made-up/measurements.csv"] {
            try expect(scratch.unroll("compare", path), Ending(0, output: CompareCommandTests.texts["table"]!))
        }
    }

    @Test("Another baseline, and what is none")
    func baselines() throws {
        let scratch = try fixture()
        let expected = """
            strategy              peak  of baseline   time, of baseline's  gradient  verdict
            full               100 KiB        400 %  ×0.667 (0.667…0.667)     exact  efficient
            binomial:slots=4  25.0 KiB        100 %                 ×1.00   1.5e-07  baseline

            """
        for baseline in ["binomial", "binomial:slots=4"] {
            try expect(
                scratch.unroll("compare", "r", "--baseline", baseline, "--only", "cell=lstm"),
                Ending(0, output: expected))
        }
        try expect(
            scratch.unroll("compare", "r", "--baseline", "nope"),
            Ending(
                64,
                complaint:
                    "unroll: unknown baseline 'nope'; allowed: a strategy such as binomial:slots=8, or its name "
                    + "when it is the only one (full, truncated, segmented, bisection, binomial, internal, mixed, online, multistage, inference, randomized, forward, snap, rflo, eprop, uoro, kf, adaptive, reversible)\n"
            ))
        try expect(
            scratch.unroll("compare", "r", "--baseline", "segmented", "--summary"),
            Ending(
                64, complaint: "unroll: no summary: baseline 'segmented' was not measured in every group\n"))
        try expect(
            scratch.unroll("compare", "r", "--only", "length=65"),
            Ending(
                64, complaint: "unroll: no trial has length=65; 'unroll run --dry-run' shows what there is\n"))
        try expect(
            scratch.unroll("compare", "r", "--only", "cell=lstm", "--except", "cell=lstm"),
            Ending(
                64,
                complaint:
                    "unroll: no trial has cell=lstm not cell=lstm; 'unroll run --dry-run' shows what there is\n"))
    }

    @Test("What is left out, of a factor by its value, of strategies by their name or with their parameters")
    func except() throws {
        let scratch = try fixture()
        func strategies(_ words: String...) throws -> String {
            try scratch.run(
                Program.unroll.path,
                ["compare", "r", "--columns", "strategy", "--format", "csv", "--only", "cell=lstm"] + words
            ).output
        }
        #expect(try strategies("--except", "strategy=binomial") == "strategy\nfull\n")
        let refused = try scratch.unroll("compare", "r", "--except", "cell=foo")
        #expect(refused.code == 64 && refused.complaint.contains("'cell' is 'foo'"), "\(refused)")
        #expect(try strategies("--except", "strategy=binomial:slots=4") == "strategy\nfull\n")
        #expect(try strategies("--except", "strategy=binomial:slots=5") == "strategy\nfull\nbinomial:slots=4\n")
        #expect(
            try scratch.unroll("compare", "r", "--only", "cell=lstm")
                == scratch.unroll("compare", "r", "--except", "cell=elman"))
    }

    @Test("The geometric means")
    func summary() throws {
        let expected = """
            strategy          measured  of  peak ratio  time ratio    low   high
            full                     2   2        1.00       ×1.00  ×1.00  ×1.00
            binomial:slots=4         2   2        0.25       ×1.50  ×1.50  ×1.50

            """
        try expect(fixture().unroll("compare", "r", "--summary"), Ending(0, output: expected))
    }

    @Test("A trial that failed keeps its line, and the code is 1")
    func failure() throws {
        let expected = """
              strategy              peak  of full  time, of baseline's  gradient  verdict        message
            cell elman
              full               100 KiB    100 %                ×1.00     exact  baseline
              binomial:slots=4  25.0 KiB   25.0 %    ×1.50 (1.50…1.50)   1.5e-07  efficient

            cell lstm
              full                     –        –                    –         –  out_of_memory  predicted peak 1 GiB exceeds limits.memory 1 MiB; not started
              binomial:slots=4  25.0 KiB        –                    –   1.5e-07  efficient

            """
        try expect(fixture(failing: true).unroll("compare", "r"), Ending(1, output: expected))
    }

    @Test("Two sets of the same trials: equal bytes, and another machine's times")
    func twoSets() throws {
        let scratch = try fixture()
        let slower = try CompareCommandTests.rows().map { row in
            var row = row
            row.measurement[.wallSeconds] = row[.wallSeconds].map {
                .real($0 * (row.trial[.strategy] == "full" ? 2 : 3))
            }
            return row
        }
        try scratch.write(Results.text(slower), to: "other/made-up/measurements.csv")
        let expected = """
            cell   strategy          bytes and steps  first    low   high  second    low   high  times  differences
            elman  full              equal            ×1.00  ×1.00  ×1.00   ×1.00  ×1.00  ×1.00  agree  –
            elman  binomial:slots=4  equal            ×1.50  ×1.50  ×1.50   ×2.25  ×2.25  ×2.25  apart  –
            lstm   full              equal            ×1.00  ×1.00  ×1.00   ×1.00  ×1.00  ×1.00  agree  –
            lstm   binomial:slots=4  equal            ×1.50  ×1.50  ×1.50   ×2.25  ×2.25  ×2.25  apart  –

            """
        try expect(scratch.unroll("compare", "r", "other"), Ending(0, output: expected))
        try expect(
            scratch.unroll("compare", "r", "other", "--summary"),
            Ending(64, complaint: "unroll: --summary is of one set of results, not of two\n"))
    }

    @Test("Two sets that differ: every difference is named, and the code is 1")
    func differingSets() throws {
        let scratch = try fixture()
        let changed = try CompareCommandTests.rows().compactMap { row -> Row? in
            var row = row
            if row.trial[.cell] == "lstm", row.trial[.strategy] == "full" { return nil }
            if row.trial[.cell] == "elman", row.trial[.strategy] != "full" {
                row.measurement[.forwardSteps] = .integer(161)
            }
            return row
        }
        try scratch.write(Results.text(changed), to: "other/made-up/measurements.csv")
        let expected = """
            cell,strategy,bytes_and_steps,first_time_ratio,first_low,first_high,second_time_ratio,second_low,second_high,times,differences
            elman,full,equal,1.0,1.0,1.0,1.0,1.0,1.0,agree,
            elman,binomial:slots=4,differ,1.5,1.5,1.5,1.5,1.5,1.5,agree,"forward_steps 160, 161 (repetition 1, 2, 3)"
            lstm,full,differ,1.0,1.0,1.0,,,,,only in the first
            lstm,binomial:slots=4,equal,1.5,1.5,1.5,,,,,

            """
        try expect(
            scratch.unroll("compare", "r", "other", "--format", "csv"), Ending(1, output: expected))
    }

    @Test("Files that are torn, edited or of another version are refused with their line")
    func refused() throws {
        let scratch = try fixture()
        let good = try scratch.read("r/made-up/measurements.csv")
        let peak = try #require(Column.all.firstIndex { $0 == .figure(.peakBytes) })
        var lines = good.split(separator: "\n").map(String.init)
        var fields = lines[5].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        fields[peak] = "25601"
        lines[5] = fields.joined(separator: ",")
        for (text, complaint) in [
            (
                String(good.dropLast(7)),
                "13: the line is cut short, as by a process that was killed; 'unroll run' measures what is missing, or "
                    + "delete the line"
            ),
            (
                lines.joined(separator: "\n") + "\n",
                "6: 'prediction_gap_bytes' is '0', but 'peak_bytes' is '25601' and 'predicted_peak_bytes' '25600'"
            ),
        ] {
            try scratch.write(text, to: "bad/measurements.csv")
            for arguments in [["compare", "bad"], ["compare", "r", "bad"]] {
                try expect(
                    scratch.run(Program.unroll.path, arguments),
                    Ending(65, complaint: "unroll: bad/measurements.csv:\(complaint)\n"))
            }
        }
    }
}
