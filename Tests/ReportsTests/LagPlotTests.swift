import Foundation
import Reports
import Schedules
import Testing

/// The picture of `unroll advise`.
@Suite struct LagPlotTests {
    private func plot(lags: Int, windows: [Int]) throws -> Plot {
        let norms = (0...lags).map { pow(0.7, Double($0)) }
        let marks = windows.map { window in
            let error = pow(0.6, Double(window))
            return Plot.Mark(x: Double(window), y: error, low: error / 9, high: error * 7)
        }
        return try #require(
            Plot.lags(
                LagProfile(norms: norms, cumulativeNorms: norms),
                curves: [("every loss", false, marks), ("the bound", true, marks)], limit: 0.05, network: "lstm"))
    }

    /// Both panels have their own scales, and say which: a name and three numbers, each once, at every axis.
    @Test(arguments: [(1, [1, 2]), (2, [2, 3]), (4, [4, 8]), (40, [2, 4, 8, 16]), (300, Array(1...100))])
    func axesAreNamedAndNumbered(lags: Int, windows: [Int]) throws {
        let plot = try plot(lags: lags, windows: windows)
        #expect(plot.subplots.count == 2)
        let script = plot.script(to: "x.svg")
        for axis in plot.subplots.flatMap({ [$0.x, $0.y] }) {
            #expect((3...9).contains(axis.ticks.count) && !axis.label.isEmpty, "\(axis)")
            #expect(Set(axis.ticks.map(\.text)).count == axis.ticks.count, "\(axis)")
            #expect(axis.ticks.allSatisfy { $0.value >= axis.low * 0.999 && $0.value <= axis.high * 1.001 }, "\(axis)")
            let text = axis.label.replacing("'", with: "''")
            #expect(script.split(separator: "\n").count { $0.contains(" '\(text)' at screen") } == 1, "\(text)")
        }
        // Intervals are within the picture.
        for mark in plot.subplots[1].series.flatMap(\.marks) {
            let y = plot.subplots[1].y
            #expect((mark.low ?? mark.y) >= y.low && (mark.high ?? mark.y) <= y.high, "\(mark)")
        }
        // Numbers at every tick.
        for name in ["x", "y"] {
            let lines = script.split(separator: "\n").filter { $0.hasPrefix("set \(name)tics (") }
            #expect(lines.count == 2 && !lines.contains { $0.contains("'' ") }, "\(lines)")
        }
    }
}
