import Glibc
import Reports
import Schedules
import Testing
import Trials

@Suite struct IntervalTests {
    /// Quantiles as printed in tables of Student's t.
    @Test(arguments: [
        (1, 12.706), (2, 4.303), (5, 2.571), (10, 2.228), (11, 2.201), (15, 2.131), (20, 2.086), (30, 2.042),
        (60, 2.000),
        (120, 1.980),
    ])
    func student(freedom: Int, quantile: Double) {
        #expect(abs(studentQuantile(freedom: freedom) - quantile) < 6e-4)
    }

    @Test func powerLaws() throws {
        let exact = try #require(PowerLaw([1, 4, 16, 64].map { Point(x: $0, y: 3 * $0.squareRoot()) }))
        #expect(abs(exact.exponent - 0.5) < 1e-12)
        #expect(abs(exact.factor - 3) < 1e-12)
        #expect(abs(exact.value(at: 100) - 30) < 1e-9)
        let interval = try #require(exact.interval)
        #expect(interval.high - interval.low < 1e-6)
        // ln y is 0, 0, 3 at ln x 0, 1, 2: slope 1.5, residuals 0.5, −1, 0.5; its error is √(1.5/1/2).
        let bent = try #require(PowerLaw(zip([0.0, 1, 2], [0.0, 0, 3]).map { Point(x: exp($0), y: exp($1)) }))
        #expect(abs(bent.exponent - 1.5) < 1e-12)
        let reach = 12.7062 * 0.75.squareRoot()
        #expect(abs(try #require(bent.interval).low - (1.5 - reach)) < 1e-9)
        #expect(abs(try #require(bent.interval).high - (1.5 + reach)) < 1e-9)
        #expect(PowerLaw([Point(x: 1, y: 1), Point(x: 2, y: 2)])?.interval == nil)
        #expect(PowerLaw([Point(x: 1, y: 1)]) == nil)
    }

    /// Why medians are not resampled: the percentiles of their bootstrap are order statistics, and those that the exact
    /// interval names, but for one rank where 95 % falls between two.
    @Test(arguments: [5, 7, 9, 15, 21, 31]) func bootstrapOfAMedianIsAnOrderStatistic(count: Int) throws {
        let sample = Sample((1...count).map(Double.init))
        let exact = try #require(sample.medianInterval())
        let resampled = try #require(Bootstrap(resamples: 4000).interval(of: [sample]) { $0[0].median })
        #expect(sample.values.contains(resampled.low) && sample.values.contains(resampled.high))
        #expect(abs(resampled.low - exact.low) <= 1 && abs(resampled.high - exact.high) <= 1)
    }

