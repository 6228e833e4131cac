import Files
import Foundation
import Mutations
import Testing

/// A file read block by block has the records that it has when it is read at once.
@Suite struct CSVBlocksTests {
    private func withFile<Answer>(_ text: [UInt8], _ body: (String) throws -> Answer) throws -> Answer {
        let path = FileManager.default.temporaryDirectory.path + "/unroll-\(UUID().uuidString)"
        try Data(text).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    private func read(_ path: String, size: Int) throws -> (records: [CSV.Record], isTruncated: Bool) {
        let blocks = try CSV.Blocks(path, size: size)
        var records: [CSV.Record] = []
        var line = 1
        while let block = try blocks.next() {
            var reader = CSV.Reader(block, line: line)
            while try reader.next() { records.append(reader.record) }
            line = reader.line
        }
        return (records, blocks.isTruncated)
    }

    private static let texts = [
        "", "\n", "a", "a\n", "a,b\nc,d\n", "a,b\nc,d", "a\r\nb\r\n",
        "\"a\n\n\",b\n\"\"\"\",c\n", "a,\"b\nc", "\n\n,\n",
        "\"x\"\"\n\"\"y\",é😀\n1,2\n",
    ]

    @Test("Every text in blocks of every size", arguments: texts)
    func everySize(_ text: String) throws {
        var whole = Array(text.utf8)
        let isTruncated = CSV.removeTruncatedLine(&whole)
        // An open quote is an error either way.
        let expected = try? CSV.records(whole)
        try withFile(Array(text.utf8)) { path in
            for size in 1...24 {
                let found = try? read(path, size: size)
                #expect(found?.records == expected && (found == nil || found?.isTruncated == isTruncated), "\(size)")
            }
        }
    }

    @Test("Damaged texts are read the same, or refused in the same line")
    func damaged() throws {
        var generator = SeededGenerator(seed: 3)
        let text = Array("a,\"b\nc\",d\n1,\"2\"\"\",3\r\n,,\n".utf8)
        for _ in 0..<200 {
            var bytes = mutated(text, with: &generator)
            try withFile(bytes) { path in
                _ = CSV.removeTruncatedLine(&bytes)
                let whole = Result { try CSV.records(bytes) }
                let parts = Result { try read(path, size: 5).records }
                switch (whole, parts) {
                case (.success(let one), .success(let other)): #expect(one == other)
                case (.failure(let one), .failure(let other)):
                    #expect((one as? CSVError)?.line == (other as? CSVError)?.line)
                default: Issue.record("\(bytes): \(whole), \(parts)")
                }
            }
        }
    }

    @Test("What is no file to read is refused")
    func refused() {
        #expect(throws: FileBytes.Failure.system("No such file or directory")) { _ = try CSV.Blocks("/none") }
        #expect(throws: FileBytes.Failure.system("It is a device")) { _ = try CSV.Blocks("/dev/zero") }
    }
}
