import Reports
import Testing

@Suite struct TableTests {
    private var table: Table {
        Table(
            columns: [
                Table.Column("strategy", .text), Table.Column("peak_bytes", .bytes),
                Table.Column("wall_seconds", .seconds), Table.Column("peak_ratio", .share),
                Table.Column("time_ratio", .times), Table.Column("coverage", .percent, isDetail: true),
                Table.Column("note", .text),
            ],
            entries: [
                [
                    .text("full"), .integer(68_471_234), .real(0.012345), .real(1), .real(1), .real(0.9375),
                    .text("a|b, \"quoted\""),
                ],
                [
                    .text("binomial:slots=8"), .integer(512), .real(1.5), .real(0.2679), .real(1.3149), nil,
                    .text("two\r\nlines \\ \u{1}"),
                ],
                [.text("truncated:window=64"), nil, nil, .real(.nan), nil, nil, nil],
            ])
    }

    @Test func plainTextAligns() {
        #expect(
            table.text(as: .table) == """
                strategy                 peak     wall  peak ratio  time ratio  note
                full                 65.3 MiB  12.3 ms        1.00       ×1.00  a|b, "quoted"
                binomial:slots=8        512 B   1.50 s        0.27       ×1.31  two lines \\ \\u{1}
                truncated:window=64         –        –           –           –  –

                """)
    }

    @Test(
        "Points of parts of a whole stand one below the other, and what was not measured at all is no column for people"
    )
    func shares() {
        let columns = [Table.Column("s", .text), Table.Column("part", .share), Table.Column("none", .bytes)]
        let table = Table(
            columns: columns,
            entries: [
                [.text("a"), .real(1), nil], [.text("b"), .real(0.0584), nil], [.text("c"), nil, nil],
            ])
        #expect(
            table.text(as: .table) == """
                s   part  none
                a  1.00      –
                b  0.058     –
                c      –     –

                """)
        #expect(table.measured.columns.map(\.name) == ["s", "part"] && table.measured.rows.count == 3)
        #expect(table.measured.text(as: .csv) == "s,part\na,1.0\nb,0.0584\nc,\n")
        #expect(Table(columns: columns, entries: []).measured.columns.count == 3)
    }

    @Test func markdownEscapesBars() {
        #expect(
            table.text(as: .markdown) == """
                | strategy            |     peak |    wall | peak ratio | time ratio | coverage | note                |
                | :------------------ | -------: | ------: | ---------: | ---------: | -------: | :------------------ |
                | full                | 65.3 MiB | 12.3 ms |       1.00 |      ×1.00 |     94 % | a\\|b, "quoted"      |
                | binomial:slots=8    |    512 B |  1.50 s |       0.27 |      ×1.31 |        – | two lines \\\\ \\\\u{1} |
                | truncated:window=64 |        – |       – |          – |          – |        – | –                   |

                """)
    }

    @Test func csvQuotes() {
        #expect(
            table.text(as: .csv) == """
                strategy,peak_bytes,wall_seconds,peak_ratio,time_ratio,coverage,note
                full,68471234,0.012345,1.0,1.0,0.9375,"a|b, ""quoted""\"
                binomial:slots=8,512,1.5,0.2679,1.3149,,"two\r\nlines \\ \u{1}"
                truncated:window=64,,,,,,

                """)
    }

    @Test func jsonHasNumbersAndNulls() {
        #expect(
            table.text(as: .json) == #"""
                [
                  {"strategy": "full", "peak_bytes": 68471234, "wall_seconds": 0.012345, "peak_ratio": 1.0, "time_ratio": 1.0, "coverage": 0.9375, "note": "a|b, \"quoted\""},
                  {"strategy": "binomial:slots=8", "peak_bytes": 512, "wall_seconds": 1.5, "peak_ratio": 0.2679, "time_ratio": 1.3149, "coverage": null, "note": "two\r\nlines \\ \u0001"},
                  {"strategy": "truncated:window=64", "peak_bytes": null, "wall_seconds": null, "peak_ratio": null, "time_ratio": null, "coverage": null, "note": null}
                ]

                """#)
    }

    /// Where it would be too wide, what rows share is said once, above them.
    @Test func wideTablesAreGrouped() {
        let name = String(repeating: "s", count: 66)
        func table(_ rows: [(String, Int, Int)]) -> Table {
            Table(
                columns: [
                    Table.Column("cell", .text), Table.Column("length", .count), Table.Column("seed", .count),
                    Table.Column("strategy", .text),
                ], leading: 3,
                entries: rows.map { [.text($0), .integer($1), .integer($2), .text(name)] })
        }
        let rows = [("lstm", 8, 1), ("lstm", 8, 2), ("lstm", 16, 1), ("lstm", 16, 2), ("gru", 8, 1), ("gru", 8, 2)]
        let wide = table(rows)
        #expect(
            wide.plainText(within: nil) == """
                  seed  strategy
                cell lstm, length 8
                     1  \(name)
                     2  \(name)

                cell lstm, length 16
                     1  \(name)
                     2  \(name)

                cell gru, length 8
                     1  \(name)
                     2  \(name)

                """)
        // As many are said above as it takes, and all stay in their rows where there is space.
        #expect(wide.plainText(within: 83).hasPrefix("  length  seed  strategy\ncell lstm\n       8     1  sss"))
        #expect(wide.plainText(within: 90).hasPrefix("cell  length  seed  strategy\nlstm       8     1  sss"))
        #expect(wide.text(as: .csv).hasPrefix("cell,length,seed,strategy\nlstm,8,1,sss"))
        // No row stands alone under what is said of it.
        #expect(table([rows[0], rows[2]]).plainText(within: nil).hasPrefix("  length  seed  strategy\ncell lstm\n"))
        #expect(table([rows[0], rows[4]]).plainText(within: nil).hasPrefix("cell  length  seed  strategy\n"))
    }

    @Test func emptyTablesKeepTheirHeading() {
        let table = Table(columns: [Table.Column("a", .text), Table.Column("b_bytes", .bytes)], entries: [])
        #expect(table.text(as: .table) == "a  b\n")
        #expect(table.text(as: .markdown) == "| a   |   b |\n| :-- | --: |\n")
        #expect(table.text(as: .csv) == "a,b_bytes\n")
        #expect(table.text(as: .json) == "[]\n")
    }

    @Test(arguments: [
        (Table.Format.seconds, 0.0, "0.00 s"), (.seconds, 2.5e-9, "2.50 ns"), (.seconds, 0.00012, "120 µs"),
        (.seconds, 0.00099949, "999 µs"), (.seconds, 0.00099951, "1.00 ms"), (.seconds, 0.9996, "1.00 s"),
        (.seconds, 12.34, "12.3 s"), (.seconds, 3600, "3600 s"),
        (.share, 0, "0.00"), (.share, 0.0042, "0.0042"), (.share, 0.2749, "0.27"), (.share, 12.5, "12.50"),
        (.times, 1.306, "×1.31"), (.percent, 0.96875, "97 %"), (.decimal, -0.001, "0.00"), (.decimal, -1.5, "-1.50"),
        (.scientific, 1.23e-7, "1.2e-07"), (.scientific, 9.96e-8, "1.0e-07"), (.scientific, 0, "0"),
        (.scientific, -2e100, "-2.0e+100"), (.bytes, 1536, "1.50 KiB"), (.count, 0.12345, "0.123"),
        (.count, 1234.5, "1235"), (.times, .infinity, "–"),
    ])
    func peopleReadRoundedFigures(format: Table.Format, value: Double, text: String) {
        let table = Table(columns: [Table.Column("x", format)], entries: [[.real(value)]])
        let line = table.text(as: .table).split(separator: "\n").last.map(String.init) ?? ""
        #expect(String(line.drop { $0 == " " }) == text)
    }
}
