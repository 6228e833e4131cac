import Quantities
package import Trials

/// Intervals by resampling (Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13: percentiles), for
/// figures made of many medians, whose distribution is not known: the geometric mean over groups.
///
/// The median of one sample needs no resampling: its bootstrap distribution stands on the sample's own values, and the
/// percentiles of it are order statistics, which ``Sample/medianInterval(coverage:)`` gives with their exact coverage.
///
/// Seeded: the same rows give the same interval everywhere.
package struct Bootstrap: Hashable, Sendable {
    package let seed: UInt64
    package let resamples: Int

    package init(seed: UInt64 = 1, resamples: Int = 1000) {
        precondition(resamples >= 1, "an interval is made of resamples")
        self.seed = seed
        self.resamples = resamples
    }

    /// The interval of a statistic over several samples, each resampled with replacement. Paired values are resampled
    /// as pairs: give their ratios. Nil when there is nothing to resample, or the statistic has no value.
    ///
    /// - Complexity: O(resamples · values).
    package func interval(
        of samples: [Sample], coverage: Double = 0.95, statistic: ([Sample]) -> Double?
    ) -> Interval? {
        guard !samples.isEmpty, samples.allSatisfy({ $0.count > 0 }) else { return nil }
        return interval(coverage: coverage) { generator in
            statistic(
                samples.map { sample in
                    Sample(
                        (0..<sample.count).map { _ in
                            sample.values[Int.random(in: 0..<sample.count, using: &generator)]
                        })
                })
        }
    }

    /// The same of a statistic over the medians of the samples, from the same draws. What is drawn of a sample in rising order
    /// needs no sorting: how often each place was drawn says which places are in the middle.
    ///
    /// - Complexity: O(resamples · values).
    package func interval(
        ofMedians samples: [Sample], coverage: Double = 0.95, statistic: ([Double]) -> Double?
    ) -> Interval? {
        guard !samples.isEmpty, samples.allSatisfy({ $0.count > 0 }) else { return nil }
        var times = Array(repeating: 0, count: samples.map(\.count).max() ?? 0)
        var medians = Array(repeating: 0.0, count: samples.count)
        return interval(coverage: coverage) { generator in
            for index in samples.indices {
                medians[index] = Bootstrap.drawnMedian(of: samples[index].values, using: &generator, times: &times)
            }
            return statistic(medians)
        }
    }

    /// The median of as many values as there are, drawn with replacement.
    ///
    /// - Parameters:
    ///   - values: in rising order.
    ///   - times: zeros, at least as many as values; they are zeros again at the end.
    private static func drawnMedian(
        of values: [Double], using generator: inout SplitMix64, times: inout [Int]
    ) -> Double {
        let count = values.count
        for _ in 0..<count { times[Int.random(in: 0..<count, using: &generator)] += 1 }
        let (lower, upper) = ((count - 1) / 2, count / 2)
        var (drawn, low, high) = (0, 0, 0)
        for place in 0..<count {
            if drawn <= lower { low = place }
            if drawn <= upper { high = place }
            drawn += times[place]
            times[place] = 0
        }
        return (values[low] + values[high]) / 2
    }

    /// Of values that are each made of a resample.
    private func interval(coverage: Double, draw: (inout SplitMix64) -> Double?) -> Interval? {
        var generator = SplitMix64(state: seed)
        var statistics: [Double] = []
        for _ in 0..<resamples {
            guard let value = draw(&generator) else { return nil }
            statistics.append(value)
        }
        statistics.sort()
        // The k-th from below and from above, k = ⌊(B + 1)α⌋ (chapter 12.5); 1 − 0.9 is a little less than 0.1.
        let rank = max(1, Int((Double(resamples + 1) * (1 - coverage) / 2 + 1e-9).rounded(.down)))
        return Interval(low: statistics[rank - 1], high: statistics[resamples - rank], coverage: coverage)
    }
}
