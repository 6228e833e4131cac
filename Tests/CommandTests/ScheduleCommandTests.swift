import Foundation
import Testing

/// `unroll schedule`: whole texts.
struct ScheduleCommandTests {
    static let legend =
        "  > forward   # forward, recording   s save   r restore   d discard   < backward   . release\n"

    static let drawings = [
        "full": """
        full, T = 6

          |######| advance 0..<6 recording
          |<<<<<<| backward 0..<6
          |......| release 0..<6

        \(legend)
          gradient         exact, the same bits as full
          forward steps    6, 0 of them again, 6 recorded
          backward steps   6
          at most          6 records and 0 saved states at once

        """,
        "truncated:window=4,stride=2": """
        truncated:window=4,stride=2, T = 6

          |##    | advance 0..<2 recording
          |<<    | backward 0..<2
          |      | truncate
          |  ##  | advance 2..<4 recording
          |<<<<  | backward 0..<4 injecting 2..<4
          |      | truncate
          |..    | release 0..<2
          |    ##| advance 4..<6 recording
          |  <<<<| backward 2..<6 injecting 4..<6
          |  ....| release 2..<6

        \(legend)
          gradient         truncated
          forward steps    6, 0 of them again, 6 recorded
          backward steps   10
          at most          4 records and 0 saved states at once

        """,
        "segmented": """
        segmented (length 2), T = 6

          |s     | save 0
          |>>    | advance 0..<2
          |  s   | save 2
          |  >>  | advance 2..<4
          |    ##| advance 4..<6 recording
          |    <<| backward 4..<6
          |    ..| release 4..<6
          |  r   | restore 2
          |  d   | discard 2
          |  ##  | advance 2..<4 recording
          |  <<  | backward 2..<4
          |  ..  | release 2..<4
          |r     | restore 0
          |d     | discard 0
          |##    | advance 0..<2 recording
          |<<    | backward 0..<2
          |..    | release 0..<2

        \(legend)
          gradient         exact, the same bits as full
          forward steps    10, 4 of them again, 6 recorded
          backward steps   6
          at most          2 records and 2 saved states at once

        """,
        "binomial:slots=3": """
        binomial:slots=3, T = 4

          |s   | save 0
          |>   | advance 0..<1
          | s  | save 1
          | >  | advance 1..<2
          |  s | save 2
          |  > | advance 2..<3
          |   #| advance 3..<4 recording
          |   <| backward 3..<4
          |   .| release 3..<4
          |  r | restore 2
          |  d | discard 2
          |  # | advance 2..<3 recording
          |  < | backward 2..<3
          |  . | release 2..<3
          | r  | restore 1
          | d  | discard 1
          | #  | advance 1..<2 recording
          | <  | backward 1..<2
          | .  | release 1..<2
          |r   | restore 0
          |d   | discard 0
          |#   | advance 0..<1 recording
          |<   | backward 0..<1
          |.   | release 0..<1

        \(legend)
          gradient         exact, the same bits as full
          forward steps    7, 3 of them again, 4 recorded
          backward steps   4
          at most          1 record and 3 saved states at once

        """,
    ]

    @Test("A drawing", arguments: ["full", "truncated:window=4,stride=2", "segmented", "binomial:slots=3"])
    func drawing(_ strategy: String) throws {
        let length = strategy.hasPrefix("binomial") ? "4" : "6"
        let ending = try Scratch().unroll("schedule", "--strategy", strategy, "--length", length)
        expect(ending, Ending(0, output: ScheduleCommandTests.drawings[strategy]!))
    }

    @Test(
        "In 80 columns, a column is several steps beyond 42",
        arguments: [(42, 1), (43, 2), (84, 2), (85, 3), (1000, 24)])
    func wide(length: Int, scale: Int) throws {
        let width = (length + scale - 1) / scale
        func row(_ mark: Character) -> String { "  |\(String(repeating: mark, count: width))|" }
        let expected = """
            full, T = \(length)\(scale > 1 ? "\na column is \(scale) steps, a line 1 action" : "")

            \(row("#")) advance 0..<\(length) recording
            \(row("<")) backward 0..<\(length)
            \(row(".")) release 0..<\(length)

            \(ScheduleCommandTests.legend)
              gradient         exact, the same bits as full
              forward steps    \(length), 0 of them again, \(length) recorded
              backward steps   \(length)
              at most          \(length) records and 0 saved states at once

            """
        let ending = try Scratch().unroll("schedule", "--strategy", "full", "--length", String(length))
        #expect(width <= 42)
        expect(ending, Ending(0, output: expected))
    }
}