    @Test func bootstrapIsSeeded() throws {
        let samples = [Sample([1, 2, 5, 7, 9]), Sample([2, 3, 4])]
        func mean(_ samples: [Sample]) -> Double? { geometricMean(samples.compactMap(\.median)) }
        let interval = try #require(Bootstrap(seed: 7).interval(of: samples, statistic: mean))
        #expect(interval == Bootstrap(seed: 7).interval(of: samples, statistic: mean))
        #expect(interval != Bootstrap(seed: 8).interval(of: samples, statistic: { $0[0].values.reduce(0, +) }))
        #expect(interval.low <= mean(samples)! && mean(samples)! <= interval.high)
        #expect((1.4...8.5).contains(interval.low) && interval.low < interval.high)
        #expect(
            Bootstrap().interval(of: [Sample([3, 3, 3])]) { $0[0].median } == Interval(low: 3, high: 3, coverage: 0.95))
        #expect(Bootstrap().interval(of: [], statistic: mean) == nil)
        #expect(Bootstrap().interval(of: [Sample([])], statistic: mean) == nil)
    }

    /// Medians are drawn without a sample for each draw: the same interval, to the last bit.
    @Test(arguments: [[1], [2], [5, 5, 5], [1, 2, 3, 4, 5, 6, 7, 8], [40, 3, 11]])
    func mediansOfDrawsAreThoseOfSamples(counts: [Int]) throws {
        var generator = SystemlessGenerator(state: UInt64(counts.count))
        // Some values tie.
        let samples = counts.map { count in
            Sample((0..<count).map { _ in (Double.random(in: 0.5..<2, using: &generator) * 16).rounded() / 16 })
        }
        for seed in 1...4 as ClosedRange<UInt64> {
            let bootstrap = Bootstrap(seed: seed, resamples: 200)
            let interval = try #require(bootstrap.interval(ofMedians: samples, statistic: geometricMean))
            #expect(interval == bootstrap.interval(of: samples) { geometricMean($0.compactMap(\.median)) })
        }
        #expect(Bootstrap().interval(ofMedians: samples + [Sample([])], statistic: geometricMean) == nil)
        #expect(Bootstrap().interval(ofMedians: [], statistic: geometricMean) == nil)
        #expect(Bootstrap().interval(ofMedians: samples) { _ in nil } == nil)
    }

    /// The interval covers what it is of as often as it says: the mean of 25 values drawn from a known distribution.
    @Test func bootstrapCovers() throws {
        var generator = SystemlessGenerator(state: 42)
        var covered = 0
        for round in 0..<200 {
            let sample = Sample((0..<25).map { _ in Double.random(in: 0..<1, using: &generator) })
            let interval = try #require(
                Bootstrap(seed: UInt64(round), resamples: 300).interval(of: [sample]) {
                    $0[0].values.reduce(0, +) / 25
                })
            covered += interval.low <= 0.5 && 0.5 <= interval.high ? 1 : 0
        }
        // Percentile intervals of 25 values cover a little less than they say; 3.5 standard errors around 93 %.
        #expect((173...199).contains(covered))
    }

    @Test(
        arguments: [
            ([1, 1.1, 0.9, 1.05, 9], [9]), ([1, 1.1, 0.9, 1.05, 1.5], []), ([1, 1.1, 0.9, 9], []),
            // The median is 4, the distances from it are 3 2 1 0 1 2 and the last one, their median is 2: 14.826 times that is
            // 29.652. By a factor of 0.6745 more, as Iglewicz & Hoaglin have it, both would be within.
            ([1, 2, 3, 4, 5, 6, 33.65], []), ([1, 2, 3, 4, 5, 6, 33.66], [33.66]),
            // Below, where the median is 3.
            ([1, 2, 3, 4, 5, 6, -26.65], []), ([1, 2, 3, 4, 5, 6, -26.66], [-26.66]),
            // A MAD of 0.
            ([1, 1, 1, 1, 9], [9]), ([1, 1, 1, 1, 1], []),
        ] as [([Double], [Double])])
    func outliers(values: [Double], expected: [Double]) {
        #expect(Sample(values).outliers == expected)
    }

    @Test func outliersNameTheRemedy() throws {
        let rows = try sweep("o", lengths: [8, 16], repetitions: 5)
        let noisy = rows.enumerated().map { $1.slower(by: 1 + 0.01 * Double($0 % 5)) }
        #expect(OutlierWarning(noisy) == nil)
        var cold = noisy
        cold[0] = cold[0].slower(by: 10)
        #expect(
            try #require(OutlierWarning(cold)).description
                == "times of 1 of 2 trials have outliers, which medians and paired ratios bear; the first repetition is slow: "
                + "measure with more warm-up steps ('warmup' in the experiment file)")
        cold[7] = cold[7].slower(by: 10)
        #expect(
            try #require(OutlierWarning(cold)).description
                == "times of 2 of 2 trials have outliers, which medians and paired ratios bear; to narrow the intervals, "
                + "measure again on a quiet machine, or with more repetitions")
    }
}

/// A linear congruential generator (Knuth's MMIX), unlike the one under test.
private struct SystemlessGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state
    }
}
