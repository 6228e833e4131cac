import Files
import Mutations
import Testing

private let nasty = [
    "", "a", "a,b", "\"", "\"\"", "a\"b", "\n", "a\nb", "\r\n", "\r", ",", " a ", "\u{301}", "\"\u{301}", "é😀", "\t",
    "'", "=1+1", ",\",\n\"",
]

@Test func everyPairOfNastyFieldsComesBack() throws {
    for first in nasty {
        for second in nasty {
            let text = CSV.line([first, second]) + CSV.line([second])
            let records = try CSV.records(text)
            // Compared by scalars: for ==, texts that look alike are alike.
            let scalars = records.map { $0.fields.map { Array($0.unicodeScalars) } }
            #expect(scalars == [[first, second], [second]].map { $0.map { Array($0.unicodeScalars) } })
        }
    }
}

@Test(
    arguments: [
        ("", []), ("\n", [[""]]), ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
        ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
        ("\"a\r\nb\",\r\n", [["a\r\nb", ""]]), (",", [["", ""]]), ("\"\"", [[""]]), ("a\n\nb\n", [["a"], [""], ["b"]]),
        ("\"a\"\r\n", [["a"]]),
    ] as [(String, [[String]])])
func textsAreRead(_ text: String, _ expected: [[String]]) throws {
    #expect(try CSV.records(text).map(\.fields) == expected)
}

@Test func linesAreCountedThroughQuotes() throws {
    #expect(try CSV.records("a\n\"b\n\nc\"\nd\n").map(\.line) == [1, 2, 5])
}

@Test(arguments: [
    ("a\nb\"c\n", "line 2: a quote inside a field that does not begin with one"),
    ("\"a\"b\n", "line 1: text after the closing quote of a field"),
    ("\"a\" ,b\n", "line 1: text after the closing quote of a field"),
    ("a\n\"b\n\n", "line 2: a quoted field does not end"),
    ("\"", "line 1: a quoted field does not end"),
    ("a\rb\n", "line 1: a carriage return that ends no line"),
    ("a\r", "line 1: a carriage return that ends no line"),
    ("\"a\"\rb", "line 1: a carriage return that ends no line"),
])
func looseTextsAreRefused(_ text: String, _ message: String) {
    let error = #expect(throws: CSVError.self) { try CSV.records(text) }
    #expect(error?.description == message)
}

@Test func bytesThatAreNoUTF8() {
    let error = #expect(throws: CSVError.self) { try CSV.records([0x61, 0x0A, 0xC3, 0x0A]) }
    #expect(error?.description == "line 2: the line is not UTF-8")
}

@Test func damagedTextsAreReadOrRefused() {
    var generator = SeededGenerator(seed: 2)
    let text = Array("a,\"b\nc\",d\n1,\"2\"\"\",3\r\n,,\n".utf8)
    for _ in 0..<2000 {
        let bytes = mutated(text, with: &generator)
        do throws(CSVError) {
            // What is read is read the same after it was written again.
            let records = try CSV.records(bytes).map(\.fields)
            #expect(try CSV.records(records.map(CSV.line).joined()).map(\.fields) == records)
        } catch {
            #expect(error.line >= 1)
        }
    }
}
