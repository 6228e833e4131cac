import Files
import Foundation
import Quantities
import Reports
import Schedules
import Testing
import Trials

/// The manual as `make docs` makes it: every link leads somewhere, and what the programs know is in it.
struct ManualTests {
    private static let hasDocc = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .contains { FileManager.default.isExecutableFile(atPath: "\($0)/docc") }

    @Test(.enabled(if: hasDocc, "no docc, which a Swift toolchain has next to swift"))
    func linksLeadSomewhere() throws {
        let scratch = try Scratch()
        let arguments = [
            "pages", "--catalogue", "\(Document.root)/\(Document.catalogue)", "--results", "\(Document.root)/results",
            "unroll.docc",
        ]
        let pages = try scratch.run(Program.manual.path, arguments)
        try #require(pages.code == 0, "\(pages)")
        let docc = try scratch.run(
            "/usr/bin/env", ["docc", "convert", "unroll.docc", "--output-dir", "site", "--warnings-as-errors"])
        try #require(docc.code == 0, "\(docc)")
        // A picture less, and the site is refused with the name of what is not there.
        let picture = "site/images/unroll/diagram-full.svg"
        let drawing = try scratch.read(picture)
        try FileManager.default.removeItem(atPath: "\(scratch.path)/\(picture)")
        let dead = try scratch.run(Program.manual.path, ["site", "site"])
        let page = "documentation/unroll/whatunrollingkeeps/index.html"
        expect(
            dead,
            Ending(65, complaint: "unroll-manual: \(page): '../../../images/unroll/diagram-full.svg' leads nowhere\n"))
        try scratch.write(drawing, to: picture)
        let site = try scratch.run(Program.manual.path, ["site", "site"])
        #expect(site.code == 0 && site.output.contains(" pages, dead links 0; open site/index.html\n"), "\(site)")

        // A page of each kind, as a browser shows it from the disk.
        let folder = "site/documentation/unroll"
        #expect(try scratch.read("\(folder)/claim-c1/index.html").contains("exponent 0.5"))
        #expect(try scratch.read("\(folder)/command-measure/index.html").contains("--hidden &lt;hidden&gt;"))
        #expect(try scratch.read("\(folder)/columns/index.html").contains("prediction_gap_bytes"))
        #expect(try scratch.read("\(folder)/glossary/index.html").contains("<h1>Glossary</h1>"))
        #expect(
            try scratch.read("site/tutorials/unroll/howfarontwogigabytes/index.html").contains("unroll plan --check"))

