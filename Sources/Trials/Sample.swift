import Glibc

/// Repeated measurements of one quantity. Nothing is assumed of their distribution: noise of a shared machine has a
/// long tail on one side.
package struct Sample: Hashable, Sendable {
    /// In rising order.
    package let values: [Double]

    package init(_ values: some Sequence<Double>) { self.values = values.sorted() }

    /// The figure of every row that has it.
    package init(_ figure: Figure, of rows: [Row]) { self.init(rows.compactMap { $0[figure] }) }

    package var count: Int { values.count }

    package var minimum: Double? { values.first }

    /// The middle value, or the mean of the two in the middle; nil without values. The one median of the project.
    package var median: Double? {
        guard !values.isEmpty else { return nil }
        return (values[(count - 1) / 2] + values[count / 2]) / 2
    }

    /// An interval of the median by order statistics: the narrowest [x₍ₖ₎, x₍ₙ₊₁₋ₖ₎] that covers it with at least the
    /// wanted probability. Fewer than six values reach no 95 %: they give [least, largest], whose coverage is less and
    /// is reported. Nil without values.
    ///
    /// The median lies outside when k values or more are on its one side: coverage = 1 − 2·P(Bin(n, ½) < k).
    package func medianInterval(coverage wanted: Double = 0.95) -> Interval? {
        guard let least = values.first, let largest = values.last else { return nil }
        var interval = Interval(low: least, high: largest, coverage: Sample.coverage(rank: 1, of: count))
        for rank in stride(from: 2, through: count / 2, by: 1) {
            let coverage = Sample.coverage(rank: rank, of: count)
            guard coverage >= wanted else { break }
            interval = Interval(low: values[rank - 1], high: values[count - rank], coverage: coverage)
        }
        return interval
    }

    /// The probability that the median lies between the rank-th value from below and the rank-th from above.
    static func coverage(rank: Int, of count: Int) -> Double {
        // Summed in logarithms, for 2⁻ⁿ underflows where n is large: ln P(0) = −n ln 2, P(i + 1) = P(i)(n − i)/(i + 1).
        var logarithm = -Double(count) * log(2)
        var below = 0.0
        for index in 0..<rank {
            below += exp(logarithm)
            logarithm += log(Double(count - index) / Double(index + 1))
        }
        return max(0, 1 - 2 * below)
    }
}

/// Where a quantity lies, and how surely.
package struct Interval: Hashable, Sendable {
    package let low: Double
    package let high: Double
    /// The probability, 0 to 1, that it lies within.
    package let coverage: Double

    package init(low: Double, high: Double, coverage: Double) {
        self.low = low
        self.high = high
        self.coverage = coverage
    }

    /// In units of `unit`, which is more than 0.
    package func divided(by unit: Double) -> Interval {
        Interval(low: low / unit, high: high / unit, coverage: coverage)
    }
}
