import Reports
import Schedules
import Testing
import Trials

/// What is said of trials from one version to the next.
@Suite struct HistoryTests {
    private func rows(machine: String = "m") throws -> [Row] {
        try sweep("d", lengths: [64], strategies: [.full, .binomial(slots: 4)], repetitions: 5).map { row in
            var row = row.slower(by: 1 + Double(row.repetition) / 1000)
            row.origin.machine = machine
            return row
        }
    }

    private func findings(
        _ versions: [Row]..., tolerance: Double = 0.05
    ) throws -> [[History.Finding]] {
        try History(named(versions), tolerance: tolerance).lines.map(\.findings)
    }

    private func named(_ versions: [[Row]]) -> [History.Version] {
        versions.enumerated().map { History.Version(name: "v\($0.offset)", rows: $0.element) }
    }

    private func changing(_ rows: [Row], _ strategy: Strategy, _ change: (Row) -> Row) -> [Row] {
        rows.map { $0.trial.strategy == strategy ? change($0) : $0 }
    }

    @Test func nothingIsSaidOfTheSame() throws {
        let first = try rows()
        #expect(try findings(first, first) == [[], []])
        #expect(try History(named([first, first]), tolerance: 0.05).isGood)
    }

    @Test func aByteMoreGrowsAndAByteLessShrinks() throws {
        let first = try rows()
        let second = changing(first, .binomial(slots: 4)) { $0.adding(1, to: .peakBytes) }
        #expect(try findings(first, second) == [[], [.grew]])
        #expect(try findings(second, first) == [[], [.shrank]])
        let history = try History(named([first, second]), tolerance: 0.05)
        #expect(!history.isGood)
        let peak = Int(first[5][.peakBytes]!)
        #expect(history.lines[1].differences == ["peak_bytes \(peak), \(peak + 1) (repetition 1, 2, 3, 4, 5)"])
        #expect(history.summary == ["v0 to v1: 2 trials, 1 the same, 1 grew."])
        let states = changing(first, .full) { $0.adding(1, to: .workspaceBytes) }
        #expect(try findings(first, states) == [[.changed], []])
    }

    @Test func timesAreThoseOfTheSameRound() throws {
        let first = try rows()
        // A machine that is slow in some rounds slows both: nothing to say of either but the baseline's own seconds.
        let slow = first.map { $0.slower(by: $0.repetition.isMultiple(of: 2) ? 3 : 1) }
        #expect(try findings(first, slow) == [[], []])
        let second = changing(first, .binomial(slots: 4)) { $0.slower(by: 1.2) }
        #expect(try findings(first, second) == [[], [.slower]])
        #expect(try findings(first, second, tolerance: 0.3) == [[], []])
        #expect(try findings(second, first) == [[], [.faster]])
    }

    @Test func theBaselineIsJudgedBySecondsOfOneMachine() throws {
        let first = try rows()
        let second = try rows().map { $0.slower(by: 1.5) }
        // The ratio is what it was, and the baseline tells.
        #expect(try findings(first, second) == [[.slower], []])
        let elsewhere = second.map { row in
            var row = row
            row.origin.machine = "other"
            return row
        }
        let history = try History(named([first, elsewhere]), tolerance: 0.05)
        #expect(history.lines.map(\.findings) == [[], []])
        #expect(history.lines.map(\.time?.basis) == [nil, .paired])
        #expect(history.withoutTime == 1)
        // Rows of which nothing is known are of no one machine.
        let unknown = try History(named([rows(machine: ""), rows(machine: "")]), tolerance: 0.05)
        #expect(unknown.lines.map(\.time?.basis) == [nil, .paired])
    }

    @Test func oneRepetitionIsNotJudged() throws {
        let first = try rows().filter { $0.repetition == 1 }
        let second = changing(first, .binomial(slots: 4)) { $0.slower(by: 9) }
        let history = try History(named([first, second]), tolerance: 0)
        #expect(history.isGood && history.withoutTime == 2)
        #expect(abs((history.lines[1].time?.ratio ?? 0) - 9) < 1e-9)
    }

    @Test func trialsComeAndGoAndFail() throws {
        let first = try rows()
        #expect(try findings(first, Array(first.prefix(5))) == [[], [.gone]])
        #expect(try findings(Array(first.prefix(5)), first) == [[], [.new]])
        let failed = changing(first, .full) { $0.repetition == 2 ? $0.failed(.timedOut, "late") : $0 }
        #expect(try findings(first, failed)[0].contains(.failed))
        #expect(try !History(named([first, failed]), tolerance: 0.05).isGood)
        // What failed before is no news.
        #expect(try !findings(failed, failed)[0].contains(.failed))
    }

    @Test func smallStepsAddUp() throws {
        let first = try rows()
        let slower = [1.04, 1.08].map { pace in changing(first, .binomial(slots: 4)) { $0.slower(by: pace) } }
        let history = try History(named([first] + slower), tolerance: 0.05)
        #expect(history.lines.map { "\($0.from) \($0.to)" } == ["v0 v1", "v0 v1", "v1 v2", "v1 v2", "v0 v2", "v0 v2"])
        #expect(history.lines.map(\.findings) == [[], [], [], [], [], [.slower]])
        #expect(history.table(changedOnly: true).rows.count == 1)
        #expect(history.table().columns.map(\.name).prefix(2) == ["from", "to"])
    }

    @Test func thePlotHasAMarkForEachVersion() throws {
        let first = try rows()
        let second = changing(first, .binomial(slots: 4)) { $0.adding(64, to: .peakBytes).slower(by: 1.5) }
        let plot = try History(named([first, second, second]), tolerance: 0.05).plot()
        #expect(plot.subplots.map { $0.series.map(\.marks.count) } == [[3, 3], [3, 3]])
        let time = plot.subplots[1].series[1].marks
        #expect(time[0] == Plot.Mark(x: 1, y: 1))
        #expect(abs(time[2].y - 1.5) < 1e-9 && time[2].low! <= time[2].y && time[2].y <= time[2].high!)
        #expect(plot.subplots.allSatisfy { $0.y.ticks.count >= 3 && $0.x.ticks.count == 3 })
        // Bytes and times have scales of their own, each with its numbers.
        let scales = plot.script(to: "history.svg").split(separator: "\n").filter { $0.hasPrefix("set ytics (") }
        #expect(scales.count == 2 && scales.allSatisfy { $0.contains("×") })
    }
}
