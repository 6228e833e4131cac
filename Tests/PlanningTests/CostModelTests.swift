import Planning
import Schedules
import Shapes
import Testing
import Trials

@Suite struct CostModelTests {
    private let schedules: [any Schedule] = [
        Full(length: 20), Full(length: 80), Segmented(length: 40, segment: 5), Segmented(length: 40, segment: 3),
        Binomial(length: 40, slots: 3), Binomial(length: 40, slots: 13), Internal(length: 40, slots: 3),
        Internal(length: 40, slots: 13), Truncated(length: 40, window: 1, stride: 1),
        Truncated(length: 40, window: 16, stride: 4), Bisection(length: 64), Full(length: 4),
    ]

    private func observation(_ schedule: any Schedule, _ prices: CostModel) -> Observation {
        let work = Workload(schedule)
        var onTheWay = prices
        (onTheWay.end, onTheWay.backward, onTheWay.reversal, onTheWay.loss) = (0, 0, 0, 0)
        (onTheWay.truncation, onTheWay.farBackward) = (0, 0)
        let disk = (prices.write ?? 0) * Double(work.writes) + (prices.read ?? 0) * Double(work.reads)
        let forward = onTheWay.seconds(work)! - disk
        return Observation(
            workload: work, forward: forward, backward: prices.seconds(work)! - forward - disk, disk: disk,
            recordBytes: prices.recordBytes)
    }

    /// Prices fitted to times made of prices predict what they did not see: within a part in 100,000.
    @Test(arguments: prices) func fitFindsWhatTimesAreMadeOf(truth: CostModel) throws {
        let fitted = try #require(CostModel(fitting: schedules.map { observation($0, truth) }))
        let unseen: [any Schedule] = [
            Bisection(length: 500), Binomial(length: 700, slots: 9), Internal(length: 300, slots: 30),
            Truncated(length: 90, window: 9, stride: 9),
        ]
        for schedule in unseen {
            let work = Workload(schedule)
            let ratio = fitted.seconds(work)! / truth.seconds(work)!
            #expect(abs(ratio - 1) < 1e-5, "\(type(of: schedule)): \(ratio)")
        }
    }

    /// A step undone has its own price, where any was; without it is taken for a recorded one.
    @Test(arguments: prices) func undoneStepsHaveAPrice(of truth: CostModel) throws {
        var truth = truth
        #expect(try #require(CostModel(fitting: schedules.map { observation($0, truth) })).undo == nil)
        truth.undo = 2.5 * truth.record + 1e-7
        let all = schedules + [Reversible(length: 30)]
        let fitted = try #require(CostModel(fitting: all.map { observation($0, truth) }))
        for length in [20, 700] {
            let work = Workload(Reversible(length: length))
            #expect(abs(fitted.seconds(work)! / truth.seconds(work)! - 1) < 1e-5)
        }
        #expect(CostModel(words: fitted.words) == fitted)
        let without = try #require(CostModel.withoutEach(all.map { observation($0, truth) }).last!)
        #expect(without.undo == nil)
    }

    /// Records beyond the caches cost what memory takes, all but those that the caches still have.
    @Test func recordsThatAreFar() {
        var prices = CostModel()
        (prices.farRecord, prices.farBackward, prices.recordBytes) = (1, 2, 1_048_576)
        for (length, far) in [(1, 0.0), (2, 0), (4, 2), (64, 62)] {
            #expect(prices.seconds(Workload(Full(length: length))) == 3 * far)
            #expect(prices.seconds(Workload(Segmented(length: length, segment: 2))) == 0)
        }
    }

    /// Noise of some percent may not make a price negative.
    @Test func noNegativePrices() throws {
        for round in 0..<20 {
            var generator = Lehmer(state: UInt64(round + 1))
            let observations = schedules.map { schedule in
                let exact = observation(schedule, prices[1])
                return Observation(
                    workload: exact.workload, forward: exact.forward * Double.random(in: 0.9...1.1, using: &generator),
                    backward: exact.backward * Double.random(in: 0.9...1.1, using: &generator),
                    recordBytes: exact.recordBytes)
            }
            let fitted = try #require(CostModel(fitting: observations))
            // Words with a number below 0 are not read.
            #expect(CostModel(words: fitted.words) == fitted)
        }
    }

