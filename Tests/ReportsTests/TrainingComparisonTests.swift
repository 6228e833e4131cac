import Reports
import Schedules
import Shapes
import Testing
import Trials

@Suite struct TrainingComparisonTests {
    private func line(
        _ strategy: Strategy, updates: Int = 64, timed: Int = 64, peak: Int, wall: Double, loss: Double,
        quality: Double? = nil, exact: Bool = true
    ) throws -> TrainingComparison.Line {
        var measurement = Measurement()
        measurement[.peakBytes] = .integer(peak)
        measurement[.wallSeconds] = .real(wall)
        measurement[.loss] = .real(loss)
        measurement[.quality] = quality.map(Value.real)
        measurement[.gradientExact] = .flag(exact)
        measurement[.predictionGapBytes] = .integer(0)
        let trial = try Trial(cell: .lstm, length: 50, strategy: strategy, updates: 100)
        return TrainingComparison.Line(
            Row(experiment: "train", trial: trial, repetition: 1, status: .ok, measurement: measurement),
            updates: updates, timed: timed)
    }

    /// Ratios are to full unrolling wherever it stands; times by the update, of those timed.
    @Test func table() throws {
        let lines = [
            try line(.segmented(length: nil), peak: 1 << 20, wall: 32, loss: 0.25, quality: 0.875),
            try line(.full, peak: 4 << 20, wall: 16, loss: 0.25, quality: 0.875),
            try line(
                .truncated(window: 5, stride: 5), updates: 60, timed: 32, peak: 3 << 20, wall: 4, loss: 1.5,
                exact: false),
        ]
        #expect(
            TrainingComparison(lines).table.text(as: .csv) == """
                strategy,status,updates,loss,quality,peak_bytes,peak_ratio,wall_seconds,time_ratio,steps_per_second,\
                gradient_exact,prediction_gap_bytes
                segmented,ok,64,0.25,0.875,1048576,0.25,32.0,2.0,100.0,true,0
                full,ok,64,0.25,0.875,4194304,1.0,16.0,1.0,200.0,true,0
                truncated:window=5,ok,60,1.5,,3145728,0.75,4.0,0.5,400.0,false,0

                """)
        #expect(
            TrainingComparison(lines).table.text(as: .table).split(separator: "\n").first
                == "strategy              status  updates   loss  quality      peak  peak ratio    wall  time ratio  steps/s  exact  gap"
        )
    }

    /// Without full unrolling the first that ended well is what others are held against; one that failed says so.
    @Test func failures() throws {
        let failed = TrainingComparison.Line(
            Row(
                experiment: "train", trial: try Trial(cell: .lstm, updates: 100), repetition: 1, status: .failed,
                message: "diverged"), updates: 7, timed: 7)
        let lines = [failed, try line(.segmented(length: nil), timed: 0, peak: 1024, wall: 0, loss: 0.5)]
        #expect(
            TrainingComparison(lines).table.text(as: .csv).split(separator: "\n").dropFirst() == [
                "full,failed,7,,,,,,,,,", "segmented,ok,64,0.5,,1024,1.0,0.0,,,true,0",
            ])
    }

    @Test func plot() throws {
        let trial = try Trial(cell: .gru, length: 50, updates: 100)
        let curves: [(strategy: Strategy, losses: [(update: Int, loss: Double)])] = [
            (.full, (0..<100).map { ($0, 1 / Double($0 + 1)) }),
            (.segmented(length: nil), [(0, 1), (50, 0), (99, 0.01)]),
            (.bisection, []),
        ]
        let plot = try #require(Plot.learning(curves, trial: trial))
        let subplot = plot.subplots[0]
        // A loss of 0 has no place on a logarithmic scale, and a training without updates no line.
        #expect(subplot.series.map(\.marks.count) == [100, 2] && plot.key.map(\.title) == ["full", "segmented"])
        for mark in subplot.series.flatMap(\.marks) {
            #expect(mark.x > subplot.x.low && mark.x <= subplot.x.high)
            #expect(mark.y > subplot.y.low && mark.y < subplot.y.high)
        }
        #expect(subplot.series[0].style == SeriesStyle(.full) && plot.caption.hasSuffix("."))
        #expect(Plot.learning([(.full, [])], trial: trial) == nil)
    }
}
