import Foundation
import Testing

/// `unroll report` on the committed results: what it writes is what is committed, and a browser shows all of it.
struct ReportCommandTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    private static func has(_ program: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }

    private func copy() throws -> Scratch {
        let scratch = try Scratch()
        for folder in ["results", "experiments"] {
            try FileManager.default.copyItem(
                atPath: "\(ReportCommandTests.root)/\(folder)", toPath: "\(scratch.path)/\(folder)")
        }
        return scratch
    }

    @Test(
        "The committed reports are those of the committed results", .enabled(if: has("gnuplot"), "there is no gnuplot"))
    func committed() throws {
        let scratch = try copy()
        let pages = scratch.contents.filter {
            ["report.md", "results/README.md", "results/claims.csv", "results/claims.md"].contains(where: $0.hasSuffix)
        }
        #expect(pages.count > 5)
        let before = try pages.map(scratch.read)
        let ending = try scratch.unroll("report", "results")
        let said =
            /wrote results\/report\.html, results\/README\.md, and in \d+ folders of it report\.md with \d+ pictures in all\n/
        #expect(ending.code == 0 && ending.complaint.isEmpty && ending.output.wholeMatch(of: said) != nil, "\(ending)")
        for (page, text) in zip(pages, before) {
            #expect(try scratch.read(page) == text, "\(page) is not of these results: run make report")
        }
        // Every picture that a page or the README shows is there.
        let readme = try String(contentsOfFile: "\(ReportCommandTests.root)/README.md", encoding: .utf8)
        for (folder, text) in try pages.map({
            (String($0.dropLast($0.split(separator: "/").last!.count)), try scratch.read($0))
        })
            + [("", readme)]
        {
            for part in text.components(separatedBy: "](").dropFirst() {
                let path = String(part.prefix { $0 != ")" })
                if path.hasSuffix(".svg") { #expect(scratch.exists(folder + path), "\(folder)\(path)") }
            }
        }
    }

    @Test(
        "A browser shows every figure and has nothing to complain of",
        .enabled(if: has("gnuplot") && has("chromium"), "there is no chromium, or no gnuplot"))
    func browser() throws {
        let scratch = try copy()
        #expect(try scratch.unroll("report", "results").code == 0)
        let shown = try scratch.run(
            "/usr/bin/env",
            [
                "chromium", "--headless", "--no-sandbox", "--disable-gpu",
                "--user-data-dir=\(scratch.path)/.harness-chromium",
                "--enable-logging=stderr", "--dump-dom", "file://\(scratch.path)/results/report.html",
            ])
        #expect(shown.code == 0)
        // 3 MB of 5,000 rows, and of more in proportion: as much as people wait for, and no more than a message can take along.
        let results = "\(scratch.path)/results"
        let rows = try FileManager.default.contentsOfDirectory(atPath: results).reduce(0) { count, name in
            let file = "\(results)/\(name)/measurements.csv"
            guard FileManager.default.fileExists(atPath: file) else { return count }
            return try count + String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").count - 1
        }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(scratch.path)/results/report.html")).count
        let library = "\(ReportCommandTests.root)/Sources/Reports/Page/Assets/chart.js"
        #expect(bytes - (try Data(contentsOf: URL(fileURLWithPath: library))).count < 600 * max(5000, rows))
        // On a machine that does nothing else.
        let readyTime = try Browser(scratch: scratch).readyTime(of: "results/report.html")
        #expect(readyTime < 1000 || !Browser.isTimed)
        // Errors of scripts and everything that could not be loaded go to the console.
        #expect(!shown.complaint.contains("CONSOLE"), "\(shown.complaint)")
        let figures = shown.output.components(separatedBy: "<figure id=\"").dropFirst()
        // Of every experiment; the picture in results/peers stands beside a separate page.
        let pictures = scratch.contents.filter { file in
            guard file.hasSuffix(".svg"), let slash = file.lastIndex(of: "/") else { return false }
            return scratch.exists("\(file[..<slash])/report.md")
        }
        #expect(figures.count == pictures.count)
        for picture in pictures {
            let parts = picture.dropLast(4).split(separator: "/")
            let figure = figures.first { $0.hasPrefix("\(parts[1])-\(parts[2])\"") }
            #expect(figure?.contains("<svg") == true, "\(picture)")
        }
        // The script has run.
        #expect(shown.output.contains("data-sortable=\""))
        #expect(!shown.output.contains("data-sortable=\"0\""))
    }

    @Test("Without gnuplot all but the pictures is written")
    func withoutGnuplot() throws {
        let scratch = try copy()
        for picture in scratch.contents where picture.hasSuffix(".svg") {
            try FileManager.default.removeItem(atPath: "\(scratch.path)/\(picture)")
        }
        try expect(
            scratch.run(
                "/bin/sh", ["-c", "PATH=/nonexistent exec \"$0\" report results/window-cap", Program.unroll.path]),
            Ending(
                0, output: "wrote results/window-cap/report.html, and report.md with 0 pictures in all\n",
                complaint:
                    "unroll: no gnuplot here, so no pictures are drawn; install it with: apt-get install -y gnuplot-nox\n"
            ))
        #expect(!scratch.contents.contains { $0.hasSuffix(".svg") })
        #expect(try !scratch.read("results/window-cap/report.md").contains("!["))
        #expect(try scratch.read("results/window-cap/report.html").contains("</html>"))
        #expect(try scratch.unroll("report", "results/window-cap/measurements.csv").code == 64)
        #expect(try scratch.unroll("report", "nowhere").code == 74)
    }

    @Test("A folder of results alone: the question is in the copy beside the rows, and the commands name the folder")
    func elsewhere() throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(atPath: "\(scratch.path)/my results", withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: "\(ReportCommandTests.root)/results/window-cap", toPath: "\(scratch.path)/my results/window-cap")
        #expect(try scratch.unroll("report", "my results").code != 64)
        let page = try scratch.read("my results/window-cap/report.md")
        #expect(page.contains("\nDoes partial unrolling cap memory at the window, however long the sequence?\n"))
        #expect(
            page.hasSuffix(
                """
                Again:

                    unroll run 'my results/window-cap/experiment.yaml' --results 'my results' --fresh
                    unroll report 'my results'

                """))
        #expect(
            try scratch.read("my results/README.md").hasSuffix("These pages again:\n\n    unroll report 'my results'\n")
        )
    }

    @Test("One picture, or one after every action")
    func diagrams() throws {
        let scratch = try Scratch()
        let peak = try scratch.unroll("diagram", "--strategy", "segmented", "--length", "9")
        #expect(peak.code == 0 && peak.output.hasPrefix("<svg "))
        try expect(
            scratch.unroll("diagram", "--strategy", "full", "--length", "3", "--at", "all", "--output", "frames"),
            Ending(0, output: "wrote frames: 3 pictures of full, T = 3, unrolled\n"))
        try expect(
            scratch.unroll("diagram", "--strategy", "segmented", "--length", "12", "--output", "frames/0.svg"),
            Ending(
                0,
                output: "wrote frames/0.svg: segmented (length 3), T = 12, unrolled, after action 6 of 0 to 23\n"))
        // By the sizes of the model that is named.
        let sized = try scratch.unroll("diagram", "--strategy", "segmented", "--length", "12", "--hidden", "64")
        #expect(sized.output.contains("<title>segmented (length 2), T = 12, unrolled</title>"), "\(sized)")
        #expect(scratch.contents == ["frames", "frames/0.svg", "frames/1.svg", "frames/2.svg"])
        #expect(
            try scratch.read("frames/1.svg").contains(
                "After action 1 of 0 to 2, backward 0..&lt;3: in memory 3 records"))
        try expect(
            scratch.unroll("diagram", "--strategy", "full", "--length", "3", "--at", "3"),
            Ending(64, complaint: "unroll: 'at' is '3'; allowed: 0 to 2, peak, or all\n"))
        let long = try scratch.unroll("diagram", "--strategy", "full", "--length", "33")
        #expect(long.code == 64)
        #expect(long.complaint.contains("'length' is '33'; allowed: a whole number from 1 to 32; for longer sequences"))
        #expect(try scratch.unroll("diagram", "--strategy", "full", "--length", "3", "--at", "all").code == 64)
        #expect(try scratch.unroll("diagram", "--strategy", "full", "--length", "3", "--output", "no/x.svg").code == 74)
    }

    @Test("A page that plays any length, with the timeline of its schedule alone")
    func player() throws {
        let scratch = try Scratch()
        func diagram(_ words: String...) throws -> Ending {
            try scratch.run(Program.unroll.path, ["diagram", "--strategy", "segmented", "--length", "80"] + words)
        }
        try expect(
            diagram("--play", "page.html", "--hidden", "16"),
            Ending(0, output: "wrote page.html: segmented (length 6) over 80 steps, 94 actions to play\n"))
        #expect(scratch.contents == ["page.html"])
        #expect(try scratch.read("page.html").hasPrefix("<!doctype html>"))
        try scratch.write("index,track,action\n0,0,advance\n", to: "other.csv")
        try expect(
            diagram("--play", "page.html", "--timeline", "other.csv"),
            Ending(
                65,
                complaint: "unroll: other.csv: line 1: no column 'weights_bytes'; a timeline is what 'unroll measure "
                    + "--timeline' writes\n"))
        #expect(try diagram("--play", "page.html", "--timeline", "none.csv").code == 74)
        #expect(try diagram("--play", "no/page.html").code == 74)
        for words in [
            ["--timeline", "other.csv"], ["--play", "p.html", "--at", "3"], ["--play", "p.html", "--output", "x"],
        ] {
            let ending = try scratch.run(
                Program.unroll.path, ["diagram", "--strategy", "full", "--length", "4"] + words)
            #expect(ending.code == 64, "\(words): \(ending)")
        }
        let long = try scratch.unroll(
            "diagram", "--strategy", "segmented:length=1", "--length", "8000", "--hidden", "4", "--play", "p.html")
        #expect(long.code == 64 && long.complaint.contains("is too long for a page: at most 20000 actions"), "\(long)")
        #expect(scratch.contents == ["other.csv", "page.html"])
    }
}
