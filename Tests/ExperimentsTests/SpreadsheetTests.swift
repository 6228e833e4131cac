import Experiments
import Files
import Foundation
import Testing
import Trials

/// What a spreadsheet makes of our CSV, and every reader of one.
@Suite struct SpreadsheetTests {
    /// Forms that mean the same.
    static let forms: [(name: String, form: @Sendable (String) -> String)] = [
        ("a mark", { "\u{FEFF}" + $0 }), ("CR LF", { $0.replacingOccurrences(of: "\n", with: "\r\n") }),
        ("a mark and CR LF", { "\u{FEFF}" + $0.replacingOccurrences(of: "\n", with: "\r\n") }),
        ("quotes", SpreadsheetTests.quoted), ("a mark and quotes", { "\u{FEFF}" + SpreadsheetTests.quoted($0) }),
        ("empty lines", { $0 + "\n\n\n" }), ("empty lines in CR LF", { $0 + "\r\n\r\n" }),
        ("empty fields", { text in text + String(repeating: ",", count: SpreadsheetTests.commas(text)) + "\n" }),
        (
            "empty fields and lines",
            { text in
                text + String(repeating: ",", count: SpreadsheetTests.commas(text)) + "\r\n\n"
            }
        ),
        (
            "loud flags",
            {
                $0.replacingOccurrences(of: ",true,", with: ",TRUE,").replacingOccurrences(
                    of: ",false,", with: ",FALSE,")
            }
        ),
        (
            "flags of Python",
            {
                $0.replacingOccurrences(of: ",true,", with: ",True,").replacingOccurrences(
                    of: ",false,", with: ",False,")
            }
        ),
    ]

    static func commas(_ text: String) -> Int { text.prefix { $0 != "\n" }.count { $0 == "," } }

    static func quoted(_ text: String) -> String {
        guard let records = try? CSV.records(text) else { return "" }
        return records.map { record in
            record.fields.map { "\"" + $0.replacingOccurrences(of: "\"", with: "\"\"") + "\"" }.joined(separator: ",")
        }.joined(separator: "\n") + "\n"
    }

    /// Forms that mean something else, and what is said of them.
    static let refused: [(form: @Sendable (String) -> [UInt8], message: String)] = [
        (
            { Array($0.replacingOccurrences(of: ",", with: ";").utf8) },
            "1: fields are separated by semicolons; allowed: commas, and points in numbers, as a spreadsheet writes them when its "
                + "language is English or its field separator is set to ','"
        ),
        (
            { Array(("\u{FEFF}" + SpreadsheetTests.quoted($0).replacingOccurrences(of: ",", with: ";")).utf8) },
            "1: fields are separated by semicolons; allowed: commas, and points in numbers, as a spreadsheet writes them when its "
                + "language is English or its field separator is set to ','"
        ),
        (
            { Array($0.replacingOccurrences(of: ",", with: "\t").utf8) },
            "1: fields are separated by tabs; allowed: commas"
        ),
        (
            { [0xFF, 0xFE] + $0.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } },
            "1: the file is UTF-16, as a spreadsheet's 'Unicode text'; save it as CSV in UTF-8"
        ),
    ]

    private let file = FileManager.default.temporaryDirectory.path + "/unroll-\(UUID().uuidString).csv"

    private func write(_ bytes: some Sequence<UInt8>) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: file))
    }

    private func curve() throws -> (trial: Trial, text: String) {
        let trial = try Trial(words: ["task=adding", "strategy=truncated:window=4,stride=2", "updates=9"])
        let curve = try LearningCurve(file: file)
        for number in 0..<3 {
            try curve.append(
                TrainingUpdate(update: number, loss: 0.5, wallSeconds: 0.5, recentLoss: 0.5), of: trial, peakBytes: 8)
        }
        return (trial, try String(contentsOfFile: file, encoding: .utf8))
    }

    @Test(arguments: forms.indices) func sameRows(index: Int) throws {
        defer { try? FileManager.default.removeItem(atPath: file) }
        let (name, form) = SpreadsheetTests.forms[index]
        let rows = try sampleRows()
        try write(form(Results.text(rows)).utf8)
        let results = try Results.read(file: file)
        // A message of two lines has CR LF between them then.
        let found = results.rows.map { row in
            var row = row
            row.message = row.message.replacingOccurrences(of: "\r\n", with: "\n")
            return row
        }
        #expect(found == rows && !results.isTruncated, "\(name)")
        #expect(results.unknownColumns.isEmpty)

        let (trial, text) = try curve()
        try write(form(text).utf8)
        _ = try LearningCurve(file: file, continuing: trial, at: 3)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == text, "\(name)")
    }

    @Test(arguments: refused.indices) func refusedByName(index: Int) throws {
        defer { try? FileManager.default.removeItem(atPath: file) }
        let (form, message) = SpreadsheetTests.refused[index]
        try write(form(Results.text(Array(sampleRows().prefix(2)))))
        let results = #expect(throws: ResultsError.self) { try Results.read(file: file) }
        #expect(results?.description == "\(file):\(message)")
        let (trial, text) = try curve()
        try write(form(text))
        let curve = #expect(throws: ResultsError.self) { try LearningCurve(file: file, continuing: trial, at: 3) }
        #expect(curve?.description == "\(file):\(message)")
    }

    /// Experiment files and environments in the same forms, as far as they have them.
    @Test func marksAndEndsOfLineElsewhere() throws {
        let text =
            "experiment: a\nquestion: why?\nmodel: {cell: lstm, hidden: 8}\nlength: [8, 9]\nstrategies:\n  - full\n"
        let plain = try Experiment(text: text, file: "f.yaml")
        for form in [
            "\u{FEFF}" + text, text.replacing("\n", with: "\r\n"), "\u{FEFF}" + text.replacing("\n", with: "\r\n"),
        ] {
            #expect(try Experiment(text: form + "\r\n\r\n", file: "f.yaml") == plain)
        }
        let directory = FileManager.default.temporaryDirectory.path + "/unroll-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let environment = Environment(
            jemallocVersion: "5", jemallocConfiguration: "a", blasVersion: "b", blasConfiguration: "c")
        let json = "\u{FEFF}" + environment.json.replacing("\n", with: "\r\n")
        try Data(json.utf8).write(to: URL(fileURLWithPath: directory + "/environment.json"))
        #expect(try Environment.read(from: directory) == environment)
    }
}
