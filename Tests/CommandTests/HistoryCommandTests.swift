import Experiments
import Foundation
import Testing
import Trials

/// `unroll history` on results with made-up figures: whole texts.
struct HistoryCommandTests {
    /// Two strategies, five rounds; every time is a little longer in each round.
    ///
    /// - Parameters:
    ///   - peak: of binomial checkpointing.
    ///   - pace: what its time is multiplied by.
    private func rows(peak: Int = 25_600, pace: Double = 1) throws -> [Row] {
        var rows: [Row] = []
        for (strategy, bytes, seconds) in [("full", 102_400, 1.0), ("binomial:slots=4", peak, 1.5 * pace)] {
            let trial = try Trial(words: ["cell=lstm", "length=64", "strategy=\(strategy)"])
            for repetition in 1...5 {
                var row = Row(experiment: "made-up", trial: trial, repetition: repetition, status: .ok)
                row.measurement[.peakBytes] = .integer(bytes)
                row.measurement[.wallSeconds] = .real(seconds * (1 + Double(repetition) / 8))
                rows.append(row)
            }
        }
        return rows
    }

    private func fixture() throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write(Results.text(rows()), to: "one/made-up/measurements.csv")
        try scratch.write(Results.text(rows()), to: "same/made-up/measurements.csv")
        try scratch.write(Results.text(rows(peak: 25_664, pace: 2)), to: "worse/made-up/measurements.csv")
        return scratch
    }

    private static let note =
        "unroll: times of 1 trial are not judged: a single repetition has no interval, and seconds of two machines do not "
        + "compare\n"

    @Test("The same: 0, and a sentence")
    func same() throws {
        let expected = """
            strategy          finding  peak before      peak  change   time    low   high  by      differences
            full              same         100 KiB   100 KiB     0 B      –      –      –  –       –
            binomial:slots=4  same        25.0 KiB  25.0 KiB     0 B  ×1.00  ×1.00  ×1.00  paired  –

            one to same: 2 trials, 2 the same.

            """
        let scratch = try fixture()
        try expect(
            scratch.unroll("history", "one", "same"),
            Ending(0, output: expected, complaint: HistoryCommandTests.note))
        try expect(
            scratch.unroll("history", "one", "same", "--changed"),
            Ending(0, output: "one to same: 2 trials, 2 the same.\n", complaint: HistoryCommandTests.note))
    }

    @Test("Bytes that grew and a time that is longer are named, and the code is 1; every step, and all of them")
    func worse() throws {
        let scratch = try fixture()
        let change = "peak_bytes 25600, 25664 (repetition 1, 2, 3, 4, 5)"
        try expect(
            scratch.unroll("history", "one", "same", "worse", "--changed", "--format", "csv"),
            Ending(
                1,
                output: """
                    from,to,strategy,finding,before_peak_bytes,peak_bytes,peak_change_bytes,time_change,time_change_low,time_change_high,time_basis,differences
                    same,worse,binomial:slots=4,"grew, slower",25600,25664,64,2.0,2.0,2.0,paired,"\(change)"
                    one,worse,binomial:slots=4,"grew, slower",25600,25664,64,2.0,2.0,2.0,paired,"\(change)"

                    """))
        try expect(
            scratch.unroll("history", "worse", "one", "--columns", "strategy,finding"),
            Ending(
                0,
                output: """
                    strategy          finding
                    full              same
                    binomial:slots=4  shrank, faster

                    worse to one: 2 trials, 1 the same, 1 shrank, 1 faster.

                    """, complaint: HistoryCommandTests.note))
        // Bytes alone.
        let tolerant = try scratch.unroll("history", "one", "worse", "--tolerance", "1.5", "--format", "json")
        let lines = try objects(tolerant.output)
        #expect(tolerant.code == 1 && lines.map { $0["finding"] as? String } == ["same", "grew"])
    }

    @Test("What is no history")
    func usage() throws {
        let scratch = try fixture()
        for (words, error) in [
            (["one"], "a history needs two sets of results or more: their directories, or git revisions as A..B"),
            (["../one"], "a history needs two sets of results or more: their directories, or git revisions as A..B"),
            (["one", "same", "--tolerance=-1"], "'tolerance' is '-1.0'; allowed: a number from 0"),
        ] {
            let ending = try scratch.run(Program.unroll.path, ["history"] + words)
            #expect(
                ending.code == 64 && ending.complaint.hasPrefix("Error: \(error)\nUsage: unroll history "), "\(ending)")
        }
        try expect(
            scratch.unroll("history", "one", "same", "--baseline", "internal:slots"),
            Ending(
                64,
                complaint:
                    "unroll: unknown baseline 'internal:slots'; allowed: a strategy such as binomial:slots=8, or its "
                    + "name when it is the only one (full, truncated, segmented, bisection, binomial, internal, mixed, "
                    + "online, multistage, inference, randomized, forward, snap, rflo, eprop, uoro, kf, adaptive, reversible)\n"
            ))
        let text = try scratch.read("one/made-up/measurements.csv")
        try scratch.write(String(text.dropLast(3)), to: "torn/measurements.csv")
        let torn = try scratch.unroll("history", "one", "torn")
        #expect(torn.code == 65 && torn.complaint.hasPrefix("unroll: torn/measurements.csv:11: the line is cut short"))
        let none = try scratch.unroll("history", "one", "none")
        expect(none, Ending(74, complaint: "unroll: none: cannot read it: No such file or directory\n"))
        try expect(
            scratch.run(
                "/usr/bin/env", ["PATH=/nowhere", Program.unroll.path, "history", "one", "same", "--plot", "h.svg"]),
            Ending(
                69, complaint: "unroll: no gnuplot here; install it with: apt-get install -y gnuplot-nox\n"))
    }

    @Test(
        "The plot is drawn whole",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot"), "there is no /usr/bin/gnuplot"))
    func plot() throws {
        let scratch = try fixture()
        let ending = try scratch.unroll("history", "one", "same", "worse", "--plot", "h.svg", "--format", "csv")
        #expect(ending.code == 1 && ending.complaint.isEmpty, "\(ending)")
        let svg = try scratch.read("h.svg")
        for text in ["Peak bytes", "Time", "one", "same", "worse", "binomial"] {
            #expect(svg.contains(">\(text)<"), "\(text)")
        }
    }
}
