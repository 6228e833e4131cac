package import Quantities
package import Schedules
import Shapes
package import Trials

/// The longest sequence and the largest batch that a strategy can do within a budget, with the parameter that needs the
/// fewest bytes.
package struct Limits: Sendable {
    package struct Row: Sendable {
        package let strategy: Strategy
        /// Nil when not even the task's shortest sequence fits.
        package let length: Int?
        package let lengthBound: Bound
        /// At the trial's length; nil when not even one sequence fits.
        package let batch: Int?
        package let batchBound: Bound
    }

    /// Why there is no more of something.
    package enum Bound: String, CaseIterable, Hashable, Sendable {
        /// One more does not fit; where there is none, not even one does.
        case budget
        /// One more would fit, and is more than any trial may have.
        case cap
        /// One more makes the table of `mixed` too large to be made.
        case table
        /// The strategy cannot be used here at all.
        case notApplicable = "not applicable"
    }

    /// All strategies that can be planned with, in the catalogue's order.
    package let rows: [Row]

    /// - Complexity: O(√T·log T) for lengths, and a footprint for every batch.
    package init(_ trial: Trial, budget: Bytes, disk: Bool) {
        let names = Strategy.plannable(disk: disk, tracks: trial.shape.tracks)
        var batches: [String: Int] = [:]
        // Workspaces do not grow evenly with the batch: all are tried, the largest first.
        var other = trial
        for batch in (1...Trial.largestWidth).reversed() where batches.count < names.count {
            other.batch = batch
            let setting = Setting(other)
            // No strategy has smaller constant roles.
            let least = setting.footprint(.truncated(window: 1, stride: 1)).constant.total
            guard least <= budget.count else { continue }
            for name in names where batches[name] == nil {
                if Limits.fits(name, setting, budget) { batches[name] = batch }
            }
        }
        let setting = Setting(trial)
        rows = Strategy.plannable(disk: true).map { name in
            let strategy = setting.smallest(name).strategy
            guard names.contains(name) else {
                return Row(
                    strategy: strategy, length: nil, lengthBound: .notApplicable, batch: nil,
                    batchBound: .notApplicable)
            }
            let length = Limits.longest(name, trial, budget)
            var lengthBound = length == Trial.largestLength ? Bound.cap : .budget
            if lengthBound == .budget, name == "mixed" {
                let next = length.map { $0 + 1 } ?? trial.task.leastLength
                if setting.smallest(name, length: next).bytes <= budget.count { lengthBound = .table }
            }
            let batch = batches[name]
            var batchBound = batch == Trial.largestWidth ? Bound.cap : .budget
            if batch == nil, name == "mixed" {
                other.batch = 1
                if Setting(other).smallest(name).bytes <= budget.count { batchBound = .table }
            }
            return Row(
                strategy: strategy, length: length, lengthBound: lengthBound, batch: batch, batchBound: batchBound)
        }
    }

    private static func fits(_ name: String, _ setting: Setting, length: Int? = nil, _ budget: Bytes) -> Bool {
        if name == "segmented", leastOfAnySegment(setting, length: length) > budget.count { return false }
        let (strategy, least) = setting.smallest(name, length: length)
        guard least <= budget.count else { return false }
        guard case .mixed(let memory) = strategy else { return true }
        let footprint = setting.footprint(strategy, length: length)
        return Mixed.obstacle(length: length ?? setting.length, memory: memory, footprint: footprint) == nil
    }

    /// Found at once, where the best segment is looked for.
    private static func leastOfAnySegment(_ setting: Setting, length: Int?) -> Int {
        let footprint = setting.footprint(.segmented(length: nil), length: length)
        let held = Room.leastOfAnySegment(length: length ?? setting.length, footprint)
        return saturatingSum(footprint.constant.total, held)
    }

    /// Bytes only grow with the length: by halves. Where those of the best segment do not quite, with several tracks,
    /// ``Room/leastOfAnySegment(length:_:)`` does: by halves to where it leaves the budget, and from there down.
    private static func longest(_ name: String, _ trial: Trial, _ budget: Bytes) -> Int? {
        let setting = Setting(trial)
        func fits(_ length: Int) -> Bool { Limits.fits(name, setting, length: length, budget) }
        func mayFit(_ length: Int) -> Bool {
            guard name == "segmented", trial.bidirectional else { return fits(length) }
            return leastOfAnySegment(setting, length: length) <= budget.count
        }
        guard fits(trial.task.leastLength) else { return nil }
        var (low, high) = (trial.task.leastLength, Trial.largestLength + 1)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if mayFit(middle) { low = middle } else { high = middle }
        }
        while !fits(low) { low -= 1 }
        return low
    }
}
