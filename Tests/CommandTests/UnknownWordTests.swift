import Quantities
import Reports
import Testing

/// Words that are none, of every kind that a user types: the nearest one comes first, in the same form everywhere.
@Suite struct UnknownWordTests {
    /// What is typed, and what is then said of it.
    struct Case: CustomStringConvertible, Sendable {
        /// What the word should be one of.
        let kind: String
        /// The command line, words separated by spaces.
        let words: String
        let hint: String
        let code: Int32
        let program: Program

        init(_ kind: String, _ words: String, _ hint: String, _ code: Int32 = 64, of program: Program = .unroll) {
            (self.kind, self.words, self.hint, self.code, self.program) = (kind, words, hint, code, program)
        }

        var description: String { "\(kind): \(words)" }
    }

    private static let cases: [Case] = [
        Case("command", "mesure --strategy full", "Error: unknown command 'mesure' (nearest: 'measure'); allowed: "),
        Case("command to be helped with", "help mesure", "Error: unknown command 'mesure' (nearest: 'measure'); "),
        Case("option", "measure --strateyg full", "Error: Unknown option '--strateyg' (nearest: '--strategy')\n"),
        Case("option of a factor", "measure --strategy full --lenght 4", "'--lenght' (nearest: '--length')\n"),
        Case(
            "word of an option", "schedule --strategy full --length 4 --format jsn",
            "invalid for '--format <format>': unknown format 'jsn' (nearest: 'json'); allowed: ascii, json, csv\n"),
        Case(
            "strategy", "measure --strategy segmentd",
            "unknown strategy 'segmentd' (nearest: 'segmented'); allowed: full, "),
        Case("other name of a strategy", "measure --strategy revolv", "'revolv' (nearest: 'revolve'); allowed: full, "),
        Case(
            "parameter of a strategy", "measure --strategy truncated:windwo=3",
            "has 'windwo' (nearest: 'window'); allowed: window, stride"),
        Case("task", "measure --strategy full --task lable", "unknown task 'lable'; allowed: "),
        Case("task", "measure --strategy full --task rebr", "unknown task 'rebr' (nearest: 'reber'); allowed: "),
        Case(
            "word of a task", "measure --strategy full --task text:file=a,encoding=utf9",
            "'encoding' is 'utf9' (nearest: 'utf8'); allowed: bytes, utf8"),
        Case("cell", "measure --strategy full --cell lsmt", "'cell' is 'lsmt' (nearest: 'lstm'); allowed: elman, "),
        Case("other name of a cell", "measure --strategy full --cell rn", "'cell' is 'rn' (nearest: 'rnn'); "),
        Case(
            "variant", "measure --strategy full --variant unteid",
            "'variant' is 'unteid' (nearest: 'untied'); allowed: plain, "),
        Case(
            "recurrent weights", "measure --strategy full --recurrent-weights orthogonl:0.9",
            "'recurrent_weights' is 'orthogonl:0.9' (nearest: 'orthogonal'); allowed: uniform, "),
        Case(
            "optimiser", "train --strategy full --updates 1 --optimizer adma",
            "'optimizer' is 'adma' (nearest: 'adam'); allowed: sgd, "),
        Case(
            "figure of a goal", "train --strategy full --updates 1 --until qualty>0.5",
            "unknown figure 'qualty' (nearest: 'quality'); allowed: loss or quality"),
        Case(
            "column", "measure --strategy full --format csv --columns peek_bytes",
            "unknown column 'peek_bytes' (nearest: 'peak_bytes'); allowed: "),
        Case("claim", "reproduce --check C9", "unknown claim 'C9' (nearest: 'C1'); allowed: A1, "),
        Case(
            "key to choose by", "run good.yaml --only lenght=4", "unknown key 'lenght' (nearest: 'length'); allowed: "),
        Case(
            "value to choose by", "run good.yaml --dry-run --only strategy=binominal",
            "unroll: no trial has strategy=binominal (nearest: 'binomial'); "),
        Case(
            "key of a file", "run key.yaml", "5:1: unknown key 'lenght' (nearest: 'length') in the file; allowed: ", 65),
        Case("key of the model", "run model.yaml", "2:9: unknown key 'cel' (nearest: 'cell') in model; allowed: ", 65),
        Case("key of limits", "run limits.yaml", "unknown key 'memroy' (nearest: 'memory') in limits; allowed: ", 65),
        Case("cell of a file", "run cell.yaml", "'cell' is 'lsmt' (nearest: 'lstm'); allowed: ", 65),
        Case("strategy of a file", "run strategy.yaml", "'segmentd' (nearest: 'segmented'); allowed: full, ", 65),
        Case(
            "parameter of a file's strategy", "run parameter.yaml",
            "unknown key 'solts' (nearest: 'slots') in strategy 'binomial'; allowed: slots", 65),
        Case(
            "moment of a diagram", "diagram --strategy full --length 4 --at peek",
            "unroll: 'at' is 'peek' (nearest: 'peak'); allowed: 0 to 2, peak, or all\n"),
        Case("key of --set", "reproduce C1 --set hiden=4", "unknown key 'hiden' (nearest: 'hidden'); allowed: "),
        Case(
            "command of the measuring program", "mesure",
            "unroll-trial: unknown command 'mesure' (nearest: 'measure'); allowed: measure key=value…", of: .trial),
        Case(
            "key of a trial", "measure lenght=4", "unknown key 'lenght' (nearest: 'length'); allowed: cell, ",
            of: .trial),
    ]

