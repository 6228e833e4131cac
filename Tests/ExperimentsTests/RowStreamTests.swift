import Experiments
import Files
import Foundation
import Testing
import Trials

/// Rows as they are read: the same as those of the whole file, however it is cut into blocks and however little is remembered.
@Suite struct RowStreamTests {
    private func withFile<Answer>(_ text: String, _ body: (String) throws -> Answer) throws -> Answer {
        let path = FileManager.default.temporaryDirectory.path + "/unroll-\(UUID().uuidString).csv"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    private func rows(_ stream: RowStream) throws -> (rows: [Row], stream: RowStream) {
        var stream = stream
        var rows: [Row] = []
        while let (row, _) = try stream.next() { rows.append(row) }
        return (rows, stream)
    }

    @Test func blocksOfAnySizeHaveTheSameRows() throws {
        let expected = try sampleRows()
        try withFile(Results.text(expected)) { path in
            for size in [1, 7, 100, 1000, 1 << 16] {
                for most in [1, 2, 100] {
                    let found = try rows(RowStream(file: path, blockSize: size, mostTrials: most))
                    #expect(found.rows == expected)
                    #expect(found.stream.names == Results.header && !found.stream.isTruncated)
                }
            }
        }
    }

    @Test func aTornLineIsLeftOutAndToldByItsLine() throws {
        let text = Results.text(try sampleRows())
        try withFile(String(text.dropLast(10))) { path in
            for size in [7, 1 << 16] {
                let found = try rows(RowStream(file: path, blockSize: size))
                #expect(found.rows.count == 4 && found.stream.isTruncated)
                // The third row's message has two lines.
                #expect(found.stream.line == 7)
            }
        }
        for torn in ["", "experiment,tr"] {
            try withFile(torn) { path in
                let found = try rows(RowStream(file: path))
                #expect(found.rows.isEmpty && found.stream.isTruncated && found.stream.names.isEmpty)
            }
        }
    }

    @Test(arguments: [
        (",1,ok,", ",0,ok,"), (",lstm,", ",lstn,"), ("a,", "a;"), ("slow", "sl\"ow"), (",slow", ""), ("slow", "sl\row"),
    ])
    func errorsAreThoseOfTheWholeFile(_ old: String, _ new: String) throws {
        let text = Results.text(try sampleRows()).replacing(old, with: new, maxReplacements: 1)
        try withFile(text) { path in
            let expected = #expect(throws: ResultsError.self) { try Results.read(file: path) }
            for size in [7, 1 << 16] {
                let found = #expect(throws: ResultsError.self) { try rows(RowStream(file: path, blockSize: size)) }
                #expect(found == expected)
            }
        }
    }

    @Test func emptyLinesAtTheEndAreNoRowsAndOthersAreNone() throws {
        let text = Results.text(try sampleRows())
        let commas = String(repeating: ",", count: Results.header.count - 1)
        try withFile(text + "\(commas)\n\n\(commas)\n") { path in
            for size in [7, 1 << 16] {
                let found = try rows(RowStream(file: path, blockSize: size))
                #expect(found.rows.count == 5)
            }
        }
        try withFile(text + "\n" + Results.line(try sampleRows()[0])) { path in
            for size in [7, 1 << 16] {
                let expected = ResultsError.malformed(
                    file: path, line: 8, "1 fields; the header has \(Results.header.count)")
                #expect(throws: expected) { try rows(RowStream(file: path, blockSize: size)) }
            }
        }
    }
}
