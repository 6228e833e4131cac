import Foundation
import Reports
import Testing

/// What commands write to terminals of several widths; piped, they write as much as they need.
struct TerminalTests {
    /// Two strategies, measured once; figures are made up but for their form.
    private func results(_ scratch: Scratch) throws {
        let words = ["measure", "--input", "3", "--hidden", "5", "--batch", "2", "--length", "6", "--repetitions", "2"]
        let ending = try scratch.run(
            Program.unroll.path,
            words + ["--strategy", "full", "--strategy", "truncated:window=4,stride=2", "--format", "csv"])
        try #require(ending.code == 0, "\(ending)")
        try scratch.write(ending.output, to: "r/measurements.csv")
    }

    private func text(_ scratch: Scratch, _ columns: UInt16, _ words: [String]) throws -> String {
        try PseudoTerminal(columns: columns).run(Program.unroll.path, words, directory: scratch.path).text
    }

    @Test("Whole tables of chosen columns at 40, 80 and 200 columns")
    func wholeTables() throws {
        let scratch = try Scratch()
        try results(scratch)
        let words = ["compare", "r", "--columns", "strategy,status,forward_steps_per_step,prediction_gap_bytes"]
        let piped = try scratch.run(Program.unroll.path, words).output
        #expect(
            piped == """
                strategy                     status  forwards/step  gap
                full                         ok               1.00  0 B
                truncated:window=4,stride=2  ok               1.00  0 B

                """)
        #expect(try text(scratch, 200, words) == piped)
        #expect(try text(scratch, 80, words) == piped)
        #expect(
            try text(scratch, 40, words) == """
                strategy      status  forwards/step  gap

                full          ok               1.00  0 B

                truncated:wi  ok               1.00  0 B
                ndow=4,strid
                e=2

                """)
    }

    @Test("Columns that have no space are named, and how to see them", arguments: [40, 80] as [UInt16])
    func left(_ columns: UInt16) throws {
        let scratch = try Scratch()
        try results(scratch)
        let text = try text(scratch, columns, ["compare", "r"])
        let prose = text.split(separator: "\n").joined(separator: " ")
        #expect(prose.contains("Not shown at this width: "))
        #expect(prose.hasSuffix("'--columns NAME,…' chooses columns, '--format csv' has all."))
        #expect(prose.contains("strategy") && prose.contains("peak"))
        #expect(!(try self.text(scratch, 200, ["compare", "r"]).contains("Not shown")))
    }

    @Test(
        "Nothing is wider than the terminal", arguments: [40, 80, 200] as [UInt16],
        [
            "compare r", "compare r r", "compare r --summary", "plan --length 100 --offline",
            "plan --length 100 --budget 2MiB --offline", "plan --length 100 --budget 2MiB --offline --max-length",
            "reproduce --check --results r", "reproduce C1 --check --verbose --results r", "run e.yaml --dry-run",
            "schedule --strategy binomial:slots=3 --length 20", "schedule --strategy full --length 5000",
            "measure --strategy full --hidden 5 --length 6 --repetitions 1",
            "measure --strategy full --strategy segmented --hidden 5 --length 6 --repetitions 1",
            "train --strategy full --hidden 5 --length 6 --updates 2",
        ])
    func fits(_ columns: UInt16, _ words: String) throws {
        let scratch = try Scratch()
        if words.contains("compare") { try results(scratch) }
        try scratch.write(
            """
            experiment: tiny
            question: What does a strategy with a rather long name take, and what is it worth to know that beforehand?
            model: {cell: [lstm, gru], input: 3, hidden: 5}
            length: 6
            strategies: [full, {truncated: {window: 4, stride: 2}}]
            """, to: "e.yaml")
        let text = try text(scratch, columns, words.split(separator: " ").map(String.init))
        #expect(!text.isEmpty)
        // A line that is written over itself counts each time.
        for line in text.split(whereSeparator: { $0 == "\n" || $0 == "\r" }) {
            let shown = line.replacing("\u{1B}[K", with: "")
            #expect(shown.displayWidth <= Int(columns), "\(shown)")
        }
    }

    @Test("Progress fits, and is one line", arguments: [40, 80, 200] as [UInt16])
    func progress(_ columns: UInt16) throws {
        let scratch = try Scratch()
        try scratch.write(
            """
            experiment: an-experiment-with-a-name-that-takes-more-than-forty-columns
            model: {cell: lstm, input: 3, hidden: 5}
            length: 6
            strategies: [full, {truncated: {window: 4, stride: 2}}]
            repetitions: 2
            """, to: "e.yaml")
        let terminal = try PseudoTerminal(columns: columns)
        let (code, text) = try terminal.run(
            Program.unroll.path, ["run", "e.yaml"], directory: scratch.path, output: false)
        #expect(code == 0)
        let refreshes = text.components(separatedBy: "\r\u{1B}[K").dropFirst().dropLast()
        #expect(refreshes.count >= 6)
        for refresh in refreshes {
            #expect(refresh.displayWidth < Int(columns) && !refresh.contains("\n"), "\(refresh)")
            #expect(refresh.contains("of 4 rows"), "\(refresh)")
        }
    }

    @Test("A dumb terminal gets no escapes, COLUMNS counts for tables, and an unknown width is 80")
    func environments() throws {
        let scratch = try Scratch()
        try results(scratch)
        func run(_ columns: UInt16, _ words: [String], _ environment: [String: String]) throws -> String {
            try PseudoTerminal(columns: columns).run(
                Program.unroll.path, words, directory: scratch.path, environment: environment
            ).text
        }
        let at40 = try text(scratch, 40, ["compare", "r"])
        #expect(try run(200, ["compare", "r"], ["COLUMNS": "40"]) == at40)
        #expect(try run(40, ["compare", "r"], ["COLUMNS": "none"]) == at40)
        #expect(try run(0, ["compare", "r"], [:]) == text(scratch, 80, ["compare", "r"]))
        let dumb = try run(
            80, ["train", "--strategy", "full", "--hidden", "5", "--length", "6", "--updates", "2"], ["TERM": "dumb"])
        #expect(!dumb.contains("\u{1B}") && !dumb.contains("\r"))
    }

    @Test(
        "A column that is none is refused before anything is measured",
        arguments: [
            "measure --strategy full", "measure --strategy full --strategy segmented",
            "measure --strategy full --format csv",
            "train --strategy full --updates 5 --output c.csv", "plan", "doctor", "benchmark", "reproduce",
            "run x.yaml --dry-run",
        ])
    func unknownColumns(_ words: String) throws {
        let scratch = try Scratch()
        let ending = try scratch.run(
            Program.unroll.path, words.split(separator: " ").map(String.init) + ["--columns", "nonsense"])
        #expect(ending.code == 64 && ending.output.isEmpty)
        #expect(ending.complaint.hasPrefix("Error: '--columns': unknown column 'nonsense'"), "\(ending)")
        #expect(scratch.contents == [])
    }
}
