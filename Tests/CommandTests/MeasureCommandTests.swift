import Experiments
import Foundation
import Testing
import Trials

/// `unroll measure`: its formats and what it measures, without a look at times.
struct MeasureCommandTests {
    static let model = ["--input", "3", "--hidden", "5", "--batch", "2", "--length", "6", "--repetitions", "2"]

    func measure(_ scratch: Scratch, _ words: String...) throws -> Ending {
        try scratch.run(Program.unroll.path, ["measure"] + MeasureCommandTests.model + words)
    }

    @Test(
        "JSON has the columns of CSV, and numbers are numbers", arguments: ["full", "truncated:window=2", "segmented"])
    func json(_ strategy: String) throws {
        let ending = try measure(Scratch(), "--strategy", strategy, "--format", "json")
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        let rows = try objects(ending.output)
        #expect(rows.count == 2)
        let words: Set = [
            "experiment", "trial", "status", "message", "cell", "strategy", "task", "inputs", "input_projection",
            "variant", "recurrent_weights", "scalar", "update_each", "optimizer", "engine", "records", "rounding",
            "states",
        ]
        for (number, row) in rows.enumerated() {
            #expect(Set(row.keys) == Set(Results.header))
            #expect(row["repetition"] as? Int == number + 1)
            #expect(row["message"] is NSNull && row["io_seconds"] is NSNull)
            for (key, value) in row where !(value is NSNull) {
                #expect(words.contains(key) ? value is String : value is NSNumber, "\(key)")
            }
            #expect(row["length"] as? Int == 6)
            #expect((row["window"] as? Int) == (strategy.hasPrefix("truncated") ? 2 : nil))
            #expect((row["segment"] as? Int) == (strategy == "segmented" ? 2 : nil))
            #expect(row["prediction_gap_bytes"] as? Int == 0)
            #expect(row["predicted_peak_bytes"] as? Int == row["peak_bytes"] as? Int)
            #expect(row["gradient_exact"] as? Bool == !strategy.hasPrefix("truncated"))
        }
    }

    @Test("CSV is what measurements.csv is")
    func csv() throws {
        let scratch = try Scratch()
        let ending = try measure(scratch, "--strategy", "binomial:slots=2", "--format", "csv")
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        #expect(ending.output.hasPrefix(Results.header.joined(separator: ",") + "\n"))
        let results = try Results(bytes: Array(ending.output.utf8), file: "standard output")
        #expect(!results.isTruncated)
        #expect(results.rows.map(\.repetition) == [1, 2])
        #expect(Results.text(results.rows) == ending.output)
        #expect(scratch.contents == [])
    }

