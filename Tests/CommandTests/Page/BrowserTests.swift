import Foundation
import Testing

/// The pages that `unroll` writes, in a browser: nothing to complain of, and all that a reader does with them works.
@Suite(.serialized, .enabled(if: Browser.isHere, "there is no chromium, or no gnuplot"))
struct BrowserTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// A report on two committed experiments, and on one that no claim knows.
    private static func report() throws -> Scratch {
        let scratch = try Scratch()
        for name in ["sequence-length", "sublinear-memory"] {
            let measurements = try String(
                contentsOfFile: "\(root)/results/\(name)/measurements.csv", encoding: .utf8)
            try scratch.write(measurements, to: "results/\(name)/measurements.csv")
            guard name == "sequence-length" else { continue }
            let own = measurements.replacing("\n\(name),", with: "\nown,")
            try scratch.write(own, to: "results/own/measurements.csv")
        }
        // Of the four strategies that are played.
        try FileManager.default.copyItem(
            atPath: "\(root)/results/timelines", toPath: "\(scratch.path)/results/timelines")
        let ending = try scratch.unroll("report", "results", "--experiments", "\(root)/experiments")
        #expect(ending.code == 0, "\(ending)")
        return scratch
    }

    @Test("A report is ready in a second, and a reader explores, plays and filters it")
    func report() throws {
        let browser = Browser(scratch: try BrowserTests.report())
        let page = "results/report.html"
        let plain = try browser.elements(of: page)
        #expect(plain.console == [])
        #expect(plain.elements.components(separatedBy: "<th scope=\"col\">measured</th>").count == 5)
        // On a machine that does nothing else.
        let readyTime = try browser.readyTime(of: page)
        #expect(readyTime < 1000 || !Browser.isTimed)
        for script in [PageScript.explorer, PageScript.player, PageScript.findings] {
            let shown = try browser.elements(of: page, running: script)
            #expect(shown.console == [])
            let answers = try answers(in: shown.elements)
            #expect(answers.count > 5)
            for (question, answer) in answers { #expect(answer, "\(question)") }
        }
        try keepPictures(of: page, as: "report", browser)
    }

    @Test(
        "A page that plays: predicted beside measured, in a browser",
        arguments: [
            ("segmented", 24, "segmented (length 3) over 24 steps, 52 actions to play"),
            ("bisection", 100, "bisection over 100 steps, 698 actions to play"),
        ])
    func player(strategy: String, length: Int, played: String) throws {
        let browser = Browser(scratch: try Scratch())
        let model = [
            "--strategy", strategy, "--length", String(length), "--hidden", "4", "--input", "3", "--batch", "2",
        ]
        let measured = try browser.scratch.run(
            Program.unroll.path, ["measure"] + model + ["--repetitions", "1", "--timeline", "live.csv"])
        #expect(measured.code == 0, "\(measured)")
        try expect(
            browser.scratch.run(
                Program.unroll.path, ["diagram"] + model + ["--play", "page.html", "--timeline", "live.csv"]),
            Ending(0, output: "wrote page.html: \(played), with the bytes measured in live.csv\n"))
        let shown = try browser.elements(
            of: "page.html", running: length > 40 ? "" : PageScript.player)
        #expect(shown.console == [])
        #expect(shown.elements.contains("<th scope=\"col\">measured</th>"))
        if length <= 40 {
            for (question, answer) in try answers(in: shown.elements) { #expect(answer, "\(question)") }
        }
        try keepPictures(of: "page.html", as: "player-\(strategy)", browser)
    }

    /// Pictures go where `UNROLL_ARTEFACTS` says, for people to look at; each has more in it than one colour.
    private func keepPictures(of page: String, as name: String, _ browser: Browser) throws {
        let folder = ProcessInfo.processInfo.environment["UNROLL_ARTEFACTS"]
        let sizes = [(1280, 1600, true), (1280, 1600, false), (400, 2000, false)]
        for (width, height, isDark) in sizes.prefix(folder == nil ? 1 : sizes.count) {
            let picture = try browser.picture(of: page, width: width, height: height, isDark: isDark)
            #expect(picture.count > 20_000)
            guard let folder else { continue }
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let file = "\(folder)/\(name)-\(width)\(isDark ? "-dark" : "").png"
            try picture.write(to: URL(fileURLWithPath: file))
        }
    }
}
