import Glibc
import Reports
import Schedules
import Shapes
import Testing
import Trials

/// Thousands of points: a picture has no more marks than an eye can tell apart, and says so.
@Suite struct PlotDownsamplingTests {
    /// Full unrolling at every length, with times that scatter.
    private func rows(_ lengths: Int) throws -> [Row] {
        try (1...lengths).map { length in
            simulated(try Trial(cell: .lstm, input: 4, hidden: 4, batch: 1, length: length), experiment: "t")
                .with(.wallSeconds, .real(Double(length) * (1 + Double(length * 7919 % 101) / 200)))
        }
    }

    private let names = ["peak-length", "time-length"]

    @Test func manyPointsAreDownsampled() throws {
        let all = try (1...5).flatMap { repetition in
            try rows(3000).map { row in
                var row = row
                row.repetition = repetition
                return row
            }
        }
        let plots = Plot.all(all)
        #expect(plots.map(\.name) == names)
        for plot in plots {
            let axis = plot.subplots[0].x
            let marks = plot.subplots[0].series[0].marks
            #expect(axis.low < 1 && axis.high > 3000)
            // The first, the last and both extremes stay.
            let values = try (1...3000).map { length -> Double in
                let row = all[length - 1]
                return plot.name == "peak-length"
                    ? try #require(row[.peakBytes]) : try #require(row[.wallSeconds]) / Double(length)
            }
            #expect(marks.first?.x == 1 && marks.last?.x == 3000)
            #expect(marks.map(\.y).min() == values.min() && marks.map(\.y).max() == values.max())
            #expect(marks.allSatisfy { $0.y == values[Int($0.x) - 1] })
            // In every column half a mark wide, 3.15 units of the picture, the curve reaches as far down and up as with all points.
            func column(_ x: Double) -> Int {
                Int((log(x / axis.low) / log(axis.high / axis.low) * Double(Plot.width) / 3.15).rounded(.down))
            }
            let full = Dictionary(grouping: 1...3000, by: { column(Double($0)) }).mapValues {
                $0.map { values[$0 - 1] }
            }
            let drawn = Dictionary(grouping: marks, by: { column($0.x) }).mapValues { $0.map(\.y) }
            #expect(full.mapValues { [$0.min(), $0.max()] } == drawn.mapValues { [$0.min(), $0.max()] })
            #expect(drawn.values.allSatisfy { $0.count <= 4 })
            #expect(marks.count < 1300)
            #expect(
                plot.caption.hasSuffix(
                    "\(marks.count) of 3000 points drawn: where more than four of a curve stand within half a mark, the "
                        + "first, last, lowest and highest."))
            #expect((2...9).contains(axis.ticks.count))
            #expect(zip(axis.ticks, axis.ticks.dropFirst()).allSatisfy { $1.value / $0.value > 2 })
        }
    }

    @Test func fewPointsStay() throws {
        for plot in Plot.all(try rows(12)) {
            #expect(plot.subplots[0].series[0].marks.map(\.x) == (1...12).map(Double.init))
            #expect(!plot.caption.contains("drawn"))
        }
    }

    /// Of more strategies than can be told apart some are drawn, from the first to the last.
    @Test func manyStrategies() throws {
        let windows = (1...60).map { Strategy.truncated(window: $0, stride: $0) }
        let plots = Plot.all(try sweep("t", lengths: [64, 128, 256], strategies: [.full] + windows))
        let length = try #require(plots.first { $0.name == "peak-length" })
        #expect(length.subplots[0].series.count == 24 && length.key.count == 24)
        #expect(length.key.first?.title.hasPrefix("full") == true)
        #expect(length.key.last?.title.hasPrefix("truncated:window=60") == true)
        #expect(length.caption.contains(" 24 of 61 strategies drawn, evenly out of all."))
        let bars = try #require(plots.first { $0.name == "attribution" })
        #expect(bars.subplots[0].y.ticks.count == 40)
        #expect(bars.subplots[0].series.allSatisfy { $0.marks.count == 40 })
        #expect(bars.caption.contains(" 40 of 61 strategies drawn, evenly out of all."))
        #expect(Set(bars.subplots[0].labels.map(\.y)).count == 40)
    }

    /// A curve without marks is downsampled by parts of its width.
    @Test func learningCurves() throws {
        let trial = try Trial(cell: .lstm, updates: 1)
        let losses = (0..<20_000).map { (update: $0, loss: 1 + Double($0 * 7919 % 101) / 100) }
        let plot = try #require(Plot.learning([(strategy: .full, losses: losses)], trial: trial))
        let marks = plot.subplots[0].series[0].marks
        #expect(marks.count <= 4 * 1801 && marks.count > 1800)
        #expect(marks.first?.x == 1 && marks.last?.x == 20_000)
        #expect(marks.map(\.y).min() == 1 && marks.map(\.y).max() == 2)
        #expect(plot.caption.contains("\(marks.count) of 20000 points drawn"))
        #expect(plot.script(to: "x.svg").utf8.count < 500_000)
    }
}
