/// Reads a schedule and says whether it is a correct reversal: it starts where the network stands, records exist before
/// backward, the adjoint flows without a gap, each step is reversed as often as the strategy says, slots are never
/// exceeded, nothing leaks. From the same reading it derives whether the gradient is exact.
package struct Validator: Sendable {
    /// Every loss was injected once and felt down to the first step.
    package private(set) var isExact = true

    private let length: Int
    private let slots: Int
    private var position: Int? = 0
    private var saved: Set<Int> = []
    private var runs = Runs()
    /// The step whose entering adjoint is held.
    private var adjoint: Int?
    private var injected: [Int]
    private var reversed: [Int]

    /// What is wrong with a schedule.
    package enum Violation: Error, Hashable {
        /// An empty range, or one outside the sequence.
        case steps(Action)
        /// The network does not stand at the action's first step.
        case position(Action, at: Int?)
        /// A state saved twice, or one restored or discarded that is not there.
        case state(Action)
        /// More saved states than slots.
        case slots(Action, limit: Int)
        /// A record made twice, missing, or released from the middle of a run.
        case record(Action)
        /// The backward steps do not meet the adjoint that is held.
        case adjoint(Action, at: Int?)
        /// The loss would enter outside the reversed steps, or above a held adjoint.
        case injection(Action)
        /// A step not reversed, or its loss not injected, as often as the strategy says.
        case reversals(step: Int, found: Int, expected: Int)
        case injections(step: Int, found: Int)
        /// States or records alive at the end.
        case leak(states: Int, records: Int)
    }

    /// Reads a whole schedule.
    ///
    /// - Throws: the first violation.
    @discardableResult
    package init(_ schedule: any Schedule) throws(Violation) {
        length = schedule.length
        slots = schedule.slots
        injected = Array(repeating: 0, count: length)
        reversed = Array(repeating: 0, count: length)
        for action in schedule { try apply(action) }
        if let reached = adjoint, reached != 0 { isExact = false }
        for step in 0..<length {
            let expected = schedule.reversals(of: step)
            guard reversed[step] == expected else {
                throw .reversals(step: step, found: reversed[step], expected: expected)
            }
            guard injected[step] == 1 else { throw .injections(step: step, found: injected[step]) }
        }
        guard saved.isEmpty, runs.count == 0 else { throw .leak(states: saved.count, records: runs.records) }
    }

    private mutating func apply(_ action: Action) throws(Violation) {
        guard action == .truncate || (!action.steps.isEmpty && (0..<length).contains(action.steps)) else {
            throw .steps(action)
        }
        switch action {
        case .advance(let steps, let recording):
            guard position == steps.lowerBound else { throw .position(action, at: position) }
            position = steps.upperBound
            guard recording else { return }
            guard !runs.ranges.contains(where: { $0.overlaps(steps) }) else { throw .record(action) }
            runs.record(steps)
        case .save(let step):
            guard position == step else { throw .position(action, at: position) }
            guard saved.insert(step).inserted else { throw .state(action) }
            guard saved.count <= slots else { throw .slots(action, limit: slots) }
        case .restore(let step):
            guard saved.contains(step) else { throw .state(action) }
            position = step
        case .discard(let step):
            guard saved.remove(step) != nil else { throw .state(action) }
        case .backward(let steps, let injecting):
            guard let run = runs.run(of: steps.lowerBound), run.contains(steps) else { throw .record(action) }
            guard adjoint == nil || adjoint == steps.upperBound else { throw .adjoint(action, at: adjoint) }
            // Without an adjoint, a chain begins: the last step must have a loss, or nothing would flow.
            guard injecting.isEmpty || steps.contains(injecting) else { throw .injection(action) }
            guard adjoint != nil || (!injecting.isEmpty && injecting.upperBound == steps.upperBound) else {
                throw .injection(action)
            }
            for step in steps { reversed[step] += 1 }
            for step in injecting { injected[step] += 1 }
            adjoint = steps.lowerBound
        case .release(let steps):
            guard let run = runs.run(of: steps.lowerBound), run.contains(steps),
                run.lowerBound == steps.lowerBound || run.upperBound == steps.upperBound
            else { throw .record(action) }
            runs.release(steps)
        case .truncate:
            guard let reached = adjoint else { throw .adjoint(action, at: nil) }
            if reached != 0 { isExact = false }
            adjoint = nil
        }
    }
}
