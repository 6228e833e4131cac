import Reports
import Schedules
import Shapes
import Testing
import Trials

@Suite struct PlotTests {
    private static let strategies: [Strategy] = [
        .full, .truncated(window: 16, stride: 16), .segmented(length: nil), .binomial(slots: 4),
    ]

    /// 10 pixels where a screen of 400 has 370 for a picture.
    @Test func textIsLegibleOnANarrowScreen() throws {
        let rows = try sweep(
            "t", cells: [.elman, .lstm, .gru], lengths: [64, 128, 256],
            strategies: [.full, .truncated(window: 16, stride: 8), .segmented(length: nil), .binomial(slots: 4)],
            repetitions: 5)
        let plots = Plot.all(rows)
        #expect(plots.count >= 5)
        for plot in plots {
            let sizes = plot.script(to: "x.svg").matches(of: /font 'sans-serif,(\d+)'/).compactMap {
                Double($0.output.1)
            }
            #expect(sizes.count > 5)
            for size in sizes { #expect(size * 370 / Double(Plot.width) >= 10, "\(plot.name)") }
            #expect(plot.columns <= 2)
        }
    }

    @Test func onlyPicturesThatHaveData() throws {
        func names(_ rows: [Row]) -> [String] { Plot.all(rows).map(\.name) }
        let lengths = try sweep("t", lengths: [64, 128, 256], strategies: PlotTests.strategies, repetitions: 5)
        #expect(
            names(lengths) == [
                "peak-length", "time-length", "pareto", "attribution", "attribution-shares", "timeline",
                "memory-length",
            ])
        let once = lengths.filter { $0.repetition == 1 }
        #expect(names(once) == ["peak-length", "attribution", "attribution-shares", "timeline", "memory-length"])
        #expect(names(once.filter { $0.trial.strategy == .full }) == ["peak-length"])
        #expect(names(once.filter { $0.trial.length == 64 && $0.trial.strategy == .full }) == [])
        #expect(names(try sweep("h", hidden: [16, 32, 64], lengths: [64])) == ["peak-hidden"])
        let windows = [4, 8, 16].map { Strategy.truncated(window: $0, stride: $0) }
        let errors = try sweep("k", lengths: [64], strategies: [.full] + windows).map { row in
            row.with(.gradientRelativeError, .real(row.trial.strategy == .full ? 0 : 0.1))
        }
        #expect(
            names(errors) == ["peak-window", "gradient-window", "attribution", "attribution-shares", "timeline"])
        #expect(names([]) == [])
        #expect(names(lengths.map { $0.failed(.failed, "") }) == [])
        // What the measurement did not bear out is not drawn as if it were.
        #expect(names(once.map { $0.with(.predictionGapBytes, .integer(8)) }) == ["peak-length", "memory-length"])
    }

    /// Label error rates against the window, with CTC-EM and without: means of seeds, least and largest.
    @Test func errorsOfStreams() throws {
        var rows: [Row] = []
        for (batch, window) in [(1, 64), (2, 32), (4, 16)] {
            for expectation in [true, false] {
                for seed in [1, 2] {
                    let trial = try Trial(
                        cell: .lstm, batch: batch, length: 128,
                        strategy: .truncated(window: window, stride: window / 2),
                        task: .stream(mean: 30, expectation: expectation), seed: seed, updates: 4)
                    let rate = (expectation ? 0.25 : 0.5) / Double(batch) + 0.0625 * Double(seed)
                    rows.append(simulated(trial, experiment: "s").with(.heldOutQuality, .real(rate)))
                }
            }
        }
        // Windows that differ in their streams are no sweep of the window alone.
        #expect(Plot.all(rows).map(\.name) == ["errors-window"])
        let plot = try #require(Plot.all(rows).first)
        let series = plot.subplots[0].series
        #expect(series.map(\.title) == ["CTC-TR and CTC-EM", "CTC-TR alone"])
        #expect(series[0].marks.map(\.x) == [16, 32, 64])
        #expect(series[0].marks[2] == Plot.Mark(x: 64, y: 0.34375, low: 0.3125, high: 0.375))
        #expect(series[1].marks[0].y == 0.21875)
        #expect(plot.caption.contains(": means of 2 seeds, least and largest. LSTM, T 128, H 128."))
        let one = Plot.all(rows.filter { $0.trial.seed == 1 })[0]
        #expect(one.subplots[0].series[0].marks[2] == Plot.Mark(x: 64, y: 0.3125))
        #expect(one.caption.contains("every window. LSTM"))
        #expect(!Plot.all(rows.filter { $0.trial.batch > 1 }).map(\.name).contains("errors-window"))
    }

    /// Whatever the figures, ticks are few, in order, and within the axis, and so is every mark.
    @Test(arguments: [1.0, 1e-6, 1e5]) func axesHoldTheirMarks(pace: Double) throws {
        let rows = try sweep(
            "t", cells: Cell.allCases, hidden: [8, 512], lengths: [1, 2, 300, 4096], strategies: PlotTests.strategies,
            repetitions: 5
        ).map { $0.slower(by: pace * (1 + 0.01 * Double($0.repetition))) }
        for plot in Plot.all(rows) {
            for subplot in plot.subplots {
                for axis in [subplot.x, subplot.y] {
                    #expect(axis.low < axis.high)
                    #expect(axis.ticks.map(\.value) == axis.ticks.map(\.value).sorted())
                    #expect(axis.ticks.allSatisfy { $0.value >= axis.low * 0.999 && $0.value <= axis.high * 1.001 })
                    #expect((3...8).contains(axis.ticks.count) || axis.label == "strategy")
                }
                for mark in subplot.series.flatMap(\.marks) {
                    #expect(mark.x >= subplot.x.low && mark.x <= subplot.x.high, "\(plot.name)")
                    #expect(mark.y >= subplot.y.low && mark.y <= subplot.y.high, "\(plot.name)")
                }
            }
            // What is compared has one scale, and every axis a name.
            #expect(Set(plot.subplots.map(\.x)).count == 1 && Set(plot.subplots.map(\.y)).count == 1)
            #expect(plot.subplots.allSatisfy { !$0.x.label.isEmpty && !$0.y.label.isEmpty })
            #expect(!plot.caption.isEmpty && plot.caption.hasSuffix("."))
        }
    }

    @Test func aStrategyHasOneColourEverywhere() throws {
        #expect(Set(Role.allCases.map(\.colour)).count == Role.allCases.count)
        let rows = try sweep("t", lengths: [64, 128, 256], strategies: PlotTests.strategies, repetitions: 5)
        for series in Plot.all(rows).flatMap({ $0.subplots.flatMap(\.series) }) where series.kind == .line {
            let name = String(series.title.split { ": ".contains($0) }[0])
            let strategy = try #require(PlotTests.strategies.first { $0.name == name })
            #expect(series.style.colour == SeriesStyle(strategy).colour)
            #expect(series.style.isFilled == (strategy.truncated == nil))
        }
    }

    /// Curves on each other: the later is dashed and says on whose curve it lies.
    @Test func coincidingCurvesAreDashed() throws {
        // A window of the whole sequence needs what full unrolling needs.
        let rows = try sweep(
            "t", lengths: [64, 128, 256],
            strategies: [.full, .segmented(length: nil), .truncated(window: 512, stride: 512)])
        let plot = try #require(Plot.all(rows).first { $0.name == "peak-length" })
        #expect(plot.key.map { $0.title.split { " ,:".contains($0) }[0] } == ["full", "segmented", "truncated"])
        #expect(plot.key[2].title.hasSuffix(", on full's curve"))
        #expect(plot.key[2].style.dash != nil && plot.key[0].style.dash == nil && plot.key[1].style.dash == nil)
        #expect(plot.subplots[0].series == plot.key)
    }

    /// Labels say what their numbers are, stay apart from each other and from the marks.
    @Test func labels() throws {
        let strategies: [Strategy] = [.full] + [2, 3, 5, 8, 13].map { .binomial(slots: $0) }
        let rows = try sweep("p", lengths: [300], strategies: strategies, repetitions: 5)
        let plot = try #require(Plot.all(rows).first { $0.name == "pareto" })
        #expect(plot.subplots[0].labels.map(\.text) == [2, 3, 5, 8, 13].map { "slots=\($0)" })
        let script = plot.script(to: "x.svg")
        #expect((3...5).contains([2, 3, 5, 8, 13].count { script.contains("'slots=\($0)'") }))
    }

    /// The sawtooth is the simulator's: as high as its peak, as long as its steps.
    @Test func timelinesAreTheSimulators() throws {
        let rows = try sweep("t", lengths: [100], strategies: PlotTests.strategies)
        let plot = try #require(Plot.all(rows).first { $0.name == "timeline" })
        #expect(plot.subplots.count == 4)
        for (subplot, row) in zip(plot.subplots, rows) {
            let simulator = Simulator(row.trial.schedule, footprint: row.trial.footprint)
            let total = subplot.series[0].marks
            #expect(total.map(\.y).max() == Double(simulator.peakBytes))
            #expect(total.last?.x == Double(simulator.counts.forward + simulator.counts.backward))
            #expect(total.last?.y == Double(row.trial.footprint.constant.total))
            #expect(subplot.title.contains(row.trial.strategy.description))
        }
    }

    @Test func paretoRatiosAreOfTheBaseline() throws {
        let rows = try sweep("p", lengths: [64], strategies: PlotTests.strategies, repetitions: 5)
        let plot = try #require(Plot.all(rows).first { $0.name == "pareto" })
        let series = plot.subplots[0].series
        let full = try #require(series.first { $0.title == "full" }?.marks.first)
        #expect(full.x == 1 && full.y == 1)
        // Times in proportion to steps are what is predicted.
        let predicted = try #require(series.first { $0.title == "predicted time" })
        let measured = series.filter { $0.kind == .line }.flatMap(\.marks)
        #expect(predicted.marks.count == 4)
        for mark in predicted.marks { #expect(measured.contains { abs($0.x - mark.x) < 1e-9 && $0.y == mark.y }) }
        let front = try #require(series.first { $0.kind == .path }).marks
        for mark in measured {
            let isBeaten = measured.contains { $0 != mark && $0.x <= mark.x && $0.y <= mark.y }
            #expect(front.contains { $0.x == mark.x && $0.y == mark.y } != isBeaten)
        }
    }

    @Test func picturesHaveNamesOfTheirOwn() throws {
        let rows = try sweep("t", lengths: [64, 128, 256])
        let plot = Plot.all(rows)[0]
        let drawing = """
            <?xml version="1.0"?>
            <svg viewBox="0 0 900 400">
            <title>peak_length</title>
            <desc>Produced by GNUPLOT</desc>
            <g id="gnuplot_canvas">
            <defs>
            <circle id='gpDot' r='0.5'/>
            <circle id='gpPt6' cx='10.26'/>
            </defs>
            <pattern id='gpPat1'/>
            <use xlink:href='#gpPt6' x='131.00'/>
            <use xlink:href='#gpPt5' transform='translate(1,2)' color='rgb( 68,  68,  68)'/>
            <g color="black" stroke="rgb( 68,  68,  68)"></g><text>0.001 %</text>
            <g id="peak_length_plot_1" ></g></g></svg>

            """
        let picture = RenderedPlot(plot, drawing: drawing)
        #expect(picture.svg.contains("<title>\(plot.title)</title>"))
        #expect(!picture.svg.contains("GNUPLOT"))
        #expect(picture.svg.contains("cx='10.2'") && picture.svg.contains("<text>0.001 %</text>"))
        let inline = picture.inline(prefix: "a")
        #expect(inline.hasPrefix("<svg role=\"img\""))
        #expect(!inline.contains("id='gpPt6'") && inline.contains("#gpPt6") && inline.contains("id='a-gpPat1'"))
        #expect(RenderedPlot.symbols.contains("id='gpPt6'"))
        #expect(!inline.contains("id=\""))
        // Drawn in the colours of paper, with a rule for dark screens; nothing shows through a hollow mark.
        #expect(picture.svg.contains("stroke=\"#444444\"") && picture.svg.contains("color=\"#000000\""))
        #expect(
            picture.svg.contains("</desc>\n<style>@media (prefers-color-scheme:dark){[fill=\"#000000\"]{fill:#e6e6e6}"))
        #expect(picture.svg.contains("[stroke=\"#444444\"]{stroke:#b0b0b0}"))
        #expect(picture.svg.contains("<use xlink:href='#gpPt5' fill='#ffffff' transform="))
    }
}
