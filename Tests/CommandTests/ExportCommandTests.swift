import Experiments
import Foundation
import Testing
import Trials

/// `unroll export`: what other programs read is what was measured.
struct ExportCommandTests {
    /// Two experiments: a row with figures of every kind, one that failed, and one of a strategy with parameters.
    private func fixture() throws -> Scratch {
        let scratch = try Scratch()
        var full = Row(
            experiment: "made-up", trial: try Trial(words: ["cell=lstm", "length=64", "strategy=full"]), repetition: 1,
            status: .ok)
        full.measurement[.peakBytes] = .integer(9_007_199_254_740_993)
        full.measurement[.wallSeconds] = .real(0.1)
        full.measurement[.loss] = .real(2)
        full.measurement[.gradientExact] = .flag(true)
        let failed = Row(
            experiment: "made-up", trial: full.trial, repetition: 2, status: .failed,
            message: "no \"room\", it said\nand died")
        var truncated = Row(
            experiment: "other",
            trial: try Trial(words: ["cell=gru", "strategy=truncated:window=8,stride=4", "clip=0.5"]), repetition: 1,
            status: .ok)
        truncated.measurement[.gradientExact] = .flag(false)
        truncated.measurement[.predictionGapBytes] = .integer(-64)
        try scratch.write(Results.text([full, failed]), to: "r/made-up/measurements.csv")
        try scratch.write(Results.text([truncated]), to: "r/other/measurements.csv")
        return scratch
    }

    private static let first = #"""
        {"experiment": "made-up", "trial": "TRIAL", "repetition": 1, "status": "ok", "message": null, "environment": null, "cell": "lstm", "layers": 1, "input": 64, "hidden": 128, "batch": 32, "length": 64, "strategy": "full", "window": null, "stride": null, "slots": null, "segment": null, "task": "noise", "inputs": "streamed", "input_projection": "batched", "bidirectional": false, "variant": "plain", "recurrent_weights": "uniform", "scalar": "float", "threads": 1, "seed": 1, "updates": 0, "update_each": "sequence", "optimizer": "sgd", "learning_rate": 0.001, "clip": 0.0, "task_content": null, "weights": null, "weights_content": null, "validation": 0.0, "engine": "unroll", "records": "native", "rounding": "nearest", "states": "native", "predicted_peak_bytes": null, "peak_bytes": 9007199254740993, "thread_peak_bytes": null, "peak_rss_bytes": null, "weights_bytes": null, "gradients_bytes": null, "inputs_bytes": null, "states_bytes": null, "records_bytes": null, "workspace_bytes": null, "optimizer_bytes": null, "alignment_bytes": null, "jemalloc_allocated_bytes": null, "jemalloc_active_bytes": null, "jemalloc_resident_bytes": null, "jemalloc_mapped_bytes": null, "prediction_gap_bytes": null, "predicted_disk_bytes": null, "disk_bytes": null, "sensitivities_bytes": null, "step_bytes": null, "buffer_bytes": null, "forgotten_bits": null, "forward_steps": null, "recomputed_steps": null, "backward_steps": null, "predicted_forward_steps": null, "flops": null, "workers": null, "wall_seconds": 0.1, "forward_seconds": null, "recompute_seconds": null, "backward_seconds": null, "io_seconds": null, "optimizer_seconds": null, "loss": 2.0, "quality": null, "held_out_quality": null, "gradient_exact": true, "gradient_relative_error": null, "gradient_cosine": null, "gradient_standard_error": null, "held_out_loss": null, "chosen_window": null, "estimated_relative_bias": null, "gradient_decay": null, "relative_sensitivity": null, "sequence_frames": null, "ended_sequences": null, "ended_frames": null, "tr_frames": null, "em_frames": null}
        """#

    @Test("A line a row, every column with its type, null where nothing was measured")
    func lines() throws {
        let scratch = try fixture()
        let ending = try scratch.unroll("export", "r")
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        let lines = ending.output.split(separator: "\n").map(String.init)
        let trial = try Trial(words: ["cell=lstm", "length=64", "strategy=full"]).identifier
        try #require(lines.count == 3)
        #expect(lines[0] == ExportCommandTests.first.replacing("TRIAL", with: trial))
        #expect(lines[1].contains(#""status": "failed", "message": "no \"room\", it said\nand died", "#))
        #expect(lines[2].contains(#""strategy": "truncated:window=8,stride=4", "window": 8, "stride": 4, "#))
        #expect(lines[2].contains(#""clip": 0.5, "#) && lines[2].contains(#""gradient_exact": false, "#))
        for path in ["r/", "r/made-up", "r/made-up/measurements.csv"] {
            let again = try scratch.unroll("export", path).output
            #expect(again == lines[..<(path == "r/" ? 3 : 2)].map { $0 + "\n" }.joined())
        }
        // A file has the same, and is told.
        try expect(
            scratch.unroll("export", "r", "-o", "out.jsonl"),
            Ending(0, output: "3 rows of 2 experiments in out.jsonl\n"))
        #expect(try scratch.read("out.jsonl") == ending.output)
        #expect(scratch.contents.filter { $0.contains("out") } == ["out.jsonl"])
    }

    /// What every reader finds, a value a line: types and values of the columns that show them.
    private static let found = """
        made-up 1 ok None lstm 64 None 0.001 0.0 False 9007199254740993 0.1 2.0 True None
        made-up 2 failed 'no "room", it said\\nand died' lstm 64 None 0.001 0.0 False None None None None None
        other 1 ok None gru 256 8 0.001 0.5 False None None None False -64