    private static let good = """
        experiment: good
        model: {cell: lstm, hidden: 4}
        batch: 2
        strategies: [full, binomial: {slots: 2}]
        length: 4

        """
    private static let damage = [
        "key": ("length", "lenght"), "model": ("cell", "cel"), "cell": ("lstm", "lsmt"),
        "strategy": ("full", "segmentd"),
        "parameter": ("slots", "solts"), "limits": ("length: 4", "length: 4\nlimits: {memroy: 8G}"),
    ]

    @Test("The nearest word comes first", arguments: cases)
    func nearest(_ typed: Case) throws {
        let scratch = try Scratch()
        try scratch.write(UnknownWordTests.good, to: "good.yaml")
        for (name, (old, new)) in UnknownWordTests.damage {
            try scratch.write(UnknownWordTests.good.replacing(old, with: new), to: "\(name).yaml")
        }
        let ending = try scratch.run(typed.program.path, typed.words.split(separator: " ").map(String.init))
        #expect(ending.code == typed.code && ending.output == "", "\(typed): \(ending)")
        #expect(ending.complaint.contains(typed.hint), "\(typed): \(ending)")
    }

    @Test func baseline() throws {
        let error = try #require(throws: BaselineError.self) { try Baseline("segmentd") }
        #expect(error.description.hasPrefix("unknown baseline 'segmentd' (nearest: 'segmented'); allowed: a strategy"))
    }

    /// A command that is none is told as the parser tells its own errors, and nothing is done.
    @Test func command() throws {
        let scratch = try Scratch()
        let ending = try scratch.unroll("mesure", "--strategy", "full")
        let commands = try Set(HelpEntry.all().compactMap(\.command.first))
        #expect(commands.allSatisfy { ending.complaint.contains($0) }, "\(ending)")
        #expect(
            ending.complaint.hasSuffix(
                """
                , help
                Usage: unroll <subcommand>
                  See 'unroll --help' for more information.

                """), "\(ending)")
        #expect(try scratch.unroll("help", "measure") == scratch.unroll("measure", "--help"))
        #expect(try scratch.unroll("help") == scratch.unroll("--help"))
    }
}

/// Names that people type: read as the one word that is written.
@Suite struct AliasTests {
    @Test(
        "A strategy's and a cell's other names are read, and the one spelling is written",
        arguments: [
            ("BPTT", "full", "RNN", "elman"), ("tbptt:window=3", "truncated:window=3", "LSTM", "lstm"),
            ("checkpoint:length=2", "segmented:length=2", "Gru", "gru"),
            ("Sqrt:length=2", "segmented:length=2", "lstm", "lstm"),
            ("checkpointing:length=2", "segmented:length=2", "lstm", "lstm"),
            ("revolve:slots=2", "binomial:slots=2", "lstm", "lstm"),
        ])
    func names(strategy: String, written: String, cell: String, writtenCell: String) throws {
        let scratch = try Scratch()
        try scratch.write(
            """
            experiment: aliases
            model: {cell: \(cell), hidden: 4}
            length: 6
            strategies: ["\(strategy)"]
            limits: {memory: 256M}

            """, to: "a.yaml")
        let ending = try scratch.unroll("run", "a.yaml", "--dry-run", "--offline", "--columns", "cell,strategy")
        #expect(ending.code == 0, "\(ending)")
        let line = ending.output.split(separator: "\n").first { $0.contains(written) }
        #expect(line?.split(separator: " ").map(String.init) == [writtenCell, written], "\(ending)")
        #expect(try scratch.unroll("run", "a.yaml", "--dry-run", "--offline", "--only", "cell=\(cell)").code == 0)
    }
}
