package import Trials

/// Intervals by resampling (Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13: percentiles), for
/// figures made of many medians, whose distribution nobody has written down: the geometric mean over groups.
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
        var generator = SplitMix64(state: seed)
        var statistics: [Double] = []
        for _ in 0..<resamples {
            let drawn = samples.map { sample in
                Sample(
                    (0..<sample.count).map { _ in sample.values[Int.random(in: 0..<sample.count, using: &generator)] })
            }
            guard let value = statistic(drawn) else { return nil }
            statistics.append(value)
        }
        statistics.sort()
        // The k-th from below and from above, k = ⌊(B + 1)α⌋ (chapter 12.5); 1 − 0.9 is a little less than 0.1.
        let rank = max(1, Int((Double(resamples + 1) * (1 - coverage) / 2 + 1e-9).rounded(.down)))
        return Interval(low: statistics[rank - 1], high: statistics[resamples - rank], coverage: coverage)
    }
}

/// Steele, Lea & Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014, doi 10.1145/2660193.2660195.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }
}
