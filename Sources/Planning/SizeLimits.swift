package import Quantities
package import Schedules
import Shapes
package import Trials

/// The longest sequence and the largest batch that a strategy can do within a budget, with the parameter that needs the
/// fewest bytes.
package struct SizeLimits: Sendable {
    package struct Row: Sendable {
        package let strategy: Strategy
        /// Nil when not even the task's shortest sequence fits.
        package let length: Int?
        package let lengthBound: Bound
        /// At the trial's length; nil when not even one sequence fits.
        package let batch: Int?
        package let batchBound: Bound
        /// The strategy with what it chooses for the longest sequence, and for the largest batch; nil where there is none.
        package let choiceAtLength: String?
        package let choiceAtBatch: String?
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
        // What needs a disk, one direction or other sensitivities is named where it is not applicable; undoing is of few cells.
        let setting = Setting(trial)
        let families = Strategy.plannable(
            disk: true, undoing: setting.undoesSteps, packing: setting.packing)
        let applicable = Strategy.plannable(
            disk: disk, lanes: setting.lanes, sensitivities: setting.carriesSensitivities, undoing: setting.undoesSteps,
            packing: setting.packing)
        let isApplicable = families.map { family in applicable.contains { $0 == family } }
        var batches: [Int?] = Array(repeating: nil, count: families.count)
        // The strategy that goes back over the fewest steps has the smallest constant roles.
        let leanest = families.map { setting.smallestStrategy($0) }.min {
            $0.reach(length: trial.length) < $1.reach(length: trial.length)
        }!
        // Workspaces do not grow evenly with the batch: all are tried, the largest first.
        var other = trial
        for batch in (1...Trial.largestWidth).reversed() {
            let missing = families.indices.filter { isApplicable[$0] && batches[$0] == nil }
            guard !missing.isEmpty else { break }
            other.batch = batch
            let setting = Setting(other)
            guard setting.footprint(leanest).constant.total <= budget.count else { continue }
            for index in missing where SizeLimits.fits(families[index], setting, budget) { batches[index] = batch }
        }
        rows = families.indices.map { index in
            let family = families[index]
            guard isApplicable[index] else {
                return Row(
                    strategy: setting.smallest(family).strategy, length: nil, lengthBound: .notApplicable, batch: nil,
                    batchBound: .notApplicable, choiceAtLength: nil, choiceAtBatch: nil)
            }
            let length = SizeLimits.longest(family, trial, budget)
            var lengthBound = length == Trial.largestLength ? Bound.cap : .budget
            let next = length.map { $0 + 1 } ?? trial.task.leastLength
            if lengthBound == .budget, SizeLimits.isTooLarge(family, setting, length: next, budget) {
                lengthBound = .table
            }
            let batch = batches[index]
            var batchBound = batch == Trial.largestWidth ? Bound.cap : .budget
            if batch == nil {
                other.batch = 1
                if SizeLimits.isTooLarge(family, Setting(other), length: trial.length, budget) { batchBound = .table }
            }
            let strategy = setting.smallest(family).strategy
            return Row(
                strategy: strategy, length: length, lengthBound: lengthBound, batch: batch, batchBound: batchBound,
                choiceAtLength: length.map { SizeLimits.choice(strategy, trial, length: $0, batch: trial.batch) },
                choiceAtBatch: batch.map { SizeLimits.choice(strategy, trial, length: trial.length, batch: $0) })
        }
    }

    private static func choice(_ strategy: Strategy, _ trial: Trial, length: Int, batch: Int) -> String {
        var other = trial
        other.batch = batch
        return strategy.asChosen(length: length, footprint: Setting(other).footprint(strategy, length: length))
    }

    /// Whether the fewest bytes are within the budget, and there is a schedule with them.
    private static func fits(
        _ family: any PlannableFamily.Type, _ setting: Setting, length: Int? = nil, _ budget: Bytes
    ) -> Bool {
        guard !isBeyond(family, setting, length: length, budget) else { return false }
        let (strategy, least) = setting.smallest(family, length: length)
        return least <= budget.count && infeasibility(strategy, setting, length: length) == nil
    }

    /// Whether the fewest bytes are within the budget, and there is no schedule all the same.
    private static func isTooLarge(
        _ family: any PlannableFamily.Type, _ setting: Setting, length: Int, _ budget: Bytes
    ) -> Bool {
        let (strategy, least) = setting.smallest(family, length: length)
        return least <= budget.count && infeasibility(strategy, setting, length: length) != nil
    }

    private static func infeasibility(_ strategy: Strategy, _ setting: Setting, length: Int?) -> Infeasibility? {
        strategy.infeasibility(
            length: length ?? setting.length, footprint: setting.footprint(strategy, length: length))
    }

    /// Whether the bound below the fewest bytes, where the family has one, is beyond the budget.
    private static func isBeyond(
        _ family: any PlannableFamily.Type, _ setting: Setting, length: Int?, _ budget: Bytes
    ) -> Bool {
        let length = length ?? setting.length
        let footprint = setting.footprint(setting.smallestStrategy(family, length: length), length: length)
        return family.leastBytesBound(length: length, footprint: footprint).map { $0 > budget.count } ?? false
    }

    /// Bytes only grow with the length: by halves. Where those of a family do not quite, with several lanes, the bound
    /// below them does: by halves to where it leaves the budget, and from there down.
    private static func longest(_ family: any PlannableFamily.Type, _ trial: Trial, _ budget: Bytes) -> Int? {
        let setting = Setting(trial)
        func fits(_ length: Int) -> Bool { SizeLimits.fits(family, setting, length: length, budget) }
        let isBounded = family.leastBytesBound(length: 1, footprint: setting.footprint(.full)) != nil
        func mayFit(_ length: Int) -> Bool {
            guard isBounded, trial.bidirectional else { return fits(length) }
            return !isBeyond(family, setting, length: length, budget)
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
