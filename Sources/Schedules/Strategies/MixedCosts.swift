/// The dynamic programme of ``Mixed``: the fewest forward steps that reverse t steps with b bytes free besides the
/// current state and one record.
///
///     V(t, b) = t                                          when b holds t − 1 records, else the least of
///               y + V(t − y, b − state) + V(y, b)          saving the state after the y-th step, 1 ≤ y < t
///               y + V(t − y, b − record) + W(y − 1, b)     keeping the record of the y-th step, 1 ≤ y ≤ t
///
/// W is the same where the record of the next step waits to be reversed and takes the place of the current one: then t
/// steps are all recorded when b holds t records, and W(t, b) is the least of y + W(t − y, b − state) + V(y, b) and
/// y + W(t − y, b − record) + W(y − 1, b).
///
/// In t these are no convex functions, as they are with states or records alone, so that neither a closed form nor a search
/// that only ever moves on finds the least: with a state of one byte, a record of two and four bytes free, V grows by
/// 1 1 1 2 2 2 3 2 3 3. They are piecewise linear, and a sum of two such, taken over the place y of the split, is least where
/// one of them bends upwards or at an end of the range: only those y are tried. There are few, some reruns for each b.
///
/// The table has a number for every t and every b that states and records can leave of the budget, so it is limited: see
/// ``isWithinReach(length:free:state:record:)``.
///
/// - Complexity: O(T · levels · bends) once, 8 bytes a number.
final class MixedCosts: Sendable {
    /// Sizes and what is free, in units of their greatest common divisor.
    let state: Int
    let record: Int
    let free: Int
    private let levels: [Int: Level]

    enum Choice {
        /// Nothing is run again.
        case recordAll
        /// Save the state after this number of steps.
        case save(Int)
        /// Keep the record of the step after this number of steps.
        case record(Int)
    }

    /// Costs of all lengths with the same bytes free.
    private struct Level {
        /// V and W.
        var alone = Curve()
        var waiting = Curve()
    }

    /// Costs by length, and the lengths where they bend upwards.
    private struct Curve {
        var costs: [Int32] = [0]
        var bends: [Int32] = []

        mutating func append(_ cost: Int32) {
            let last = costs.count - 1
            if last > 0, cost - costs[last] > costs[last] - costs[last - 1] { bends.append(Int32(last)) }
            costs.append(cost)
        }
    }

    /// More than any cost, and little enough to be added to itself.
    private static let never: Int32 = 1 << 29
    static let longest = 1 << 14
    static let largestTable = 1 << 22

    init(length: Int, free: Int, state: Int, record: Int) {
        let unit = MixedCosts.divisor(state, record)
        self.state = state / unit
        self.record = record / unit
        // Beyond full unrolling there is nothing to gain.
        self.free = Swift.min(free, (length - 1) * record) / unit
        var levels: [Int: Level] = [:]
        for free in MixedCosts.reachable(self.free, self.state, self.record) {
            var level = Level()
            for steps in 1...length {
                let costs = (
                    MixedCosts.best(steps, free, false, level, levels, self.state, self.record).cost,
                    MixedCosts.best(steps, free, true, level, levels, self.state, self.record).cost
                )
                level.alone.append(costs.0)
                level.waiting.append(costs.1)
            }
            levels[free] = level
        }
        self.levels = levels
    }

    func forwardSteps(_ steps: Int) -> Int { Int(levels[free]!.alone.costs[steps]) }

    func choice(_ steps: Int, free: Int, waiting: Bool) -> Choice {
        MixedCosts.best(steps, free, waiting, levels[free]!, levels, state, record).choice
    }

    /// Whether the table is small enough to be made: at most 16,384 steps and 4,194,304 numbers.
    static func isWithinReach(length: Int, free: Int, state: Int, record: Int) -> Bool {
        guard length <= longest else { return false }
        let unit = divisor(state, record)
        let free = Swift.min(free, (length - 1) * record) / unit
        guard free / Swift.max(1, Swift.min(state, record) / unit) <= largestTable / length else { return false }
        return free < 1 << 24 && reachable(free, state / unit, record / unit).count <= largestTable / length
    }

    /// What states and records can leave of what is free, rising.
    private static func reachable(_ free: Int, _ state: Int, _ record: Int) -> [Int] {
        var reached = Array(repeating: false, count: free + 1)
        reached[free] = true
        for left in stride(from: free, through: 0, by: -1) where reached[left] {
            if left >= state { reached[left - state] = true }
            if left >= record { reached[left - record] = true }
        }
        return reached.indices.filter { reached[$0] }
    }

    /// The least cost of reversing this number of steps, given all shorter ones and all lower levels, and what comes
    /// first in it.
    private static func best(
        _ steps: Int, _ free: Int, _ waiting: Bool, _ level: Level, _ levels: [Int: Level], _ state: Int, _ record: Int
    ) -> (cost: Int32, choice: Choice) {
        guard steps > free / record + (waiting ? 0 : 1) else { return (Int32(steps), .recordAll) }
        var best = (cost: never, choice: Choice.recordAll)
        let steps = Int32(steps)
        if let lower = levels[free - state], steps > 1 {
            let right = waiting ? lower.waiting : lower.alone
            func consider(_ left: Int32) {
                let cost = left + level.alone.costs[Int(left)] + right.costs[Int(steps - left)]
                if cost < best.cost { best = (cost, .save(Int(left))) }
            }
            consider(1)
            consider(steps - 1)
            for left in level.alone.bends where left < steps { consider(left) }
            for later in right.bends where later < steps { consider(steps - later) }
        }
        if let lower = levels[free - record] {
            let right = waiting ? lower.waiting : lower.alone
            func consider(_ left: Int32) {
                let cost = left + 1 + level.waiting.costs[Int(left)] + right.costs[Int(steps - 1 - left)]
                if cost < best.cost { best = (cost, .record(Int(left))) }
            }
            consider(0)
            consider(steps - 1)
            for left in level.waiting.bends where left < steps { consider(left) }
            for later in right.bends where later < steps { consider(steps - 1 - later) }
        }
        return best
    }

    private static func divisor(_ first: Int, _ second: Int) -> Int {
        second == 0 ? first : divisor(second, first % second)
    }
}