        """
    private static let columns =
        "experiment, repetition, status, message, cell, length, window, learning_rate, clip, bidirectional, peak_bytes, "
        + "wall_seconds, loss, gradient_exact, prediction_gap_bytes"

    @Test("SQLite as Python's sqlite3 reads it")
    func sqlite() throws {
        let scratch = try fixture()
        try scratch.write("old", to: "out.db")
        try expect(
            scratch.unroll("export", "r", "--format", "sqlite", "--output", "out.db"),
            Ending(0, output: "3 rows of 2 experiments in out.db\n"))
        let script = """
            import sqlite3
            connection = sqlite3.connect("file:out.db?mode=ro", uri=True)
            types = {row[1]: row[2] for row in connection.execute("PRAGMA table_info(measurements)")}
            for row in connection.execute("SELECT \(ExportCommandTests.columns) FROM measurements"):
                values = [
                    bool(value) if types[name] == "BOOLEAN" and value is not None else value
                    for name, value in zip("\(ExportCommandTests.columns)".split(", "), row)]
                print(*[repr(value) if isinstance(value, str) and " " in value else value for value in values])
            print(connection.execute("PRAGMA integrity_check").fetchall(), sorted(set(types.values())), len(types))
            print(connection.execute("SELECT count(*), count(environment) FROM environments").fetchall())
            """
        let read = try scratch.run("/usr/bin/env", ["python3", "-c", script])
        let rest =
            "[('ok',)] ['BOOLEAN', 'INTEGER', 'REAL', 'TEXT'] \(Results.header.count)\n[(0, 0)]\n"
        expect(read, Ending(0, output: ExportCommandTests.found + rest))
        // Neither the draft nor a journal is left.
        #expect(scratch.contents.filter { $0.hasPrefix("out") } == ["out.db"])
    }

    @Test("A row's environment stands in a separate table")
    func environments() throws {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny, to: "tiny.yaml")
        try #require(try scratch.unroll("run", "tiny.yaml", "--only", "cell=elman", "--quiet") == Ending(0))
        #expect(try scratch.unroll("export", "results", "--format", "sqlite", "-o", "out.db").code == 0)
        let script = """
            import json, sqlite3
            connection = sqlite3.connect("out.db")
            told = json.load(open("results/tiny/environment.json"))
            names = "commit", "cpu_model", "cores", "memory_bytes", "kernel", "jemalloc_version"
            query = ", ".join(f'e."{name}"' for name in names)
            rows = connection.execute(
                f"SELECT DISTINCT {query} FROM measurements JOIN environments e USING (environment)").fetchall()
            print(rows == [tuple(told[name] for name in names)])
            """
        try expect(scratch.run("/usr/bin/env", ["python3", "-c", script]), Ending(0, output: "True\n"))
    }

    @Test(
        "Parquet as pyarrow reads it",
        .enabled(if: ExportCommandTests.hasParquet, "Parquet needs duckdb and pyarrow: pip install duckdb-cli pyarrow"))
    func parquet() throws {
        let scratch = try fixture()
        try expect(
            scratch.unroll("export", "r", "--format", "parquet", "--output", "out.parquet"),
            Ending(0, output: "3 rows of 2 experiments in out.parquet\n"))
        // Into a pipe it is the same file.
        let line = "\"$0\" export r --format parquet | cmp - out.parquet"
        try expect(scratch.run("/bin/bash", ["-c", line, Program.unroll.path]), Ending(0))
        let script = """
            import pyarrow.parquet
            table = pyarrow.parquet.read_table("out.parquet")
            for row in table.select("\(ExportCommandTests.columns)".split(", ")).to_pylist():
                print(*[repr(value) if isinstance(value, str) and " " in value else value for value in row.values()])
            print(sorted({str(field.type) for field in table.schema}), table.num_columns)
            """
        expect(
            try scratch.run("/usr/bin/env", ["python3", "-c", script]),
            Ending(
                0,
                output: ExportCommandTests.found + "['bool', 'double', 'int64', 'string'] \(Results.header.count)\n"))
    }

    private static var hasParquet: Bool {
        let line = "command -v duckdb && python3 -c 'import pyarrow'"
        return (try? Scratch().run("/bin/sh", ["-c", line]).code) == 0
    }

    @Test("Without DuckDB no Parquet, and one sentence that says how to get it; nothing is written")
    func lacking() throws {
        let scratch = try fixture()
        let words = ["PATH=/nowhere", Program.unroll.path, "export", "r", "--format", "parquet", "-o", "out.parquet"]
        try expect(
            scratch.run("/usr/bin/env", words),
            Ending(
                69,
                complaint:
                    "unroll: Parquet is written by DuckDB, and 'duckdb' is in no directory of PATH; install it with: "
                    + "pip install duckdb-cli\n"))
        try scratch.write(program: "#!/bin/sh\nhead -c 5; echo 'no memory' >&2; exit 1\n", to: ".harness-bin/duckdb")
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        try scratch.write("old", to: "out.parquet")
        try expect(
            scratch.run("/usr/bin/env", ["PATH=\(scratch.path)/.harness-bin:\(path)"] + words.dropFirst()),
            Ending(1, complaint: "unroll: duckdb failed with exit code 1: no memory\n"))
        #expect(try scratch.read("out.parquet") == "old")
        #expect(scratch.contents.filter { $0.hasPrefix("out") } == ["out.parquet"])
    }
}
