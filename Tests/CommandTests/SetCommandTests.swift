import Experiments
import Foundation
import Testing
import Trials

/// `unroll run --set` and `unroll run -`.
struct SetCommandTests {
    private static let csv = "results/tiny/measurements.csv"
    private static let copy = "results/tiny/experiment.yaml"
    private static let settings = [
        "--set", "hidden=4", "--set", "model.cell=gru", "--set", "strategies=[full, segmented]", "--set", "length=5",
        "--set", "repetitions=1",
    ]

    private func tiny() throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny, to: "tiny.yaml")
        return scratch
    }

    private func run(_ scratch: Scratch, _ words: [String], input: String = "") throws -> Ending {
        try scratch.run(Program.unroll.path, ["run"] + words, input: input)
    }

    @Test("The values are measured, stand in the copy, and are continued with")
    func continues() throws {
        let scratch = try tiny()
        let first = try run(scratch, ["tiny.yaml"] + SetCommandTests.settings)
        expect(
            first.withoutAnswers,
            Ending(0, complaint: "tiny: 2 trials measured, in results/tiny; next: unroll compare results/tiny\n")
        )
        let rows = try Results.read(file: "\(scratch.path)/\(SetCommandTests.csv)").rows
        #expect(rows.map { "\($0.trial.cell) \($0.trial.strategy)" } == ["gru full", "gru segmented"])
        #expect(rows.allSatisfy { $0.trial.hidden == 4 && $0.trial.length == 5 && $0.repetition == 1 })
        #expect(
            try scratch.read(SetCommandTests.copy) == """
                # The experiment file with 'model.hidden', 'model.cell', 'strategies', 'length', 'repetitions' set by --set; its comments are left out.
                experiment: tiny
                question: Does it run?
                model:
                  cell: gru
                  input: 3
                  hidden: 4
                batch: 2
                length: 5
                strategies:
                - full
                - segmented
                repetitions: 1

                """)
        let text = try scratch.read(SetCommandTests.csv)
        let again = try run(scratch, ["tiny.yaml"] + SetCommandTests.settings)
        expect(
            again.withoutAnswers,
            Ending(
                0,
                complaint: "tiny: nothing is missing of 2 trials, in results/tiny; next: unroll compare results/tiny\n")
        )
        // The copy is an experiment file that asks for the same.
        let copied = try run(scratch, [SetCommandTests.copy, "--dry-run", "--offline"])
        #expect(copied.code == 0 && copied.output.contains("0 to measure"), "\(copied)")
        #expect(try scratch.read(SetCommandTests.csv) == text)
        // Another value is another experiment: its rows are measured, the others kept apart.
        let other = try run(scratch, ["tiny.yaml"] + SetCommandTests.settings + ["--set", "batch=1"])
        #expect(other.code == 0 && other.complaint.contains("measurements.previous.csv"), "\(other)")
        #expect(try scratch.read("results/tiny/measurements.previous.csv") == text)
    }

    @Test("Wrong values are wrong usage, and name the option")
    func wrong() throws {
        let scratch = try tiny()
        for (words, complaint) in [
            (
                ["--set", "hidden=0"],
                "unroll: --set hidden=0: 'hidden' is '0'; allowed: a whole number from 1 to 65536\n"
            ),
            (
                ["--set", "hiden=4"],
                "Error: The value 'hiden=4' is invalid for '--set <key=value>': unknown key 'hiden' (nearest: 'hidden'); allowed: "
            ),
            (
                ["--set", "hidden=4", "--set", "model.hidden=5"],
                "Error: '--set' gives 'model.hidden' and 'model.hidden'; allowed: one of them\n"
            ),
            (
                ["--set", "hidden=4", "--set", "model={}"],
                "Error: '--set' gives 'model.hidden' and 'model'; allowed: one of them\n"
            ),
        ] {
            let ending = try run(scratch, ["tiny.yaml"] + words)
            #expect(ending.code == 64 && ending.complaint.hasPrefix(complaint), "\(ending)")
        }
        #expect(scratch.contents == ["tiny.yaml"])
    }

    @Test("- is standard input, which errors name")
    func standardInput() throws {
        let scratch = try tiny()
        let words = ["--dry-run", "--offline"]
        let ending = try run(scratch, ["-"] + words, input: FileErrorTests.tiny)
        expect(ending, try run(scratch, ["tiny.yaml"] + words))
        let small = ["--set", "cell=lstm", "--set", "length=6", "--set", "strategies=[full]", "--set", "repetitions=1"]
        expect(
            try run(scratch, ["-"] + small, input: FileErrorTests.tiny).withoutAnswers,
            Ending(0, complaint: "tiny: 1 trial measured, in results/tiny; next: unroll compare results/tiny\n"))
        expect(
            try run(scratch, ["-"], input: FileErrorTests.tiny.replacing("batch: 2", with: "batch: 0")),
            Ending(
                65, complaint: "unroll: standard input:4:8: 'batch' is '0'; allowed: a whole number from 1 to 65536\n"))
        expect(
            try run(scratch, ["-"]),
            Ending(
                65,
                complaint:
                    "unroll: standard input:1:1: the file is empty; allowed: an experiment, as in 'experiment: name'\n")
        )
        let twice = try run(scratch, ["-", "-"], input: FileErrorTests.tiny)
        #expect(
            twice.code == 64 && twice.complaint.hasPrefix("Error: standard input is given 2 times; allowed: once\n"),
            "\(twice)")
    }
}
