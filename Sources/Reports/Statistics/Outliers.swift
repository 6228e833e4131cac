import Quantities
package import Trials

extension Sample {
    /// Values so far from the median that something else ran: more than ten standard deviations of a normal distribution,
    /// which is estimated as 1.4826 times the median absolute deviation (MAD).
    ///
    /// As hyperfine has it (src/outlier_detection.rs): |x − median| / MAD > 1.4826 · 10. Where the MAD is 0 it is taken for
    /// the spacing of numbers at 1, so that whatever differs lies outside. Iglewicz & Hoaglin (How to Detect and Handle
    /// Outliers, 1993) take 3.5 for 0.6745·|x − median|/MAD, which on a shared machine blames every other run. Fewer
    /// than five values tell nothing.
    package var outliers: [Double] {
        guard count >= 5, let middle = median, let deviation = medianAbsoluteDeviation else { return [] }
        let scale = deviation > 0 ? deviation : .ulpOfOne
        return values.filter { abs($0 - middle) / scale > 1.4826 * 10 }
    }

    /// The median of the distances from the median; nil without values.
    var medianAbsoluteDeviation: Double? {
        median.flatMap { middle in Sample(values.map { abs($0 - middle) }).median }
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
