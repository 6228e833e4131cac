import Glibc
import Trials

/// How far predicted times are off, of trials that the prices were not fitted to.
struct HeldOutErrors {
    /// |ln(measured/predicted)| of each.
    private let sizes: Sample

    /// - Parameter ratios: measured over predicted times.
    init(_ ratios: [Double]) { sizes = Sample(ratios.map { abs(log($0)) }) }

    /// What 9 of 10 further trials are within, as a factor: the ⌈0.9·(n + 1)⌉-th of n such errors in rising order, for one more error
    /// is as likely to have any place among them (Vovk, Gammerman & Shafer, Algorithmic Learning in a Random World, 2005, chapter
    /// 2). Nil of fewer than nine, among which there is no such place.
    var factor: Double? {
        let place = Int((CostModel.coverage * Double(sizes.count + 1)).rounded(.up))
        return place <= sizes.count && place > 0 ? exp(sizes.values[place - 1]) : nil
    }

    /// Where 9 of 10 times lie that are predicted to be this; nil where ``factor`` is.
    func interval(around seconds: Double) -> Interval? {
        factor.map { CostModel.interval(around: seconds, factor: $0) }
    }
}

extension CostModel {
    /// The prices with what trials that they were not fitted to say of their error.
    ///
    /// - Parameter unseen: trials of this network; those on a disk without prices are left out.
    package func holding(against unseen: [Observation]) -> CostModel {
        var prices = self
        prices.errorFactor =
            HeldOutErrors(
                unseen.compactMap { observation in seconds(observation.workload).map { observation.seconds / $0 } }
            ).factor
        return prices
    }
}
