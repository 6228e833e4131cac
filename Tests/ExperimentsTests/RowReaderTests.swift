import Experiments
import Files
import Foundation
import Schedules
import Shapes
import Testing
import Trials

/// Results of a hundred thousand rows are read in seconds because what rows have in common is read once: counted here.
@Suite struct RowReaderTests {
    private func read(_ text: String) throws -> (rows: [Row], trials: [Int], textsRead: Int) {
        var reader = try CSV.Reader(table: Array(text.utf8))
        _ = try reader.next()
        var rowReader = RowReader(columns: Column.all)
        var (rows, trials): ([Row], [Int]) = ([], [])
        while try reader.next() {
            let (row, trial) = try rowReader.row(reader)
            rows.append(row)
            trials.append(trial)
        }
        return (rows, trials, rowReader.textsRead)
    }

    /// Three trials in turn, as rounds measure them.
    private func rounds(_ count: Int) throws -> [Row] {
        let strategies: [Strategy] = [.full, .truncated(window: 8, stride: 4), .binomial(slots: 3)]
        return try (1...count).flatMap { round in
            try strategies.map { strategy in
                var measurement = Measurement()
                measurement[.wallSeconds] = .real(Double(round) / 7)
                return Row(
                    experiment: "a", trial: try Trial(cell: .lstm, strategy: strategy), repetition: round, status: .ok,
                    origin: Origin(key: "0123456789abcdef"), measurement: measurement)
            }
        }
    }

    @Test func aTrialIsReadOnce() throws {
        let rows = try rounds(100)
        let found = try read(Results.text(rows))
        #expect(found.rows == rows)
        #expect(found.textsRead == 3)
        #expect(found.trials == (0..<300).map { $0 % 3 })
    }

    /// A spreadsheet writes numbers and flags in its own way: another text, the same trial.
    @Test func otherTextsOfTheSameTrialAreThatTrial() throws {
        let rows = Array(try rounds(2).prefix(4))
        let lines = Results.text(rows).split(separator: "\n").map(String.init)
        let again = lines[4].replacing(",false,", with: ",FALSE,").replacing(",0.001,", with: ",1e-3,")
        #expect(again != lines[4])
        let found = try read((lines[0...3] + [again]).joined(separator: "\n") + "\n")
        #expect(found.rows == rows)
        #expect(found.textsRead == 4)
        #expect(found.trials == [0, 1, 2, 0])
    }

    /// What was read once is not taken for what only looks like it: factors moved from one field to the next are others.
    @Test func fieldsAreToldApartByTheirBorders() throws {
        let row = try rounds(1)[1]
        let text = Results.text([row])
        let moved = Results.line(row).replacing("stride=4\",8,4,", with: "stride=4\",84,,")
        let fault = #expect(throws: LineFault.self) { try read(text + moved) }
        #expect(fault?.text == "'window' is '84', which the strategy does not say")
    }

    /// Repetitions are told apart by their trial, whatever its text.
    @Test func aRepetitionTwiceInOtherWordsIsRefused() throws {
        let rows = Array(try rounds(1).prefix(1))
        let lines = Results.text(rows).split(separator: "\n").map(String.init)
        let again = lines[1].replacing(",0.001,", with: ",1e-3,")
        let error = #expect(throws: ResultsError.self) {
            try Results(bytes: Array((lines + [again]).joined(separator: "\n").utf8) + [10], file: "r.csv")
        }
        #expect(
            error?.description == "r.csv:3: repetition 1 of trial \(rows[0].trial.identifier) stands in line 2 already")
    }

    /// Lines with nothing in them end a file; before a row they are faults in their own place.
    @Test(arguments: ["\n", ",,\n", "\"\",\"\"\n"]) func emptyLines(blank: String) throws {
        let rows = try rounds(2)
        let text = Results.text(rows)
        #expect(try Results(bytes: Array((text + blank + blank).utf8), file: "r.csv").rows == rows)
        let cut = try #require(text.range(of: "\n")).upperBound
        let message = "\"with \"\"quotes\"\"\""
        let last = Results.line(rows[0]).replacing(",1,ok,,", with: ",3,ok,\(message),")
        let fields = blank.contains("\"") ? 2 : blank.count
        let error = #expect(throws: ResultsError.self) {
            try Results(bytes: Array((String(text[..<cut]) + blank + blank + last).utf8), file: "r.csv")
        }
        #expect(error?.description == "r.csv:2: \(fields) fields; the header has \(Column.all.count)")
    }
}
