import CaseLists
import Experiments
import Files
import Foundation
import MarkdownStructure
import Reports
import Schedules
import Shapes
import Testing
import Trials

/// A folder that somebody else made: whatever the fields of environment.json, of the experiment's file and of measurements.csv hold,
/// it is text wherever it is shown.
struct HostileWordsTests {
    static let words = [
        "<script>alert(1)</script>", "[a](javascript:alert(1))", "![x](http://e.example/i.png)", "a\n# heading\n\n- b",
        "# heading", "\u{1B}[31m\u{9B}2J\u{7}", "$(id)", "`id`", "=cmd|' /C calc'!A0", "]]>", "\"' onload='x\" y=\"",
        "-->", "--", "\u{202E}gnp.exe\u{2066}", "&lt;b&gt; &#60;", "**b** | c \\", "a\r\nb", "\"\u{301}, 'b",
    ]

    private static let plain = "plain"

    private static func isLine(_ word: String) -> Bool {
        !word.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    /// What moves a cursor, ends a line or turns text.
    private static func steers(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control
            || [0x2028, 0x2029, 0x061C, 0x200E, 0x200F].contains(scalar.value)
            || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }

    /// Every text of an environment is one of the words, those apart that no environment may have.
    private func environment(_ word: (Int) -> String) throws -> String {
        var environment = Experiments.Environment(
            commit: "c", dirty: true, jemallocVersion: "j", jemallocConfiguration: "j", blasVersion: "b",
            blasConfiguration: "b", start: Date(timeIntervalSince1970: 0))
        (environment.cpuModel, environment.hostName, environment.unrollVersion) = ("p", "h", "u")
        (environment.unrollFingerprint, environment.programFingerprint) = ("f", "f")
        (environment.differenceFingerprint, environment.mixed) = ("d", ["m", "n"])
        environment.end()
        var fields = try object(environment.json)
        for (index, key) in fields.keys.sorted().enumerated() where !key.hasSuffix("_time") {
            let text = HostileWordsTests.isLine(word(index)) ? word(index) : HostileWordsTests.plain
            if fields[key] is String { fields[key] = text }
            if fields[key] is [String] { fields[key] = [text, text] }
        }
        return String(decoding: try JSONSerialization.data(withJSONObject: fields), as: UTF8.self)
    }

    /// A folder of results with a row of a network on a text, a row that failed, and the experiment's file.
    private func folder(_ scratch: Scratch, _ word: (Int) -> String) throws {
        let bytes = Array("some bytes".utf8)
        func row(_ strategy: Strategy, file: String, _ status: Status, _ message: String) throws -> Row {
            var trial = try Trial(
                cell: .lstm, input: 256, hidden: 4, batch: 2, length: 4, strategy: strategy,
                task: .text(file: file, encoding: .bytes))
            trial.content = bytes.withUnsafeBytes { Content(of: $0) }
            var row = Row(experiment: "tiny", trial: trial, repetition: 1, status: status)
            row.message = message
            if status == .ok {
                row.measurement[.peakBytes] = .integer(1 << 20); row.measurement[.wallSeconds] = .real(1)
            }
            return row
        }
        // A path has no control characters; such are refused.
        let file = HostileWordsTests.isLine(word(0)) ? word(0) : HostileWordsTests.plain
        let rows = try [
            row(.full, file: file, .ok, ""), row(.segmented(length: nil), file: file, .ok, word(1)),
            row(.full, file: "other.txt", .ok, ""), row(.segmented(length: nil), file: "other.txt", .failed, word(2)),
        ]
        try scratch.write(Results.text(rows), to: "results/tiny/measurements.csv")
        try scratch.write(environment { word($0 + 3) }, to: "results/tiny/environment.json")
        try scratch.write(
            "experiment: tiny\nquestion: \(word(4).quotedForJSON())\nmodel: {cell: lstm, input: 3, hidden: 4}\n"
                + "batch: 2\nlength: 4\nstrategies: [full, segmented]\n", to: "experiments/tiny.yaml")
    }

    private static let commands = [
        "report results", "compare results", "compare results --format markdown", "compare results --format json",
        "compare results --format csv", "run experiments/tiny.yaml --dry-run",
    ]
    private static let pages = ["results/tiny/report.md", "results/README.md", "results/report.html"]

    /// What the commands say of a folder, by command, and the pages that they write, by path.
    private struct Shown {
        var endings: [String: Ending] = [:]
        var pages: [String: String] = [:]
    }

    /// Where no gnuplot is.
    private func shown(_ word: (Int) -> String) throws -> Shown {
        let scratch = try Scratch()
        try folder(scratch, word)
        var shown = Shown()
        for command in HostileWordsTests.commands {
            shown.endings[command] = try scratch.run(
                "/bin/sh", ["-c", "PATH=/nonexistent exec \"$0\" \(command)", Program.unroll.path])
        }
        for page in HostileWordsTests.pages { shown.pages[page] = try scratch.read(page) }
        return shown
    }

    /// The same for all words.
    private static let harmless = Result { try HostileWordsTests().shown { _ in plain } }

    /// In `make exhaustive` each field has each of the words once.
    @Test("In pages, tables, messages and data", arguments: Cases.every(6, of: words.indices))
    func everywhere(start: Int) throws {
        let words = HostileWordsTests.words
        let (hostile, harmless) = (
            try shown { words[(start + $0) % words.count] }, try HostileWordsTests.harmless.get()
        )
        for command in HostileWordsTests.commands {
            let (ending, plain) = (try #require(hostile.endings[command]), try #require(harmless.endings[command]))
            #expect(ending.code == plain.code, "\(command): \(ending)")
            #expect(!ending.complaint.unicodeScalars.contains { $0 != "\n" && HostileWordsTests.steers($0) })
            guard !command.contains("csv") else { continue }
            #expect(!ending.output.unicodeScalars.contains { $0 != "\n" && HostileWordsTests.steers($0) }, "\(command)")
            #expect(ending.output.split(separator: "\n").count == plain.output.split(separator: "\n").count)
            if command.contains("markdown") {
                #expect(structure(ofMarkdown: ending.output) == structure(ofMarkdown: plain.output))
            }
        }
        for page in HostileWordsTests.pages {
            let (text, plain) = (try #require(hostile.pages[page]), try #require(harmless.pages[page]))
            #expect(!text.unicodeScalars.contains { $0 != "\n" && HostileWordsTests.steers($0) })
            if page.hasSuffix(".md") {
                #expect(structure(ofMarkdown: text) == structure(ofMarkdown: plain), "\(text)")
            } else {
                for mark in ["<", ">", "\""] {
                    #expect(
                        text.components(separatedBy: mark).count == plain.components(separatedBy: mark).count, "\(mark)"
                    )
                }
            }
        }
        // What is no page has the text itself.
        let message = words[(start + 2) % words.count]
        let json = try #require(hostile.endings["compare results --format json"]).output
        let lines = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]]
        #expect(lines?.contains { $0["message"] as? String == message } == true, "\(json)")
        let csv = try #require(hostile.endings["compare results --format csv"]).output
        let records = try #require(try CSV.table(Array(csv.utf8)))
        #expect(records.rows.contains { $0.fields.contains(message) }, "\(csv)")
    }

