import Reports
import Schedules
import Shapes
import Testing
import Trials

/// Pictures of which gradient is right where, and of what is learned.
@Suite struct MethodPlotTests {
    private static let strategies: [Strategy] = [
        .full, .segmented(length: nil), .binomial(slots: 8), .forward(block: nil),
    ]

    private func rows(strategies: [Strategy] = strategies, repetitions: Int = 3) throws -> [Row] {
        try sweep(
            "m", cells: [.elman, .gru], hidden: [4, 8, 16], batch: [1], lengths: [16, 256, 4096],
            strategies: strategies,
            repetitions: repetitions)
    }

    @Test func everyNetworkHasOneWinner() throws {
        let rows = try rows()
        let plots = Plot.all(rows)
        let smallest = try #require(plots.first { $0.name == "least-memory" })
        #expect(plots.contains { $0.name == "fastest-within" })
        #expect(smallest.subplots.map(\.title) == ["Elman, B 1", "GRU, B 1"])
        for (subplot, cell) in zip(smallest.subplots, [Cell.elman, .gru]) {
            let points = subplot.series.filter { $0.kind == .points }
            #expect(points.reduce(0) { $0 + $1.marks.count } == 9)
            for series in points {
                for mark in series.marks {
                    let network = rows.filter {
                        $0.trial.cell == cell && Double($0.trial.length) == mark.x && Double($0.trial.hidden) == mark.y
                            && $0[.forwardSteps]! <= 2 * mark.x
                    }
                    let least = network.min { $0[.peakBytes]! < $1[.peakBytes]! }!
                    #expect(least.trial.strategy.name == series.title, "\(cell) \(mark)")
                }
            }
        }
    }

    /// Lines are where predictions cross, to the step.
    @Test func bordersArePredicted() throws {
        let plot = try #require(Plot.all(rows()).first { $0.name == "least-memory" })
        let border = try #require(plot.subplots[0].series.first { $0.title == "against full" })
        #expect(border.kind == .path && border.marks.count >= 5)
        for mark in border.marks {
            func peak(_ strategy: Strategy, _ length: Int) throws -> Int {
                try Trial(
                    cell: .elman, input: 16, hidden: Int(mark.y), batch: 1, length: length, strategy: strategy
                ).demand.peakBytes
            }
            let length = Int(mark.x)
            #expect(try peak(.forward(block: nil), length) < peak(.full, length))
            #expect(try peak(.forward(block: nil), length - 1) >= peak(.full, length - 1))
        }
    }

    @Test func onlyWhereThereIsAChoice() throws {
        func names(_ rows: [Row]) -> [String] {
            Plot.all(rows).map(\.name).filter { ["least-memory", "fastest-within"].contains($0) }
        }
        #expect(try names(rows(strategies: [.full, .segmented(length: nil)])) == [])
        #expect(try names(rows().filter { $0.trial.hidden < 16 }) == [])
        #expect(try names(rows(repetitions: 1)) == ["least-memory"])
    }

    @Test func answer() throws {
        let text = Answer.sentence(try rows()).markdown
        #expect(text.hasPrefix("Of 18 networks and lengths the fewest bytes"), "\(text)")
    }

    /// Losses stand at the frames that were seen, and at the time they took.
    @Test func losses() throws {
        func rows(_ numbers: [Int]) throws -> [Row] {
            try numbers.flatMap { updates in
                try [(Strategy.full, 1.0), (.snap(order: 1), 2.0)].flatMap { strategy, factor in
                    try [1, 2].map { seed in
                        let trial = try Trial(
                            cell: .elman, input: 4, hidden: 8, batch: 2, length: 20, strategy: strategy,
                            task: .copy(delay: 5), seed: seed, updates: updates)
                        return simulated(trial, experiment: "l")
                            .with(.loss, .real(factor * Double(seed) / Double(updates)))
                            .with(.wallSeconds, .real(Double(updates) / factor))
                    }
                }
            }
        }
        let plot = try #require(Plot.all(rows([10, 30, 100])).first { $0.name == "loss-updates" })
        #expect(plot.subplots.count == 2)
        let (seen, timed) = (plot.subplots[0].series[1], plot.subplots[1].series[1])
        #expect(seen.marks.map(\.x) == [400, 1200, 4000] && timed.marks.map(\.x) == [5, 15, 50])
        #expect(zip(seen.marks, [10, 30, 100]).allSatisfy { abs($0.y * $1 - 3) < 1e-12 })
        #expect(seen.marks[0].low == 0.2 && seen.marks[0].high == 0.4)
        #expect(try Plot.all(rows([10, 30])).allSatisfy { $0.name != "loss-updates" })
    }

    /// Under one strategy a line is a cell, with its width and its bytes.
    @Test func lossesOfCells() throws {
        func rows(_ cells: [Cell]) throws -> [Row] {
            try cells.enumerated().flatMap { index, cell in
                try [10, 30, 100].map { updates in
                    let trial = try Trial(
                        cell: cell, input: 4, hidden: 8 + index, batch: 2, length: 20, strategy: .full,
                        task: .copy(delay: 5), updates: updates)
                    return simulated(trial, experiment: "l").with(.loss, .real(Double(1 + index) / Double(updates)))
                }
            }
        }
        let plot = try #require(Plot.all(rows([.lstm, .gru, .mingru])).first { $0.name == "loss-updates" })
        #expect(plot.key.map { $0.title.split(separator: ",")[0] } == ["LSTM H 8", "GRU H 9", "minGRU H 10"])
        #expect(plot.key.allSatisfy { $0.title.hasSuffix("iB") && $0.style.isFilled })
        #expect(Set(plot.key.map(\.style)).count == 3 && plot.caption.contains(" full, T 20, B 2."))
        #expect(plot.subplots[0].series[1].marks.map(\.x) == [400, 1200, 4000])
        #expect(try Plot.all(rows([.lstm])).allSatisfy { $0.name != "loss-updates" })
    }

    /// Bytes and times of several cells, a line each, of full unrolling and of what saves the most.
    @Test func cellsOverLength() throws {
        let cells = [Cell.elman, .lstm, .gru, .mingru]
        func plots(_ cells: [Cell], lengths: [Int] = [64, 256, 1024]) throws -> [Plot] {
            let rows = try sweep(
                "c", cells: cells, lengths: lengths,
                strategies: [.full, .truncated(window: 8, stride: 8), .segmented(length: nil), .segmented(length: 4)],
                repetitions: 3)
            return Plot.all(rows).filter { $0.name.hasSuffix("-by-cell") }
        }
        let drawn = try plots(cells)
        #expect(drawn.map(\.name) == ["peak-by-cell", "time-by-cell"])
        for plot in drawn {
            #expect(plot.subplots.map(\.title) == ["full", "segmented"])
            #expect(plot.key.map(\.title) == cells.map(\.description) && Set(plot.key.map(\.style)).count == 4)
            #expect(plot.subplots.allSatisfy { $0.series.allSatisfy { $0.marks.map(\.x) == [64, 256, 1024] } })
        }
        // One forward step takes 1 ms there, one backward 2.
        #expect(drawn[1].subplots[0].series.allSatisfy { $0.marks.allSatisfy { abs($0.y - 0.003) < 1e-9 } })
        #expect(try plots(Array(cells.dropLast())).isEmpty && plots(cells, lengths: [64, 256]).isEmpty)
    }
}
