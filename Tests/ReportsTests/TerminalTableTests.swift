import Reports
import Testing

/// Tables, prose and drawings at the widths of terminals.
@Suite struct TerminalTableTests {
    private var table: Table {
        Table(
            columns: [
                Table.Column("strategy", .text, rank: 0), Table.Column("peak_bytes", .bytes),
                Table.Column("wall_seconds", .seconds, rank: 2), Table.Column("peak_ratio", .share, rank: 3),
                Table.Column("status", .text, rank: 2), Table.Column("coverage", .percent, isDetail: true),
                Table.Column("message", .text, rank: 0),
            ],
            entries: [
                [.text("full"), .integer(68_471_234), .real(0.012345), .real(1), .text("ok"), .real(0.94), nil],
                [
                    .text("truncated:window=64,stride=8"), nil, nil, nil, .text("failed"), nil,
                    .text("predicted peak 3.00 GiB exceeds limits.memory 1.00 GiB; not started"),
                ],
            ])
    }

    @Test func asWideAsItNeedsWhereThatFits() {
        #expect(table.plainText(within: 200) == table.text(as: .table))
        #expect(table.text(as: .table).split(separator: "\n").map(\.count).max() == 136)
    }

    @Test func textWrapsBeforeColumnsGo() {
        #expect(
            table.plainText(within: 110) == """
                strategy                          peak     wall  peak ratio  status  message

                full                          65.3 MiB  12.3 ms        1.00  ok      –

                truncated:window=64,stride=8         –        –           –  failed  predicted peak 3.00 GiB exceeds
                                                                                     limits.memory 1.00 GiB; not started

                """)
    }

    @Test func theLeastImportantColumnsGoFirst() {
        #expect(
            table.plainText(within: 80, hint: "'--columns NAME,…' chooses columns.") == """
                strategy                          peak     wall  status  message

                full                          65.3 MiB  12.3 ms  ok      –

                truncated:window=64,stride=8         –        –  failed  predicted peak 3.00 GiB
                                                                         exceeds limits.memory
                                                                         1.00 GiB; not started

                Not shown at this width: peak_ratio. '--columns NAME,…' chooses columns.

                """)
    }

    @Test func columnsWithoutFiguresGoBeforeAllAndIntervalsWhole() {
        let table = Table(
            columns: [
                Table.Column("strategy", .text, rank: 0), Table.Column("predicted_seconds", .seconds),
                Table.Column("peak_ratio", .share, rank: 3), Table.Column("low", .times, rank: 4, group: "interval"),
                Table.Column("high", .times, rank: 4, group: "interval"),
            ],
            entries: [
                [.text("full"), nil, .real(1), .real(1), .real(1)]
            ])
        #expect(
            table.plainText(within: 40, hint: "") == """
                strategy  peak ratio    low   high
                full            1.00  ×1.00  ×1.00

                Not shown at this width:
                predicted_seconds.

                """)
        #expect(
            table.plainText(within: 32, hint: "") == """
                strategy  peak ratio
                full            1.00

                Not shown at this width:
                predicted_seconds, low, high.

                """)
    }

    @Test func wordsBreakWhereNothingElseCanGo() {
        #expect(
            table.plainText(within: 40, hint: "'--columns NAME,…' chooses columns.") == """
                strategy            peak  message

                full            65.3 MiB  –

                truncated:wind         –  predicted peak
                ow=64,stride=8            3.00 GiB
                                          exceeds
                                          limits.memory
                                          1.00 GiB; not
                                          started

                Not shown at this width: wall_seconds,
                peak_ratio, status. '--columns NAME,…'
                chooses columns.

                """)
    }

    @Test(arguments: [24, 30, 40, 57, 80, 100, 135, 136, 200]) func noLineIsWiderThanTheTerminal(width: Int) {
        for line in table.plainText(within: width, hint: "A hint.").split(separator: "\n") {
            #expect(line.displayWidth <= width, "\(line)")
        }
    }

    @Test func chosenColumnsStayAtAnyWidth() throws {
        let chosen = try table.selecting(["status", "coverage", "strategy"])
        #expect(
            chosen.plainText(within: 200) == """
                status  coverage  strategy
                ok          94 %  full
                failed         –  truncated:window=64,stride=8

                """)
        let narrow = chosen.plainText(within: 30)
        for title in ["status", "coverage", "strategy"] { #expect(narrow.contains(title)) }
        #expect(chosen.text(as: .csv).hasPrefix("status,coverage,strategy\nok,0.94,full\n"))
        let possible = try table.selecting(["loss"], of: [Table.Column("loss", .count)])
        #expect(possible.text(as: .csv) == "loss\n\n\n")
    }

    @Test func unknownColumnsAreNamedWithTheNearest() {
        func message(_ names: [String]) -> String {
            do { return try table.selecting(names).text(as: .csv) } catch { return error.description }
        }
        let allowed = "allowed: strategy, peak_bytes, wall_seconds, peak_ratio, status, coverage, message"
        #expect(message(["peak_byte"]) == "unknown column 'peak_byte' (nearest: 'peak_bytes'); \(allowed)")
        #expect(message(["stat"]) == "unknown column 'stat' (nearest: 'status'); \(allowed)")
        #expect(message(["xyzzy"]) == "unknown column 'xyzzy'; \(allowed)")
        #expect(message([""]) == "unknown column ''; \(allowed)")
        #expect(message(["status", "status"]) == "column 'status' is given twice")
    }

    @Test(arguments: [
        ("abc", 3), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("ｗ", 2), ("×–µ", 3), ("\u{200B}", 0), ("🙂", 2),
        ("a\u{1B}b", 3), ("", 0),
    ])
    func widthsAreTheTerminals(text: String, width: Int) { #expect(text.displayWidth == width) }

    @Test(arguments: [
        ("漢字漢字", 8, "漢字漢字"), ("漢字漢字", 7, "漢字漢…"), ("漢字漢字", 6, "漢字…"), ("abc", 2, "a…"), ("abc", 1, "…"),
        ("abc", 0, ""), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
    ])
    func cutsFit(text: String, columns: Int, cut: String) { #expect(text.cut(to: columns) == cut) }

    @Test func wideTextKeepsColumnsAligned() {
        let table = Table(
            columns: [Table.Column("name", .text), Table.Column("x", .count)],
            entries: [
                [.text("漢字"), .integer(1)],
                [.text("e\u{301}cole"), .integer(10)],
            ])
        #expect(table.text(as: .table) == "name    x\n漢字    1\ne\u{301}cole  10\n")
    }

    @Test func proseWrapsWithItsIndent() {
        #expect(wrap("  one two three\nfour", to: 9) == "  one two\n  three\nfour")
        #expect(wrap("one two three", to: nil) == "one two three")
        #expect(wrap("abcdefgh", to: 3) == "abc\ndef\ngh")
    }
}
