import Experiments
import Testing
import Trials

/// `unroll compare` on results with made-up figures: whole texts.
struct CompareCommandTests {
    /// Full unrolling takes 100 KB and 1 s a step of the clock; binomial a fourth of the bytes and 1.5 times the time.
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
        TABLE
        """,
        "markdown": """
        MARKDOWN
        """,
        "csv": """
        CSV
        """,
        "json": """
        JSON
        """,
    ]

    @Test("Every format", arguments: ["table", "markdown", "csv", "json"])
    func formats(_ format: String) throws {
        #expect(
            try fixture().unroll("compare", "r", "--format", format)
                == Ending(0, output: CompareCommandTests.texts[format]!))
    }

    @Test("A file, its directory and the directory above say the same")
    func paths() throws {
        let scratch = try fixture()
        for path in ["r", "r/", "r/made-up", "r/made-up/measurements.csv"] {
            #expect(try scratch.unroll("compare", path) == Ending(0, output: CompareCommandTests.texts["table"]!))
        }
    }

    @Test("Another baseline, and what is none")
    func baselines() throws {
        let scratch = try fixture()
        let expected = """
            BASELINE
            """
        for baseline in ["binomial", "binomial:slots=4"] {
            #expect(
                try scratch.unroll("compare", "r", "--baseline", baseline, "--only", "cell=lstm")
                    == Ending(0, output: expected))
        }
        #expect(
            try scratch.unroll("compare", "r", "--baseline", "nope")
                == Ending(
                    64,
                    complaint:
                        "unroll: unknown baseline 'nope'; allowed: a strategy such as binomial:slots=8, or its name "
                        + "when it is the only one (full, truncated, segmented, binomial)\n"))
        #expect(
            try scratch.unroll("compare", "r", "--baseline", "segmented", "--summary")
                == Ending(
                    64, complaint: "unroll: no summary: baseline 'segmented' was not measured in every group\n"))
        #expect(
            try scratch.unroll("compare", "r", "--only", "length=65")
                == Ending(
                    64, complaint: "unroll: no trial has length=65; 'unroll run --dry-run' shows what there is\n"))
    }

    @Test("The geometric means")
    func summary() throws {
        let expected = """
            SUMMARY
            """
        #expect(try fixture().unroll("compare", "r", "--summary") == Ending(0, output: expected))
    }

    @Test("A trial that failed keeps its line, and the code is 1")
    func failure() throws {
        let expected = """
            FAILURE
            """
        #expect(try fixture(failing: true).unroll("compare", "r") == Ending(1, output: expected))
    }
}