    @Test(
        "In a picture: XML of the same elements",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot"), "there is no gnuplot"))
    func picture() throws {
        let scratch = try Scratch()
        func elements(_ file: String) throws -> [String] {
            try scratch.write(String(repeating: "some bytes ", count: 9), to: file)
            let ending = try scratch.unroll(
                "train", "--task", "text:file=\(file)", "--input", "256", "--hidden", "4", "--batch", "2", "--length",
                "4",
                "--strategy", "full", "--updates", "3", "--plot", "p.svg", "--quiet")
            #expect(ending.code == 0 && ending.complaint.isEmpty, "\(ending)")
            let picture = try scratch.read("p.svg")
            #expect(!picture.unicodeScalars.contains { $0 != "\n" && $0 != "\t" && HostileWordsTests.steers($0) })
            return picture.components(separatedBy: "<").dropFirst().map { String($0.prefix { $0 != " " && $0 != ">" }) }
        }
        let name = "a<b>&'\"`id`$(id)\u{202E}{@^_}.txt"
        // A title takes as many lines as it needs.
        let plain = try [1, 30, 60, 90].map { try elements(String(repeating: "x", count: $0)) }
        #expect(try plain.contains(elements(name)))
    }

    @Test("A message about a name that would steer a terminal")
    func messages() throws {
        let scratch = try Scratch()
        for words in [["compare"], ["report"], ["run"], ["measure", "--strategy"], ["plan", "--budget"], []] {
            let ending = try scratch.run(Program.unroll.path, words + ["\u{1B}]0;title\u{7}\u{202E}x"])
            #expect(ending.code != 0)
            #expect(
                !ending.complaint.unicodeScalars.contains { $0 != "\n" && HostileWordsTests.steers($0) }, "\(ending)")
            #expect(ending.complaint.contains("\\u{1B}]0;title\\u{7}\\u{202E}x"), "\(ending)")
        }
    }
}
