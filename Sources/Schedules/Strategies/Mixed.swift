package import Quantities

/// Checkpoints of states and of records under one budget of bytes: BPTT with mixed-state memorisation, BPTT-MSM (Gruslys et
/// al. 2016, arXiv 1606.03401). The budget covers saved states and records, the working ones included: at no action do
/// they take more. The constant roles come on top.
///
/// At each part of the sequence the schedule either saves a state at some step, or runs to some step and keeps its record
/// as ``Internal`` does, whichever makes the whole take the fewest forward steps: see ``MixedCosts``. States and records
/// have their real sizes, in bytes. With the bytes that a ``Binomial`` or an ``Internal`` schedule takes it never needs more
/// forward steps than they.
///
/// - Complexity: O(C) actions for C forward steps, besides the costs.
package struct Mixed: Schedule {
    package let length: Int
    package let slots: Int
    package let records: Int
    private let costs: MixedCosts

    /// - Parameters:
    ///   - length: T, at least 1.
    ///   - memory: bytes, at least ``leastMemory(length:state:record:)``; more than full unrolling takes is the same as that.
    ///   - state: bytes of a saved state.
    ///   - record: bytes of a record.
    package init(length: Int, memory: Int, state: Int, record: Int) {
        precondition(length >= 1 && state >= 1 && record >= 1, "a reversal needs at least one step, and sizes")
        precondition(
            memory >= Mixed.leastMemory(length: length, state: state, record: record), "the budget holds no reversal")
        self.init(
            length: length,
            costs: MixedCosts(length: length, free: memory - state - record, state: state, record: record))
    }

    private init(length: Int, costs: MixedCosts) {
        self.length = length
        self.costs = costs
        slots = 1 + costs.free / costs.state
        records = Swift.min(length, 1 + costs.free / costs.record)
    }

    /// The schedule of fewer steps, or as many, under the same budget. It reads the same table: costs of a length do not depend
    /// on what longer ones take.
    package func shortened(to length: Int) -> Mixed? {
        precondition((1...self.length).contains(length), "the table is of at most \(self.length) steps")
        return Mixed(length: length, costs: costs)
    }

    /// The fewest bytes: the initial state, the current record, and one more of the smaller of the two.
    package static func leastMemory(length: Int, state: Int, record: Int) -> Int {
        state + record + (length > 1 ? Swift.min(state, record) : 0)
    }

    /// The same of all lanes.
    static func leastMemory(length: Int, _ footprint: Footprint) -> Int {
        footprint.lanes * leastMemory(length: length, state: footprint.state, record: footprint.record)
    }

    /// What stands against this budget; nil when there is a schedule.
    package static func infeasibility(length: Int, memory: Bytes, footprint: Footprint) -> Infeasibility? {
        let (state, record) = (footprint.state, footprint.record)
        let least = leastMemory(length: length, footprint)
        guard memory.count >= least else {
            return Infeasibility(
                found: "'memory' is \(memory.count) bytes, \(least - memory.count) too few for states and records",
                allowed: "at least \(least) bytes", leastBytes: least, isTooFewBytes: true)
        }
        // Each lane has its part of the budget.
        let free = memory.count / footprint.lanes - state - record
        guard MixedCosts.isWithinReach(length: length, free: free, state: state, record: record) else {
            return Infeasibility(
                found: "its table of costs for \(length) steps is too large",
                allowed:
                    "at most \(MixedCosts.longest) steps, and \(MixedCosts.largestTable) numbers, one for each step "
                    + "and each sum of states and records within the budget", leastBytes: least, isTooFewBytes: false)
        }
        return nil
    }

    /// C, all forward steps.
    package var forwardSteps: Int { costs.forwardSteps(length) }

    package func makeIterator() -> Iterator { Iterator(schedule: self) }

    package struct Iterator: IteratorProtocol {
        private enum Task {
            /// Steps to reverse with this number of bytes besides the current record. The state entering the first is
            /// saved or in the record of the step before.
            case reverse(Range<Int>, free: Int, restoring: Bool)
            case discard(Int)
        }

        private let costs: MixedCosts
        /// The next one last.
        private var tasks: [Task]
        /// Actions of the current task, the next one last.
        private var ready: [Action] = [.save(0)]
        /// One past the last step that is not reversed: the current part ends there, or one before, where a record
        /// waits.
        private var frontier: Int

        fileprivate init(schedule: Mixed) {
            costs = schedule.costs
            tasks = [.discard(0), .reverse(0..<schedule.length, free: costs.free, restoring: false)]
            frontier = schedule.length
        }

        package mutating func next() -> Action? {
            while true {
                if let action = ready.popLast() { return action }
                switch tasks.popLast() {
                case nil: return nil
                case .discard(let step): return .discard(step)
                case .reverse(let steps, let free, let restoring): reverse(steps, free, restoring)
                }
            }
        }

        private mutating func reverse(_ steps: Range<Int>, _ free: Int, _ restoring: Bool) {
            let (start, end) = (steps.lowerBound, steps.upperBound)
            // Written from the last action to the first.
            switch costs.choice(steps.count, free: free, waiting: frontier > end) {
            case .recordAll:
                let due = start..<frontier
                guard !due.isEmpty else { return }
                ready.append(.release(due))
                ready.append(.backward(due, injecting: due))
                frontier = start
                guard !steps.isEmpty else { return }
                ready.append(.advance(steps, recording: .alone))
            case .save(let left):
                let middle = start + left
                ready.append(.save(middle))
                ready.append(.advance(start..<middle, recording: false))
                tasks.append(.reverse(start..<middle, free: free, restoring: true))
                tasks.append(.discard(middle))
                tasks.append(.reverse(middle..<end, free: free - costs.state, restoring: false))
            case .record(let left):
                let kept = start + left
                ready.append(.advance(kept..<kept + 1, recording: .alone))
                if left > 0 { ready.append(.advance(start..<kept, recording: false)) }
                tasks.append(.reverse(start..<kept, free: free, restoring: true))
                tasks.append(.reverse(kept + 1..<end, free: free - costs.record, restoring: false))
            }
            if restoring { ready.append(.restore(start)) }
        }
    }
}