    @Test("A table for people: the words of the trial, then what decides, a line each")
    func headline() throws {
        let ending = try measure(Scratch(), "--strategy", "truncated:window=2")
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        let lines = ending.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropFirst(3)
        let shown = lines.map { line in
            // Times are this machine's, and errors this compiler's in their last digits.
            String(line.replacing(/[0-9.]+ (ns|µs|ms|s)\b/, with: "TIME").replacing(/[0-9.]+e-[0-9]+/, with: "ERROR"))
        }
        #expect(
            shown == [
                "figure             value",
                "peak               88.4 KiB, as predicted to the byte",
                "made of            workspace 82.1 KiB, weights 2.81 KiB, gradients 2.81 KiB, records 640 B",
                "of full unrolling  98.9 % of 89.4 KiB, as predicted of it",
                "time               TIME: forward TIME, backward TIME",
                "forward steps      1.00 for each of the sequence",
                "gradient           relative error ERROR, cosine 1 − ERROR", "",
            ])
    }

    @Test("All figures for people: the words of the trial, then a figure a line")
    func table() throws {
        let ending = try measure(Scratch(), "--strategy", "full", "--all")
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        let lines = ending.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(
            lines.prefix(3) == [
                "cell=lstm layers=1 input=3 hidden=5 batch=2 length=6 strategy=full task=noise inputs=streamed "
                    + "scalar=float threads=1 seed=1",
                "medians of 2 repetitions", "",
            ])
        #expect(lines[3].hasPrefix("figure ") && lines[3].hasSuffix(" value"))
        let figures = lines.dropFirst(4).map { $0.prefix { $0 != " " || true } }.map(String.init)
        for (figure, value) in [
            ("forward steps", "6"), ("recomputed steps", "0"), ("backward steps", "6"), ("prediction gap", "0 B"),
            ("gradient exact", "yes"), ("gradient relative error", "0"),
        ] {
            let line = figures.first { $0.hasPrefix(figure + " ") }
            #expect(line?.dropFirst(figure.count).trimmingCharacters(in: .whitespaces) == value, "\(figure)")
        }
    }

    @Test("Several strategies: a row for each and each round, in turn, and a table against the first")
    func strategies() throws {
        let scratch = try Scratch()
        let words = ["--strategy", "segmented", "--strategy", "full", "--strategy", "truncated:window=2"]
        func measure(_ more: String...) throws -> Ending {
            try scratch.run(Program.unroll.path, ["measure"] + MeasureCommandTests.model + words + more)
        }
        let csv = try measure("--format", "csv")
        #expect(csv.code == 0 && csv.complaint.isEmpty)
        let rows = try Results(bytes: Array(csv.output.utf8), file: "standard output").rows
        #expect(rows.map(\.repetition) == [1, 1, 1, 2, 2, 2])
        // The first of a round is the last of the next.
        let (one, two, three) = ("segmented", "full", "truncated:window=2")
        #expect(rows.map { "\($0.trial.strategy)" } == [one, two, three, two, three, one])
        #expect(rows.allSatisfy { $0.status == .ok && $0[.predictionGapBytes] == 0 })
        #expect(try objects(measure("--format", "json").output).count == 6)

        let table = try measure("--columns", "strategy,status,peak_ratio,forward_steps_per_step")
        #expect(table.code == 0 && table.complaint.isEmpty)
        let lines = table.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(
            lines.prefix(3) == [
                "cell=lstm layers=1 input=3 hidden=5 batch=2 length=6 task=noise inputs=streamed scalar=float threads=1 seed=1",
                "2 rounds, strategies in turn; ratios are to segmented", "",
            ])
        #expect(lines[3] == "strategy              status  peak ratio  forwards/step")
        #expect(lines[4].hasPrefix("segmented (length 2)  ok            1.00"))
        #expect(lines[5].hasPrefix("full                  ok") && lines[6].hasPrefix("truncated:window=2    ok"))
        #expect(scratch.contents == [])
        try scratch.write(csv.output, to: "measurements.csv")
        #expect(try scratch.unroll("compare", ".", "--baseline", "segmented").code == 0)
    }

    @Test("Of several strategies too, a text that is not there is the command's error")
    func strategiesWithoutText() throws {
        try expect(
            Scratch().unroll(
                "measure", "--strategy", "full", "--strategy", "segmented", "--task", "text:file=none.txt", "--input",
                "256"),
            Ending(74, complaint: "unroll: cannot read 'none.txt': No such file or directory\n"))
    }

    @Test(
        "Odd shapes are predicted to the byte", arguments: ["elman", "lstm", "gru"],
        ["full", "segmented", "binomial:slots=3", "truncated:window=5,stride=3"])
    func oddShapes(cell: String, strategy: String) throws {
        let scratch = try Scratch()
        for (length, scalar, inputs) in [
            ("1", "float", "streamed"), ("17", "float", "resident"), ("17", "double", "streamed"),
        ] {
            let ending = try scratch.unroll(
                "measure", "--cell", cell, "--strategy", strategy, "--input", "7", "--hidden", "100", "--batch", "3",
                "--length", length, "--scalar", scalar, "--inputs", inputs, "--layers", "2", "--repetitions", "1",
                "--warmup", "0", "--format", "json")
            let row = try #require(objects(ending.output).first)
            #expect(row["prediction_gap_bytes"] as? Int == 0)
            #expect(row["predicted_peak_bytes"] as? Int == row["peak_bytes"] as? Int)
            #expect(row["predicted_forward_steps"] as? Int == row["forward_steps"] as? Int)
            let kept = try #require(row["inputs_bytes"] as? Int)
            #expect(inputs == "resident" ? kept >= 17 * 3 * 7 * 4 : kept == 0)
            let error = try #require(row["gradient_relative_error"] as? Double)
            // Summed in another order, rounding differs by a few units in the last place.
            if !strategy.hasPrefix("truncated") { #expect(error < (scalar == "float" ? 1e-5 : 1e-13)) }
        }
    }

    @Test(
        "The timeline: a line an action, live bytes as predicted",
        arguments: ["full", "segmented", "truncated:window=3"])
    func timeline(_ strategy: String) throws {
        let scratch = try Scratch()
        #expect(try measure(scratch, "--strategy", strategy, "--timeline", "t.csv").code == 0)
        #expect(scratch.contents == ["t.csv"])
        let lines = cells(try scratch.read("t.csv"))
        let roles = [
            "weights", "gradients", "inputs", "states", "records", "workspace", "optimizer", "alignment",
            "sensitivities", "buffer",
        ]
        #expect(
            lines[0] == ["index", "track", "action", "from", "to", "recording", "live_bytes", "predicted_bytes"]
                + roles.map { "\($0)_bytes" } + roles.map { "predicted_\($0)_bytes" })
        let actions = try scratch.unroll("schedule", "--strategy", strategy, "--length", "6", "--format", "csv").table
        if strategy != "segmented" {
            // Without a model, the best segment is another.
            #expect(lines.dropFirst().map { $0[2] } == actions.dropFirst().map { $0[1] })
        }
        for (index, fields) in lines.dropFirst().enumerated() {
            #expect(fields.count == lines[0].count && fields[0] == String(index) && fields[1] == "0")
            let bytes = try fields[6...].map { try #require(Int($0)) }
            let (live, predicted) = (bytes[2..<2 + roles.count], bytes[(2 + roles.count)...])
            #expect(Array(live) == Array(predicted))
            #expect(bytes[0] == bytes[1] && bytes[0] == live.reduce(0, +))
        }
    }

    @Test("Bidirectional: steps are counted once, a track's actions are the schedule's, and bytes are as predicted")
    func bidirectional() throws {
        let scratch = try Scratch()
        let ending = try measure(
            scratch, "--bidirectional", "--layers", "2", "--strategy", "binomial:slots=2", "--timeline", "t.csv",
            "--format",
            "json")
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        let row = try #require(objects(ending.output).first)
        #expect(row["bidirectional"] as? Bool == true)
        #expect(row["prediction_gap_bytes"] as? Int == 0)
        #expect(row["gradient_relative_error"] as? Double == 0)
        let actions = try scratch.unroll(
            "schedule", "--strategy", "binomial:slots=2", "--length", "6", "--format", "json")
        let schedule = try object(actions.output)
        #expect(row["forward_steps"] as? Int == schedule["forward_steps"] as? Int)
        #expect(row["recomputed_steps"] as? Int == schedule["recomputed_steps"] as? Int)
        #expect(row["backward_steps"] as? Int == 6)
        let lines = cells(try scratch.read("t.csv")).dropFirst()
        let names = try #require(schedule["actions"] as? [[String: Any]]).map { $0["action"] as? String }
        for track in 0..<4 {
            #expect(lines.filter { $0[1] == String(track) }.map { $0[2] } == names)
        }
        #expect(lines.allSatisfy { $0[6] == $0[7] })
    }

    @Test(
        "The evidence: a line a parameter, under PyTorch's names",
        arguments: ["full", "segmented", "truncated:window=2"])
    func evidence(_ strategy: String) throws {
        let scratch = try Scratch()
        let ending = try measure(
            scratch, "--strategy", strategy, "--layers", "2", "--evidence", "e.csv", "--format", "json")
        #expect(ending.code == 0 && scratch.contents == ["e.csv"])
        let lines = cells(try scratch.read("e.csv"))
        #expect(lines[0] == ["parameter", "elements", "gradient_relative_error", "gradient_cosine"])
        let sizes = [
            ["weight_ih_l0", "60"], ["weight_hh_l0", "100"], ["bias_ih_l0", "20"], ["bias_hh_l0", "20"],
            ["weight_ih_l1", "100"], ["weight_hh_l1", "100"], ["bias_ih_l1", "20"], ["bias_hh_l1", "20"],
            ["head.weight", "40"], ["head.bias", "8"],
        ]
        #expect(lines.dropFirst().map { Array($0.prefix(2)) } == sizes)
        let errors = try lines.dropFirst().map { try #require(Double($0[2])) }
        let cosines = try lines.dropFirst().map { try #require(Double($0[3])) }
        #expect(cosines.allSatisfy { (0...1).contains($0) })
        // The head's gradient is of the outputs, which truncation leaves as they are.
        #expect(errors.suffix(2).allSatisfy { $0 < 1e-6 })
        if strategy.hasPrefix("truncated") {
            #expect(errors.dropLast(2).allSatisfy { $0 > 1e-4 })
        } else {
            #expect(errors.allSatisfy { $0 == 0 })
        }
        // What is measured is what is measured without.
        let plain = try measure(Scratch(), "--strategy", strategy, "--layers", "2", "--format", "json")
        let (with, without) = (try objects(ending.output)[0], try objects(plain.output)[0])
        for key in ["peak_bytes", "loss", "gradient_relative_error", "prediction_gap_bytes"] {
            #expect(with[key] as? Double == without[key] as? Double, "\(key)")
        }
    }
}