        // A link to a page that is not there ends docc.
        try scratch.write("# Dead\n\nSee <doc:Nowhere>.\n", to: "unroll.docc/Dead.md")
        let refused = try scratch.run(
            "/usr/bin/env", ["docc", "convert", "unroll.docc", "--output-dir", "other", "--warnings-as-errors"])
        #expect(refused.code != 0 && refused.output.contains("'Nowhere'"), "\(refused)")
    }

    @Test func everyColumnHasAMeaning() {
        for column in Column.all {
            #expect(column.meaning.hasSuffix("."), "\(column.name)")
            #expect(column.meaning.count > 8 && column.meaning.count < 130, "\(column.name)")
        }
        #expect(Set(Figure.allCases.map(\.meaning)).count == Figure.allCases.count)
    }

    @Test("What can grow is told where it is explained")
    func articlesAreComplete() throws {
        func page(_ name: String) throws -> String { try Document("\(Document.catalogue)/\(name).md").text }
        for word in Strategy.vocabulary.words {
            #expect(try page("Glossary").contains("| `\(word)"), "\(word)")
            #expect(try page("ChoosingAStrategy").contains("| `\(word)"), "\(word)")
        }
        for word in TrainingTask.vocabulary.words {
            #expect(try page("TrainingAndGradientQuality").contains("`\(word)"), "\(word)")
        }
        let typed = try page("Glossary")
        let vocabularies = [Strategy.vocabulary] + Factor.allCases.compactMap(\.definition.vocabulary)
        for alias in vocabularies.flatMap(\.signatures).flatMap(\.aliases) {
            #expect(typed.contains("`\(alias)`") || typed.contains("`\(alias):"), "\(alias)")
        }
        let memory = try page("MeasuringMemory")
        for role in Role.allCases { #expect(memory.contains("\(role)"), "\(role)") }
        let tables = try page("ReadingTheTables")
        for column in Comparison.possibleColumns { #expect(tables.contains(column.title), "\(column.title)") }
    }

    /// What a newcomer asks for by name.
    @Test(
        "What there is to do is told somewhere",
        arguments: [
            ("ExperimentFiles", ["--set KEY=VALUE", "unroll run -", "unroll init", "unroll index"]),
            ("Installing", ["make demo", "make install", "make uninstall", "PREFIX", "DESTDIR", "--version"]),
            ("TheReport", ["explorer", "pins", "player", "keyboard", "--play", "--timeline"]),
            ("ReadingTheTables", ["--wide", "--columns", "--summary"]),
            ("UsingTheLibraries", ["Schedule", "Validator", "Simulator", "Heap", "Buffer", "liveBytes"]),
            ("History", ["jobs:", "unroll history", "exit code"]),
            ("Glossary", ["checkpoint", "sqrt", "tbptt", "bptt", "LSTM", "256M"]),
        ])
    func isTold(page: String, words: [String]) throws {
        let text = try Document("\(Document.catalogue)/\(page).md").text
        for word in words { #expect(text.contains(word), "\(page): \(word)") }
        #expect(try Document("\(Document.catalogue)/unroll.md").text.contains("<doc:\(page)>"))
    }

    @Test("Lines of Swift that are shown are in the sources, and so are files that are named")
    func sources() throws {
        var known: Set<Substring> = []
        // Programs outside show how the libraries are used.
        for folder in ["Sources", "Tests/Outside/Sources"] {
            let paths = try #require(FileManager.default.subpaths(atPath: "\(Document.root)/\(folder)"))
            for path in paths.filter({ $0.hasSuffix(".swift") }) {
                let text = try String(contentsOfFile: "\(Document.root)/\(folder)/\(path)", encoding: .utf8)
                for line in text.split(separator: "\n") { known.insert(line.drop { $0 == " " }) }
            }
        }
        for document in Document.all {
            var isSwift = false
            for line in document.text.split(separator: "\n") {
                if line.hasPrefix("```") { isSwift = line == "```swift" }
                guard isSwift, !line.hasPrefix("```"), !line.contains("…") else { continue }
                #expect(known.contains(line.drop { $0 == " " }), "\(document): '\(line)'")
            }
            let named = document.text.matches(of: /[`(]((?:Sources|Tests|experiments|results)\/[A-Za-z0-9.\/-]+)[`)]/)
            // Results of the reader's own are there when the page's commands have run.
            for path in named.map({ String($0.1) }) where !path.contains("/my-") {
                let isThere = FileManager.default.fileExists(atPath: "\(Document.root)/\(path)")
                #expect(isThere, "\(document): there is no '\(path)'")
            }
        }
    }

    @Test("The front door is short, and no table is wider than a screen")
    func readme() throws {
        let text = try Document("README.md").text
        #expect(text.utf8.count <= 10 << 10)
        for line in text.split(separator: "\n") where line.hasPrefix("|") { #expect(line.count <= 100, "\(line)") }

        // What it says of all claims is what the committed results say.
        let verdicts = try Scratch().start(["reproduce", "--check", "--format", "csv"], directory: Document.root).wait()
        let outcomes = verdicts.output.split(separator: "\n").dropFirst().compactMap { line in
            Verdict.Outcome.allCases.first { line.contains(",\($0.rawValue),") }
        }
        func count(_ outcome: Verdict.Outcome) -> Int { outcomes.count { $0 == outcome } }
        let sums =
            "\(Claim.all.count) published claims are measured again: \(count(.reproduced)) are reproduced, "
            + "\(count(.notReproduced)) are not, \(count(.inconclusive)) stays open."
        #expect(text.replacing("\n", with: " ").contains(sums), "\(sums)")
    }
}
