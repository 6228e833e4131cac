import CaseLists
import Foundation
import Testing

/// gnuplot as other people have it: with their own settings, or one that does not draw all that it is given.
@Suite(
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot"),
        "there is no /usr/bin/gnuplot to stand in for"))
struct GnuplotTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    private static let plots = [
        "peak-length", "time-length", "pareto", "attribution", "attribution-shares", "timeline", "memory-length",
    ]
    private static let pages = ["report.md", "report.html"]
    private static let wrote = "wrote results/report.html, and report.md with 7 pictures in all\n"

    /// Committed results with seven pictures, which are removed.
    private func results() throws -> Scratch {
        let scratch = try Scratch()
        try FileManager.default.copyItem(
            atPath: "\(GnuplotTests.root)/results/sequence-length", toPath: "\(scratch.path)/results")
        for name in GnuplotTests.pages + GnuplotTests.plots.map({ "\($0).svg" }) {
            try? FileManager.default.removeItem(atPath: "\(scratch.path)/results/\(name)")
        }
        return scratch
    }

    private func report(_ scratch: Scratch, _ settings: [String] = []) throws -> Ending {
        try scratch.run("/usr/bin/env", settings + [Program.unroll.path, "report", "results"])
    }

    private func committed(_ plot: String) throws -> String {
        try String(contentsOfFile: "\(GnuplotTests.root)/results/sequence-length/\(plot).svg", encoding: .utf8)
    }

    @Test(
        "Settings of a user's own change no picture",
        arguments: Cases.every(
            6,
            of: [
                "set key autotitle columnheader", "set datafile separator ','", "set datafile missing '2'",
                "set datafile commentschars '123456789'", "set xdata time", "set ydata time", "set polar",
                "set parametric",
                "set object rectangle from graph 0,0 to graph 1,1 fc rgb 'white' front", "set logscale xy",
                "set terminal dumb", "set decimalsign ','", "set autoscale", "set offsets 1,1,1,1",
                "set style data dots",
                "set pointsize 0", "exit status 3", "set output '/dev/null'", "set loadpath '/nowhere'",
                "unset multiplot",
                "set table 'x'", "set angles degrees", "set samples 2", "set clip points", "set dummy y",
                "plot nonsense(",
            ]))
    func settings(_ setting: String) throws {
        let scratch = try results()
        for file in [".gnuplot", "gnuplot/gnuplotrc"] { try scratch.write(setting + "\n", to: ".harness-home/\(file)") }
        let home = "\(scratch.path)/.harness-home"
        try expect(
            report(
                scratch,
                [
                    "HOME=\(home)", "XDG_CONFIG_HOME=\(home)", "GNUTERM=dumb", "GNUPLOT_LIB=\(home)",
                    "LC_ALL=de_DE.UTF-8",
                    "GNUPLOT_DEFAULT_GDFONT=none", "GNUPLOT_DRIVER_DIR=\(home)", "FIT_LOG=\(home)/fit",
                ]), Ending(0, output: GnuplotTests.wrote))
        // gnuplot's first picture begins otherwise than when others come before it.
        let first = try scratch.read("results/peak-length.svg")
        #expect(try first.suffix(20_000) == committed("peak-length").suffix(20_000))
        for plot in GnuplotTests.plots.dropFirst() {
            #expect(try scratch.read("results/\(plot).svg") == committed(plot))
        }
    }

    /// A gnuplot that is a shell script; `real` draws.
    private func standIn(_ script: String, _ scratch: Scratch) throws -> [String] {
        try scratch.write(
            program: "#!/bin/sh\nreal() { /usr/bin/gnuplot \"$@\"; }\nfiles=${2%/*}\n\(script)\n",
            to: ".harness-bin/gnuplot")
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return ["PATH=\(scratch.path)/.harness-bin:\(path)", "UNROLL_PROGRAM_TIMEOUT=60"]
    }

    @Test(
        "A gnuplot that draws nothing is named where the pictures would stand; pages are written, and the command fails",
        arguments: [
            ("echo 'Datei nicht gefunden' >&2; exit 1", "gnuplot failed with exit code 1: Datei nicht gefunden"),
            ("exit 0", "gnuplot wrote nothing"),
            ("for n in 0 1 2 3 4 5 6; do echo Willkommen > $files/$n.svg; done", "the drawing is cut short"),
            (
                "for n in 0 1 2 3 4 5 6; do echo '</svg>' > $files/$n.svg; done",
                "0 of 25 lines and sets of points are drawn"
            ),
            ("UNROLL_PROGRAM_TIMEOUT; sleep 60", "gnuplot does not end within 0.5 s and is killed"),
            ("yes", "gnuplot printed more than 1.00 MiB and is killed"),
            ("kill -SEGV $$", "gnuplot was killed by signal 11"),
        ])
    func fails(_ script: String, reason: String) throws {
        let scratch = try results()
        var settings = try standIn(script.replacingOccurrences(of: "UNROLL_PROGRAM_TIMEOUT; ", with: ""), scratch)
        if script.hasPrefix("UNROLL") { settings[1] = "UNROLL_PROGRAM_TIMEOUT=0.5" }
        let ending = try report(scratch, settings)
        #expect(ending.code == 69)
        #expect(ending.complaint == "unroll: 7 of 7 pictures not drawn; the first, peak-length: \(reason)\n")
        let page = try scratch.read("results/report.md")
        #expect(page.components(separatedBy: "**: not drawn, for ").count == 8)
        #expect(page.contains("**Peak memory against the number of steps**: not drawn, for \(reason)."))
        #expect(try scratch.read("results/report.html").contains("</strong>: not drawn, for "))
        #expect(try scratch.read("results/report.html").contains("</html>"))
        #expect(!scratch.contents.contains { $0.hasSuffix(".svg") })
    }

    /// Damage to the first drawing, peak-length, whose first line has six points.
    @Test(
        "A drawing that lacks a mark, or has one elsewhere, is none; the others are drawn",
        arguments: [
            ("0,/<use [^>]*translate/s/<use [^>]*translate[^>]*>//", "5 of 6 marks of 'full"),
            ("s/translate(\\([0-9]*\\)/translate(1\\1/", "6 of 12 positions of 'full"),
            ("/_plot_1a/,/_plot_2a/s/ L[0-9.,]* / /", "1 of 12 positions of 'full"),
            ("0,/_plot_1a/s/_plot_1a/_plat_1a/", "24 of 25 lines and sets of points are drawn"),
            ("/<.svg>/d", "the drawing is cut short"),
        ])
    func damaged(_ damage: String, reason: String) throws {
        let scratch = try results()
        let script = "real \"$@\"; sed -i '\(damage)' $files/0.svg"
        let ending = try report(scratch, standIn(script, scratch))
        #expect(ending.code == 69)
        #expect(ending.complaint.hasPrefix("unroll: 1 of 7 pictures not drawn; peak-length: \(reason)"), "\(ending)")
        #expect(!scratch.exists("results/peak-length.svg"))
        for plot in GnuplotTests.plots.dropFirst() {
            #expect(try scratch.read("results/\(plot).svg") == committed(plot))
        }
        #expect(try scratch.read("results/report.md").contains("**: not drawn, for \(reason)"))
    }

    @Test("One picture at which gnuplot ends costs no other, and what else it prints costs none")
    func one() throws {
        let scratch = try results()
        let once =
            "if grep -q \"name 'pareto'\" \"$2\"; then sed -i '/pareto/,$d' \"$2\"; real \"$@\"; echo no >&2; exit 1; fi"
        let ending = try report(scratch, standIn("\(once); real \"$@\"", scratch))
        expect(
            ending,
            Ending(
                69, output: GnuplotTests.wrote.replacing("7", with: "6"),
                complaint: "unroll: 1 of 7 pictures not drawn; pareto: gnuplot failed with exit code 1: no\n"))
        #expect(scratch.contents.filter { $0.hasSuffix(".svg") }.count == 6)
        #expect(!scratch.exists("results/pareto.svg"))
        try expect(
            report(scratch, standIn("echo Willkommen; echo Achtung >&2; real \"$@\"; sleep 9 &", scratch)),
            Ending(0, output: GnuplotTests.wrote))
    }

    @Test("A training's figures are printed though its picture is not drawn")
    func training() throws {
        let scratch = try results()
        let settings = try standIn("echo no >&2; exit 1", scratch)
        let words = [
            "train", "--task", "adding", "--strategy", "full", "--length", "4", "--hidden", "4", "--updates", "2",
        ]
        let ending = try scratch.run(
            "/usr/bin/env", settings + [Program.unroll.path] + words + ["--plot", "curve.svg", "--quiet"])
        #expect(ending.code == 69 && ending.output.contains("full"))
        #expect(
            ending.complaint
                == "unroll: 1 of 1 picture not drawn; learning-curves: gnuplot failed with exit code 1: no\n")
        #expect(!scratch.exists("curve.svg"))
    }
}
