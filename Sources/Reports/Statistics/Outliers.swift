package import Trials

extension Sample {
    /// Values so far from the median that something else ran: their modified Z-score, 0.6745·|x − median| over the
    /// median of these distances, is above hyperfine's 14.826, ten standard deviations of a normal distribution (Iglewicz &
    /// Hoaglin 1993 take 3.5, which on a shared machine blames every other run). Fewer than five values tell nothing.
    package var outliers: [Double] {
        guard count >= 5, let middle = median else { return [] }
        guard let spread = Sample(values.map { abs($0 - middle) }).median, spread > 0 else { return [] }
        return values.filter { 0.6745 * abs($0 - middle) / spread > 14.826 }
    }
}

/// Times of trials that something else has disturbed, and what to do about it.
package struct OutlierWarning: Hashable, Sendable, CustomStringConvertible {
    /// Trials with a time far from their median.
    package let trials: Int
    /// Of these, with the first repetition as the only such time, and a slow one: the machine was not warm.
    package let cold: Int
    package let measured: Int

    /// Nil when no trial has outliers.
    package init?(_ rows: [Row]) {
        var (trials, cold, measured) = (0, 0, 0)
        for repetitions in rows.succeeded.grouped(over: []) {
            measured += 1
            let outliers = Sample(.wallSeconds, of: repetitions).outliers
            guard !outliers.isEmpty else { continue }
            trials += 1
            if let first = repetitions.first(where: { $0.repetition == 1 })?[.wallSeconds], outliers == [first],
                let middle = Sample(.wallSeconds, of: repetitions).median, first > middle
            {
                cold += 1
            }
        }
        guard trials > 0 else { return nil }
        (self.trials, self.cold, self.measured) = (trials, cold, measured)
    }

    package var description: String {
        let remedy =
            cold == trials
            ? "the first repetition is slow: measure with more warm-up steps ('warmup' in the experiment file)"
            : "to narrow the intervals, measure again on a quiet machine, or with more repetitions"
        return
            "times of \(trials) of \(counted(measured, "trial")) have outliers, which medians and paired ratios bear; "
            + remedy
    }
}
