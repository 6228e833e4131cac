package import Memory
package import Schedules
import Shapes
package import Trials

/// The longest sequence and the largest batch that a strategy can do within a budget, with the parameter that needs the
/// fewest bytes.
package struct Limits: Sendable {
    package struct Row: Sendable {
        package let strategy: Strategy
        /// Nil when not even one step fits; the largest length there is where bytes do not grow with it.
        package let length: Int?
        /// At the trial's length; nil when not even one sequence fits.
        package let batch: Int?
    }

    package let rows: [Row]

    /// - Complexity: O(√T·log T) for lengths, and a footprint for every batch.
    package init(_ trial: Trial, budget: Bytes, disk: Bool) {
        let names = Strategy.plannable(disk: disk, tracks: trial.shape.tracks)
        var batches: [String: Int] = [:]
        // Workspaces do not grow evenly with the batch: all are tried, the largest first.
        var other = trial
        for batch in (1...Trial.largestWidth).reversed() where batches.count < names.count {
            other.batch = batch
            let footprint = other.footprint
            guard footprint.constant.total <= budget.count else { continue }
            for name in names where batches[name] == nil {
                if Limits.fits(name, length: trial.length, footprint, budget) { batches[name] = batch }
            }
        }
        rows = names.map { name in
            Row(
                strategy: Strategy.smallest(name, length: trial.length, footprint: trial.footprint),
                length: Limits.longest(name, trial, budget), batch: batches[name])
        }
    }

    private static func fits(_ name: String, length: Int, _ footprint: Footprint, _ budget: Bytes) -> Bool {
        let least = Strategy.leastBytes(name, length: length, footprint: footprint)
        guard least <= budget.count else { return false }
        guard name == "mixed" else { return true }
        let memory = Bytes(least - footprint.constant.total)
        return Mixed.obstacle(length: length, memory: memory, footprint: footprint) == nil
    }

    /// Bytes only grow with the length: by halves. Where those of the best segment do not quite, with several tracks,
    /// ``Room/leastOfAnySegment(length:_:)`` does: by halves to where it leaves the budget, and from there down.
    private static func longest(_ name: String, _ trial: Trial, _ budget: Bytes) -> Int? {
        var other = trial
        func fits(_ length: Int) -> Bool {
            other.length = length
            return Limits.fits(name, length: length, other.footprint, budget)
        }
        func mayFit(_ length: Int) -> Bool {
            guard name == "segmented", trial.bidirectional else { return fits(length) }
            other.length = length
            let footprint = other.footprint
            return footprint.constant.total + Room.leastOfAnySegment(length: length, footprint) <= budget.count
        }
        guard fits(1) else { return nil }
        var (low, high) = (1, Trial.largestLength + 1)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if mayFit(middle) { low = middle } else { high = middle }
        }
        while !fits(low) { low -= 1 }
        return low
    }
}
