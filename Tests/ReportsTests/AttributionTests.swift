import Reports
import Schedules
import Shapes
import Testing
import Trials

@Suite struct AttributionTests {
    @Test(arguments: Cell.allCases)
    func rolesAddUpToThePeak(cell: Cell) throws {
        let rows = try sweep(
            "a", cells: [cell], lengths: [7, 64],
            strategies: [.full, .truncated(window: 16, stride: 4), .segmented(length: nil), .binomial(slots: 3)])
        for row in rows {
            let attribution = try #require(Attribution(row))
            let footprint = row.trial.footprint
            #expect(attribution.usage.total == row[.peakBytes].map { Int($0) })
            #expect(attribution.fixed + attribution.growing == attribution.usage.total)
            #expect(attribution.fixed == footprint.constant.total)
            #expect(row.statesAndRecords == Double(attribution.growing))
        }
        // Full unrolling by hand: T records and the state that enters the first.
        let full = try #require(Attribution(rows[4]))
        let footprint = rows[4].trial.footprint
        #expect(full.usage[.records] == 64 * footprint.record + footprint.state)
        #expect(full.usage[.states] == 0)
    }

    @Test func whatIsNotPredictedIsNotAttributed() throws {
        let row = try sweep("a", lengths: [64])[0]
        #expect(Attribution(row.with(.predictionGapBytes, .integer(8))) == nil)
        #expect(Attribution(row.with(.predictionGapBytes, nil)) == nil)
        #expect(Attribution(row.adding(8, to: .peakBytes)) == nil)
        #expect(Attribution(row.failed(.failed, "")) == nil)
    }

    @Test func aLineATrial() throws {
        let rows = try sweep("a", lengths: [64], strategies: [.full, .segmented(length: nil)], repetitions: 3)
        let table = Table(Attribution.all(rows))
        #expect(table.rows.count == 2)
        #expect(
            table.columns.map(\.name) == [
                "strategy", "peak_bytes", "weights_bytes", "gradients_bytes", "workspace_bytes", "states_bytes",
                "records_bytes", "fixed_share",
            ])
        #expect(Table([Attribution]()).rows.isEmpty)
    }
}

extension Row {
    fileprivate var statesAndRecords: Double {
        self[.peakBytes]! - self[.weightsBytes]! - self[.gradientsBytes]! - self[.inputsBytes]! - self[.workspaceBytes]!
    }
}
