import Memory
import Planning
import Schedules
import Shapes
import Testing
import Trials

@Suite struct LimitsTests {
    /// One step or one sequence more does not fit, by simulation.
    @Test(arguments: [InputStorage.streamed, .resident]) func largestThatFits(inputs: InputStorage) throws {
        var trial = try Trial(cell: .gru, layers: 2, input: 4, hidden: 16, batch: 3, length: 40, inputs: inputs)
        let budget = Bytes(400 << 10)
        func peak(_ name: String) -> Int {
            let smallest = Strategy.smallest(name, length: trial.length, footprint: trial.footprint)
            return Forecast(smallest, length: trial.length, footprint: trial.footprint).peakBytes
        }
        for row in Limits(trial, budget: budget, disk: true).rows {
            let name = row.strategy.name
            let length = try #require(row.length)
            if ["full", "segmented"].contains(name) {
                trial.length = length
                #expect(peak(name) <= budget.count)
                trial.length = length + 1
                #expect(peak(name) > budget.count, "\(name): \(length) steps")
            }
            trial.length = 40
            trial.batch = try #require(row.batch)
            #expect(peak(name) <= budget.count)
            trial.batch += 1
            #expect(peak(name) > budget.count, "\(name): \(trial.batch - 1) sequences")
            trial.batch = 3
        }
    }

    /// With two directions bytes grow with any length, and those of segments not evenly: of all lengths to far beyond, the
    /// last that fits.
    @Test(arguments: [1, 2, 3], [90_000, 120_000]) func longestOfTwoDirections(layers: Int, bytes: Int) throws {
        var trial = try Trial(
            cell: .lstm, layers: layers, input: 4, hidden: 8, batch: 2, length: 40, bidirectional: true)
        let budget = trial.footprint.constant.total + bytes
        let rows = Limits(trial, budget: Bytes(budget), disk: true).rows
        #expect(rows.map(\.strategy.name) == Strategy.plannable(disk: true, tracks: 2))
        for row in rows {
            let name = row.strategy.name
            let found = try #require(row.length)
            let lengths = (1...2 * found).filter { length in
                trial.length = length
                return Strategy.leastBytes(name, length: length, footprint: trial.footprint) <= budget
            }
            #expect(lengths.last == found, "\(name)")
            trial.length = 40
        }
    }

    @Test func nothingFits() throws {
        let trial = try Trial(cell: .lstm)
        #expect(Limits(trial, budget: Bytes(0), disk: false).rows.allSatisfy { $0.length == nil && $0.batch == nil })
    }
}
