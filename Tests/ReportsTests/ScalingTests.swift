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

    /// The bisected length is the first at which the order is the other one: every length between is tried here.
    @Test(arguments: [
        (Strategy.segmented(length: nil), Strategy.truncated(window: 64, stride: 64)),
        (.binomial(slots: 16), .segmented(length: nil)), (.segmented(length: 4), .truncated(window: 16, stride: 16)),
    ])
    func bytesCrossWhereEveryLengthSaysSo(one: Strategy, other: Strategy) throws {
        let lengths = [8, 64, 4096]
        let crossovers = Crossover.all(try sweep("x", lengths: lengths, strategies: [one, other]))
            .filter { $0.quantity == .peak }
        #expect(!crossovers.isEmpty)
        for crossover in crossovers {
            func peak(_ trial: Trial, _ length: Int) -> Int {
                var trial = trial
                trial.length = length
                return Simulator(trial.schedule, footprint: trial.footprint).peakBytes
            }
            #expect(crossover.from == crossover.after + 1)
            #expect(peak(crossover.winner, crossover.from) < peak(crossover.loser, crossover.from))
            #expect(peak(crossover.winner, crossover.after) >= peak(crossover.loser, crossover.after))
        }
    }

    @Test func noCrossoverWithoutACrossing() throws {
        #expect(Crossover.all(try sweep("x", lengths: [64, 256], strategies: [.full, .binomial(slots: 4)])).isEmpty)
        let rows = try sweep("x", lengths: [8, 2048], strategies: [.binomial(slots: 16), .segmented(length: nil)])
        #expect(!Crossover.all(rows).isEmpty)
        // A prediction that the measurement does not bear out predicts no crossing.
        #expect(Crossover.all(rows.map { $0.with(.predictionGapBytes, .integer(8)) }).isEmpty)
    }

    @Test func timesCrossWhereIntervalsLeaveNoDoubt() throws {
        let rows = try sweep(
            "x", lengths: [64, 128, 256], strategies: [.full, .truncated(window: 8, stride: 8)], repetitions: 5)
        // Truncation twice as slow, in doubt, and twice as fast.
        let timed = rows.map { row -> Row in
            guard row.trial.strategy != .full else { return row }
            let doubt = row.repetition.isMultiple(of: 2) ? 0.9 : 1.1
            return row.slower(by: row.trial.length == 64 ? 2 : row.trial.length == 128 ? doubt : 0.5)
        }
        let crossovers = Crossover.all(timed).filter { $0.quantity == .time }
        #expect(crossovers.map(\.winner.strategy.name) == ["truncated"])
        #expect(crossovers.map(\.after) == [64])
        #expect(crossovers.map(\.from) == [256])
        // Four repetitions leave doubt.
        #expect(Crossover.all(timed.filter { $0.repetition < 5 }).allSatisfy { $0.quantity == .peak })
        #expect(
            Table(crossovers).text(as: .csv) == """
                strategy,takes_less,than,from_length
                truncated:window=8,time,full,64…256

                """)
    }
}
