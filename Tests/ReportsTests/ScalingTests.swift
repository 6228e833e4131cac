import Reports
import Schedules
import Shapes
import Testing
import Trials

@Suite struct ScalingTests {
    @Test func exponentsInTheLength() throws {
        let rows = try sweep(
            "t", lengths: [64, 256, 1024, 4096],
            strategies: [.full, .truncated(window: 64, stride: 64), .segmented(length: nil), .binomial(slots: 4)],
            repetitions: 2)
        let laws = ScalingLaw.all(rows).filter { $0.variable == .length }
        #expect(laws.count == 8)
        func law(_ name: String, _ quantity: ScalingLaw.Quantity) throws -> ScalingLaw {
            try #require(laws.first { $0.trial.strategy.name == name && $0.quantity == quantity })
        }
        // One record a step, and the state that enters the first.
        #expect(abs(try law("full", .bytes).law.exponent - 1) < 0.01)
        #expect(try law("truncated", .bytes).law.exponent == 0)
        #expect(abs(try law("segmented", .bytes).law.exponent - 0.5) < 0.05)
        #expect(try law("binomial", .bytes).law.exponent == 0)
        #expect(try law("full", .bytes).theory == 1)
        #expect(try law("truncated", .bytes).theory == 0)
        #expect(try law("segmented", .bytes).theory == 0.5)
        #expect(try law("binomial", .time).theory == 1.25)
        let time = try law("binomial", .time).law.exponent
        #expect(time > 1.05 && time < 1.25)
        #expect(abs(try law("full", .time).law.exponent - 1) < 1e-9)
        // Two repetitions are one point.
        #expect(laws.allSatisfy { $0.points.map(\.x) == [64, 256, 1024, 4096] })
    }

    @Test func exponentsInTheOtherDimensions() throws {
        let rows = try sweep("hb", hidden: [64, 128, 256, 512], batch: [4, 8, 16], lengths: [64])
        let laws = ScalingLaw.all(rows)
        for (variable, count) in [(ScalingLaw.Variable.hidden, 3), (.batch, 4)] {
            let bytes = laws.filter { $0.variable == variable && $0.quantity == .bytes }
            #expect(bytes.count == count)
            #expect(bytes.allSatisfy { abs($0.law.exponent - 1) < 1e-6 && $0.theory == 1 })
        }
        #expect(laws.allSatisfy { ![.length, .window].contains($0.variable) })
    }

    @Test func windowsAreOneLawAndOnlyWholeOnes() throws {
        let windows = [8, 32, 128, 512].map { Strategy.truncated(window: $0, stride: $0) }
        let rows = try sweep("k", lengths: [256], strategies: [.full, .truncated(window: 64, stride: 8)] + windows)
        let laws = ScalingLaw.all(rows)
        #expect(laws.count == 2)
        // A window of 512 is full unrolling of 256 steps.
        #expect(laws[0].points.map(\.x) == [8, 32, 128])
        #expect(laws[0].strategy == "truncated")
        #expect((0.95...1).contains(laws[0].law.exponent))
        #expect(laws[1].theory == 0)
    }

    @Test func failedTrialsAndShortSweepsAreNoEvidence() throws {
        let rows = try sweep("few", lengths: [64, 128, 256])
        #expect(ScalingLaw.all(Array(rows.dropLast())).isEmpty)
        #expect(ScalingLaw.all(rows.map { $0.trial.length == 64 ? $0.failed(.failed, "") : $0 }).isEmpty)
        #expect(ScalingLaw.all([]).isEmpty)
        #expect(Table([ScalingLaw]()).rows.isEmpty)
    }

    @Test func tableNamesWhatIsHeld() throws {
        let laws = ScalingLaw.all(try sweep("t", hidden: [64, 128], lengths: [64, 128, 256]))
        #expect(
            Table(laws.filter { $0.quantity == .bytes && $0.variable == .length }).text(as: .csv)
                .split(separator: "\n").map { $0.split(separator: ",").prefix(6).joined(separator: ",") } == [
                    "strategy,quantity,in,from,to,held", "full,states+records,T,64,256,H 64 B 16",
                    "full,states+records,T,64,256,H 128 B 16",
                ])
    }
}
