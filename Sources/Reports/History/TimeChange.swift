package import Trials

/// How many times the time of before a trial takes now.
package struct TimeChange: Hashable, Sendable {
    /// Of the medians.
    package let ratio: Double
    /// By resampling both sides; nil where either has one repetition alone, which tells nothing of its spread.
    package let interval: Interval?
    package let basis: Basis

    package enum Basis: String, Hashable, Sendable {
        /// Times over the baseline's of the same round: what a machine does to both alike cancels out.
        case paired
        /// Of the baseline itself, and where there is none: seconds, of one machine.
        case seconds
    }

    /// Nil where there is nothing to compare: a trial that is new, or seconds of two machines.
    init?(_ line: ResultsDifference.Line) {
        guard let (before, after, basis) = TimeChange.samples(line) else { return nil }
        guard let first = before.median, let second = after.median, first > 0 else { return nil }
        ratio = second / first
        interval = before.count > 1 && after.count > 1 ? TimeChange.interval([(before, after)]) : nil
        self.basis = basis
    }

    /// What is compared of a line, neither side empty.
    static func samples(_ line: ResultsDifference.Line) -> (before: Sample, after: Sample, basis: Basis)? {
        if !line.isBaseline, line.first.count > 0, line.second.count > 0 { return (line.first, line.second, .paired) }
        // Paired ratios on one side alone are of no use: the baseline came or went.
        let machines = Set((line.before + line.after).map(\.origin.machine))
        guard machines.count == 1, machines != [""] else { return nil }
        let before = Sample(.wallSeconds, of: line.before.succeeded)
        let after = Sample(.wallSeconds, of: line.after.succeeded)
        return before.count > 0 && after.count > 0 ? (before, after, .seconds) : nil
    }

    /// Of the geometric mean of the changes of several.
    static func interval(_ pairs: [(before: Sample, after: Sample)]) -> Interval? {
        Bootstrap().interval(ofMedians: pairs.flatMap { [$0.before, $0.after] }, statistic: mean)
    }

    /// The geometric mean of the changes: each second median over the first before it.
    static func mean(_ medians: [Double]) -> Double? {
        let changes = stride(from: 0, to: medians.count, by: 2).map { index in
            medians[index] > 0 ? medians[index + 1] / medians[index] : 0
        }
        return geometricMean(changes)
    }
}
