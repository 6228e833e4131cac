package import Quantities

/// How far a budget of bytes reaches for one network and length: from it each family finds the largest parameter that fits, in
/// closed form. What is found is simulated before it is reported.
///
/// Several lanes wait for one another where each first goes back: see ``InterleavedSchedule``. All strategies but
/// ``Segmented`` hold the most bytes just there, so that each lane has an equal share of what is free.
///
/// What is counted follows from the schedules as they are defined here, whose sources their files name; the formulas are derived
/// in place and held against the simulator for every small network in the tests. Published ones differ by what a paper leaves
/// out: Chen et al. 2016 (arXiv 1604.06174, section 4.3) balance k segments against the T/k steps of one, at k = √T; with a
/// bytes a state and r a record the least of k a + r T/k is at k = √(r T/a). Griewank & Walther 2000
/// (doi 10.1145/347837.347846) count states alone, the initial one included.
package struct MemoryLimit {
    package let budget: Int
    /// T.
    package let length: Int
    /// Of all strategies but those whose constant roles have their own sizes: see ``peakBytes``.
    package let footprint: Footprint
    /// What the constant roles leave of the budget; below 0 when they alone exceed it.
    package let free: Int
    /// The peak of a strategy, whatever the sizes under it.
    package let peakBytes: (Strategy) -> Int
    /// What work costs: seconds, or forward steps where no seconds are known.
    package let cost: (Workload) -> Double

    package init(
        _ budget: Bytes, length: Int, footprint: Footprint, peakBytes: @escaping (Strategy) -> Int,
        cost: @escaping (Workload) -> Double
    ) {
        self.budget = budget.count
        self.length = length
        self.footprint = footprint
        free = budget.count - footprint.constant.total
        self.peakBytes = peakBytes
        self.cost = cost
    }

    /// What each lane has of what is free.
    private var share: Int { free / footprint.lanes }

    /// The most records besides a state of some bytes; 0 or less when there is no room for one.
    package func records(besides state: Int) -> Int {
        free < 0 ? 0 : (share - state) / footprint.record
    }

    /// The most states, with the present record and the state that enters it. With T − 1 every step is run once without a
    /// record; another state would only be one save more.
    package var slots: Int? {
        let left = share - footprint.record - footprint.entering
        // The record of a sequence of one step takes its state over.
        guard length > 1 else { return left < 0 ? nil : 1 }
        return left < footprint.state ? nil : Swift.min(left / footprint.state, length - 1)
    }
}

/// Strategies that may be the fastest within a budget.
package enum Candidates {
    /// Any of these.
    case each([Strategy])
    /// One of these, each of which takes at least as many forward steps as the one before, and, where that is said, restores as
    /// often at least: they need not all be looked at.
    case slower([Strategy], restoresMore: Bool)

    /// Numbers of four significant bits: at most an eighth apart, the largest first, and the least.
    ///
    /// With more records kept there are fewer forward steps, but now and then some more runs to begin, so that the largest
    /// parameter is not always the fastest. Were the largest always tried, a larger budget might take longer. Parameters of
    /// these numbers alone, all of which are tried that may be the fastest, make sure that it never does.
    static func numbers(from largest: Int, downTo least: Int) -> [Int] {
        var numbers: [Int] = []
        var next = largest
        while next > least {
            let low = Swift.max(0, Int.bitWidth - next.leadingZeroBitCount - 4)
            let number = (next >> low) << low
            guard number > least else { break }
            numbers.append(number)
            next = number - 1
        }
        return largest >= least ? numbers + [least] : []
    }
}
