import Quantities
import Reports
import Schedules
import Shapes
import Testing
import Trials

@Suite struct PageTests {
    private func report(_ rows: [Row], question: String = "Is a < b & c?") -> ExperimentReport {
        ExperimentReport(
            "t", question: question, rows: rows, judgements: [], drawings: [], accuracy: nil,
            environment: [("processor", "made up")], again: ["unroll run experiments/t.yaml --fresh"])
    }

    @Test func theAnswerHasTheFigure() throws {
        let rows = try sweep(
            "t", lengths: [64, 256],
            strategies: [.full, .truncated(window: 16, stride: 16), .segmented(length: nil), .binomial(slots: 4)],
            repetitions: 5)
        let inexact = rows.map { row in
            row.trial.strategy.name == "truncated" ? row.with(.gradientRelativeError, .real(0.01)) : row
        }
        let comparison = try Comparison(inexact.filter { $0.trial.length == 256 })
        let answer = report(inexact).answer.markdown
        for line in comparison.lines where ["segmented", "binomial"].contains(line.trial.strategy.name) {
            #expect(answer.contains("`\(line.trial.strategyAsChosen)`"))
            let time = try #require(line.timeRatios.median)
            let hundredths = Int((time * 100).rounded())
            #expect(
                answer.contains(
                    "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) times the time"))
        }
        // What gives another gradient has its error told.
        #expect(answer.contains("`truncated:window=16` gives one that is off by 1.00 %, in "))
        #expect(report([rows[0].failed(.failed, "")]).answer.markdown == "None of 1 row ended well: failed.")
    }

    @Test func windowsAndWidthsHaveSentencesOfTheirOwn() throws {
        let windows = [4, 8, 16].map { Strategy.truncated(window: $0, stride: $0) }
        let rows = try sweep("k", lengths: [64], strategies: [.full] + windows).map { row in
            row.with(.gradientRelativeError, .real(Int(row.trial[.window]).map { 0.4 / Double($0) } ?? 0))
        }
        #expect(report(rows).answer.markdown.hasPrefix("From window 4 to 16 the peak grows from "))
        #expect(report(rows).answer.markdown.contains("error falls from 10.0 % to 2.50 %"))
        let widths = try sweep("h", hidden: [16, 64, 512], lengths: [8], strategies: [.full, .segmented(length: nil)])
        #expect(report(widths).answer.markdown.hasPrefix("The weights outweigh the records from H 512 on: "))
    }

    @Test func streamsHaveASentenceOfTheirOwn() throws {
        let rows = try [(1, 64), (8, 8)].flatMap { batch, window in
            try [true, false].map { expectation in
                let trial = try Trial(
                    cell: .lstm, batch: batch, length: 128, strategy: .truncated(window: window, stride: window / 2),
                    task: .stream(mean: 30, expectation: expectation), updates: 4)
                return simulated(trial, experiment: "s").with(.heldOutQuality, .real(expectation ? 0.25 : 0.5))
                    .with(.sequenceFrames, .integer(1000 * batch)).with(.wallSeconds, .real(2))
                    .with(.peakBytes, .integer(1 << 20))
            }
        }
        #expect(
            report(rows).answer.markdown
                == "From 1 stream in windows of 64 steps to 8 streams in windows of 8 the peak goes from 1.00 MiB to 1.00 MiB, and "
                + "frames a second from 500 to 4,000; the label error rate of held-out sequences goes from 25.0 % to 25.0 % with "
                + "CTC-EM and from 50.0 % to 50.0 % by CTC-TR alone (LSTM H 128).")
        #expect(!report(rows.map { $0.with(.heldOutQuality, nil) }).answer.markdown.contains("label error rate"))
    }

    @Test func aReportSaysHowFarPredictionsWereOff() throws {
        let accuracy = Table(
            columns: [Table.Column("strategy", .text), Table.Column("median_error", .percent)],
            entries: [
                [.text("full"), .real(0.04)]
            ])
        let rows = try sweep("t", lengths: [64], strategies: [.full])
        func page(_ accuracy: Table?) -> String {
            ExperimentReport(
                "t", question: "", rows: rows, judgements: [], drawings: [], accuracy: accuracy, environment: [],
                again: []
            ).markdown
        }
        #expect(page(accuracy).contains("| full     |          4 % |"))
        #expect(!page(nil).contains("Predicted against measured time"))
    }

    @Test func markdownAndHTMLOfOneDefinition() throws {
        let rows = try sweep("t", lengths: [64], strategies: [.full, .binomial(slots: 4)], repetitions: 5)
        let report = report(rows)
        #expect(
            report.markdown.hasPrefix(
                "# t\n\nIs a < b & c?\n\n**`binomial:slots=4` gives full unrolling's gradient in "))
        #expect(!report.markdown.contains("!["))
        let page = Page([report], judgements: [])
        #expect(page.html.contains("<p>Is a &lt; b &amp; c?</p>"))
        #expect(page.html.contains("<strong><code>binomial:slots=4</code> gives"))
        #expect(page.html.contains("<td>1.00<"))
        let peak = try #require(rows[0][.peakBytes])
        #expect(page.html.contains("<td data-v=\"\(Int(peak))\">\(Bytes(Int(peak)))<"))
        // Nothing is fetched. What draws names its home, and SVG is named by an address.
        let own = page.html.replacing(" * https://www.chartjs.org\n", with: "")
            .replacing("https://github.com/kurkle/color#readme", with: "")
            .replacing("http://www.w3.org/2000/svg", with: "")
        for word in ["http:", "https:", "src=", "@import", "url("] { #expect(!own.contains(word), "\(word)") }
        for word in ["Chart.js v3.9.1", "Released under the MIT License"] { #expect(page.html.contains(word)) }
        #expect(page.markdown.contains("## [t](t/report.md)"))
    }
}
