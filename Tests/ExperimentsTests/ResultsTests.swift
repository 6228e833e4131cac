import Experiments
import Files
import Foundation
import Mutations
import Schedules
import Shapes
import Testing
import Trials

/// Rows of every status, two of them measured.
func sampleRows() throws -> [Row] {
    var full = Measurement()
    full[.peakBytes] = .integer(12_345_678)
    full[.wallSeconds] = .real(0.1)
    full[.gradientExact] = .flag(true)
    full[.loss] = .real(-1.5e-7)
    let segmented = try Trial(cell: .gru, length: 100, strategy: .segmented(length: nil), task: .adding)
    return [
        Row(experiment: "a", trial: try Trial(cell: .lstm), repetition: 1, status: .ok, measurement: full),
        Row(experiment: "a", trial: try Trial(cell: .lstm), repetition: 2, status: .ok, measurement: full),
        Row(
            experiment: "a", trial: segmented, repetition: 1, status: .failed, message: "no \"room\", it said\nand died"
        ),
        Row(
            experiment: "a", trial: try Trial(cell: .elman, strategy: .truncated(window: 16, stride: 8)), repetition: 1,
            status: .timedOut, message: "slow"),
        Row(
            experiment: "a", trial: try Trial(cell: .elman, strategy: .binomial(slots: 3), precision: .double),
            repetition: 1, status: .outOfMemory, message: "large"),
    ]
}

@Test func rowsComeBack() throws {
    let rows = try sampleRows()
    let results = try Results(bytes: Array(Results.text(rows).utf8), file: "r.csv")
    #expect(results == Results(file: "r.csv", rows: rows))
    #expect(
        Results.text([]).hasPrefix(
            "experiment,trial,repetition,status,message,environment,cell,layers,input,hidden,batch,"))
}

@Test func aTornLastLineIsLeftOut() throws {
    let rows = try sampleRows()
    let text = Array(Results.text(rows).utf8)
    let start = text.count - Results.line(rows[4]).utf8.count
    for cut in start + 1..<text.count {
        let results = try Results(bytes: Array(text[..<cut]), file: "r.csv")
        #expect(results.isTruncated)
        #expect(results.rows == Array(rows[..<4]))
    }
    #expect(try !Results(bytes: Array(text[..<start]), file: "r.csv").isTruncated)
    #expect(
        try Results(bytes: Array("experiment,tr".utf8), file: "r.csv")
            == Results(file: "r.csv", rows: [], isTruncated: true)
    )
}

/// A file in which one text was replaced, and what is said of it.
@Test(arguments: [
    ("experiment,trial,", "experiment,", "1: missing columns: trial"),
    ("experiment,trial,", "experiment,trail,", "1: missing columns: trial; unknown columns: 'trail'"),
    (",ok,,", ",fine,,", "2: 'status' is 'fine'; allowed: ok, out_of_memory, timed_out, failed"),
    (",1,ok,,", ",0,ok,,", "2: 'repetition' is '0'; allowed: a whole number from 1 to 10000"),
    (",1,ok,,", ",,ok,,", "2: 'repetition' is ''; allowed: a whole number from 1 to 10000"),
    (",2,ok,,", ",1,ok,,", "3: repetition 1 of trial {trial} stands in line 2 already"),
    (
        "lstm", "lstn",
        "2: 'cell' is 'lstn' (nearest: 'lstm'); allowed: elman, lstm, gru, linear, peephole, "
            + "elstm, mingru, minlstm, lru, slstm, layernorm, projected:width=N, leapgru:bits=N, revgru:bits=N, revlstm:bits=N"
    ),
    ("lstm", "gru", "2: 'trial' is '{trial}'; allowed: '{gru}', which follows from the factors"),
    (",full,", ",segmented,", "2: 'segment' is '', which the strategy does not say"),
    ("stride=8\",16,8", "stride=8\",16,4", "6: 'stride' is '4', which the strategy does not say"),
    (
        "12345678", "1.5",
        "2: 'peak_bytes' is '1.5'; allowed: a whole number, at most 144115188075855872, or nothing when not measured"
    ),
    (
        "12345678", "a",
        "2: 'peak_bytes' is 'a'; allowed: a whole number, at most 144115188075855872, or nothing when not measured"
    ),
    (
        ",0.1,", ",nan,",
        "2: 'wall_seconds' is 'nan'; allowed: a number of seconds, at most 1000000000000, or nothing when not measured"
    ),
    (",true,", ",yes,", "2: 'gradient_exact' is 'yes'; allowed: true, false, or nothing when not measured"),
    ("\na,", "\nA b,", "2: 'experiment' is 'A b'; allowed: lower-case letters, digits and hyphens"),
    (",ok,,", ",ok,", "2: \(Column.all.count - 1) fields; the header has \(Column.all.count)"),
    ("\na,", "\n\na,", "2: 1 fields; the header has \(Column.all.count)"),
    ("\"no ", "no \"", "4: a quote inside a field that does not begin with one"),
])
func badRowsAreRefused(_ old: String, _ new: String, _ message: String) throws {
    let text = Results.text(try sampleRows())
    let range = try #require(text.range(of: old))
    let file = text.replacingCharacters(in: range, with: new)
    let error = #expect(throws: ResultsError.self) { try Results(bytes: Array(file.utf8), file: "r.csv") }
    let expected = message.replacing("{trial}", with: try Trial(cell: .lstm).identifier)
        .replacing("{gru}", with: try Trial(cell: .gru).identifier)
    #expect(error?.description == "r.csv:" + expected)
    #expect(error?.isMalformed == true)
}

@Test func columnsInAnotherOrder() throws {
    let names = Results.header
    let swapped = CSV.line([names[1], names[0]] + names.dropFirst(2))
    let error = #expect(throws: ResultsError.self) { try Results(bytes: Array(swapped.utf8), file: "r.csv") }
    #expect(
        error?.description
            == "r.csv:1: columns twice or in another order; allowed: \(names.joined(separator: ","))")
}

/// A process killed before it wrote the header leaves that.
@Test func anEmptyFileIsATornOne() throws {
    let results = try Results(bytes: [], file: "r.csv")
    #expect(results.rows.isEmpty && results.isTruncated)
}

@Test func damagedResultsAreReadOrRefusedWithALine() throws {
    var generator = SeededGenerator(seed: 3)
    let text = Array(Results.text(try sampleRows()).utf8)
    for _ in 0..<1000 {
        let bytes = mutated(text, with: &generator)
        do throws(ResultsError) {
            _ = try Results(bytes: bytes, file: "r.csv")
        } catch {
            guard case .malformed(_, let line, _) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(line >= 1)
        }
    }
}