    /// Leaving each out in turn is fitting to the others, also where leaving one out changes which prices are above 0, where
    /// one is the only one of its kind, and on disk.
    @Test(arguments: 1...8) func withoutEach(round: Int) throws {
        var generator = Lehmer(state: UInt64(round))
        var truth = prices[round % prices.count]
        (truth.write, truth.read) = (3e-4, 2e-4)
        let some = schedules + [Multistage(length: 30, memory: 2, disk: 3), Multistage(length: 50, memory: 1, disk: 4)]
        let observations = some.prefix(round == 1 ? schedules.count + 1 : some.count).map { schedule in
            let exact = observation(schedule, truth)
            let noise = round < 3 ? 1 : Double.random(in: 0.7...1.4, using: &generator)
            return Observation(
                workload: exact.workload, forward: exact.forward * noise, backward: exact.backward, disk: exact.disk,
                recordBytes: exact.recordBytes)
        }
        let fits = CostModel.withoutEach(observations)
        #expect(fits.count == observations.count)
        for (index, fit) in fits.enumerated() {
            var others = observations
            others.remove(at: index)
            let expected = try #require(CostModel(fitting: others))
            let fit = try #require(fit)
            #expect((fit.write == nil) == (expected.write == nil))
            for other in observations {
                guard let one = fit.seconds(other.workload), let another = expected.seconds(other.workload) else {
                    continue
                }
                #expect(abs(one / another - 1) < 1e-6, "\(index): \(one) \(another)")
            }
        }
        // One that cannot be fitted to leaves its own prices alone.
        var faulty = observations
        faulty[2] = Observation(workload: faulty[2].workload, forward: -1, backward: 1)
        #expect(CostModel.withoutEach(faulty).map { $0 != nil } == faulty.indices.map { $0 == 2 })
        faulty[3] = faulty[2]
        #expect(CostModel.withoutEach(faulty).allSatisfy { $0 == nil })
        #expect(CostModel.withoutEach([observations[0]]) == [nil] && CostModel.withoutEach([]).isEmpty)
    }

    /// The median of two repetitions is the mean of both, here as everywhere.
    @Test func twoRepetitions() throws {
        let rows = [1.0, 3].enumerated().map { index, seconds in
            var row = Row(
                experiment: "e", trial: try! Trial(cell: .lstm, length: 20), repetition: index + 1, status: .ok)
            row.measurement[.wallSeconds] = .real(seconds)
            row.measurement[.backwardSeconds] = .real(seconds / 2)
            return row
        }
        #expect(try #require(Observation(rows)).seconds == 2)
    }

    @Test func nothingToFit() {
        #expect(CostModel(fitting: []) == nil)
        #expect(CostModel(fitting: [Observation(workload: Workload(), forward: 0, backward: 1)]) == nil)
    }

    @Test(arguments: prices) func wordsReadBack(prices: CostModel) {
        #expect(CostModel(words: prices.words) == prices)
        var onDisk = prices
        (onDisk.write, onDisk.read) = (1e-5, 2e-5)
        #expect(CostModel(words: onDisk.words) == onDisk)
        #expect(CostModel(words: Array(prices.words.dropLast())) == nil)
        #expect(CostModel(words: prices.words + [prices.words[0]]) == nil)
        #expect(CostModel(words: prices.words + ["write=1"]) == nil)
        #expect(CostModel(words: Array(prices.words.dropLast()) + ["record_bytes=-1"]) == nil)
        onDisk.errorFactor = 1.25
        #expect(CostModel(words: onDisk.words) == onDisk && onDisk.interval(8)?.low == 6.4)
    }

    /// States on disk have no price where none was measured.
    @Test func diskWithoutAPrice() {
        let work = Workload(Multistage(length: 20, memory: 1, disk: 3))
        #expect(work.writes > 0 && work.reads > 0)
        #expect(prices[0].seconds(work) == nil)
    }

    /// Rows made of prices are predicted exactly, each from the others; a network with too few is left out.
    @Test func accuracyOfExactRows() throws {
        var rows: [Row] = []
        for (length, strategy) in [
            (20, "full"), (80, "full"), (40, "segmented:length=5"), (40, "segmented:length=3"),
            (40, "binomial:slots=3"),
            (40, "binomial:slots=13"), (40, "internal:slots=3"), (40, "internal:slots=13"), (90, "binomial:slots=5"),
            (4, "full"), (64, "bisection"), (300, "full"), (40, "segmented:length=20"),
        ] {
            var row = Row(
                experiment: "e", trial: try Trial(cell: .lstm, length: length, strategy: Strategy(strategy)),
                repetition: 1, status: .ok)
            var truth = prices[1]
            truth.recordBytes = Double(row.trial.footprint.record)
            let exact = observation(row.trial.schedule, truth)
            row.measurement[.wallSeconds] = .real(exact.seconds)
            row.measurement[.backwardSeconds] = .real(exact.backward)
            row.measurement[.predictedPeakBytes] = .integer(100)
            row.measurement[.peakBytes] = .integer(strategy == "full" ? 103 : 100)
            rows.append(row)
        }
        var alone = rows[0]
        alone.trial.batch = 5
        let accuracy = Accuracy(rows + [alone])
        #expect(accuracy.lines.map(\.trial) == rows.map(\.trial))
        #expect(accuracy.unpredicted == 1)
        #expect(accuracy.lines.allSatisfy { abs($0.error) < 1e-4 })
        #expect(accuracy.lines.map(\.byteGap) == [3, 3, 0, 0, 0, 0, 0, 0, 0, 3, 0, 3, 0])
        #expect(accuracy.lines.allSatisfy { $0.interval != nil && $0.spread == nil })
    }
}

/// Park & Miller's successor for 64 bits, enough to shake times.
private struct Lehmer: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}
