/// Reads a schedule and says whether it is a correct reversal: it starts where the network stands, records exist before
/// backward, the adjoint flows without a gap, each step is reversed as often as the strategy says, slots are never
/// exceeded, nothing leaks. From the same reading it derives whether the gradient is exact, and whether its bits are those of
/// full unrolling. A schedule that makes no
/// gradient is correct when it goes over all steps and nothing enters or is reversed.
package struct Validator: Sendable {
    /// Every loss was injected once and felt, as it is, down to the first step. False where there is no gradient.
    package private(set) var isExact = true
    /// Whether the adjoint was dropped before the end, and another chain begun.
    private var isCut = false
    /// Whether the gradient is exact and one chain of adjoints, summed as full unrolling's: the same bits.
    package var hasBitsOfFull: Bool { isExact && !isCut }

    private let length: Int
    private let slots: [Tier: Int]
    private let recordLimit: Int
    private let losses: LossPlacement
    private var position: Int? = 0
    /// One past the furthest step gone over.
    private var frontier = 0
    private var saved: [Int: Tier] = [:]
    private var savedOnDisk = 0
    private var runs = Runs()
    /// The step whose entering adjoint is held.
    private var adjoint: Int?
    /// What that adjoint must be multiplied by before it flows on, and whether it has been.
    private let compensation: Double?
    private var isCompensated = false
    private var injected = StepCounts()
    private var reversed = StepCounts()

    /// What is wrong with a schedule.
    package enum Violation: Error, Hashable {
        /// An empty range, or one outside the sequence.
        case steps(Action)
        /// The network does not stand at the action's first step.
        case position(Action, at: Int?)
        /// A state saved twice, or one restored or discarded that is not there.
        case state(Action)
        /// More saved states in a tier than slots, or more records than the strategy says.
        case slots(Action, limit: Int)
        /// The state entering the first step is not at hand.
        case entering(Action)
        /// A record made twice, missing, or released from the middle of a run.
        case record(Action)
        /// The backward steps do not meet the adjoint that is held.
        case adjoint(Action, at: Int?)
        /// The adjoint is not multiplied, or flows on, as the strategy says.
        case compensation(Action)
        /// The loss would enter outside the reversed steps, or above a held adjoint.
        case injection(Action)
        /// A step not reversed, or its loss not injected, as often as the strategy says.
        case reversals(step: Int, found: Int, expected: Int)
        case injections(step: Int, found: Int)
        /// The network never came to the end.
        case unfinished(at: Int)
        /// States or records alive at the end.
        case leak(states: Int, records: Int)
    }

    /// Reads a whole schedule.
    ///
    /// - Throws: the first violation.
    @discardableResult
    package init(_ schedule: some Schedule) throws(Violation) {
        length = schedule.length
        slots = [.memory: schedule.slots, .disk: schedule.diskSlots]
        recordLimit = schedule.records
        losses = schedule.losses
        compensation = schedule.compensation
        let injections = schedule.hasGradient ? 1 : 0
        for action in schedule { try apply(action) }
        if let reached = adjoint, reached != 0 { isExact = false }
        if !schedule.hasGradient { isExact = false }
        if let (step, found) = reversed.firstDifference(below: length, from: schedule.reversals) {
            throw .reversals(step: step, found: found, expected: schedule.reversals(of: step))
        }
        if let (step, found) = injected.firstDifference(below: length, from: { _ in injections }) {
            throw .injections(step: step, found: found)
        }
        guard frontier == length else { throw .unfinished(at: frontier) }
        guard saved.isEmpty, runs.isEmpty else { throw .leak(states: saved.count, records: runs.records) }
    }

    private mutating func apply(_ action: Action) throws(Violation) {
        guard action.touchesAdjointAlone || (!action.steps.isEmpty && (0..<length).contains(action.steps)) else {
            throw .steps(action)
        }
        switch action {
        case .advance(let steps, let recording):
            guard position == steps.lowerBound else { throw .position(action, at: position) }
            position = steps.upperBound
            frontier = Swift.max(frontier, steps.upperBound)
            guard recording.keepsRecords else { return }
            guard !runs.overlap(steps) else { throw .record(action) }
            runs.record(steps, alone: recording == .alone)
            guard runs.records <= recordLimit else { throw .slots(action, limit: recordLimit) }
        case .save(let step, let tier):
            guard position == step else { throw .position(action, at: position) }
            guard saved.updateValue(tier, forKey: step) == nil else { throw .state(action) }
            if tier == .disk { savedOnDisk += 1 }
            let used = tier == .disk ? savedOnDisk : saved.count - savedOnDisk
            guard used <= slots[tier]! else { throw .slots(action, limit: slots[tier]!) }
        case .restore(let step, let tier):
            guard saved[step] == tier || (tier == .memory && runs.run(of: step - 1) != nil) else {
                throw .state(action)
            }
            position = step
        case .discard(let step, let tier):
            guard saved[step] == tier else { throw .state(action) }
            saved[step] = nil
            if tier == .disk { savedOnDisk -= 1 }
        case .backward(let steps, let injecting):
            guard let run = runs.run(of: steps.lowerBound)?.steps, run.contains(steps) else { throw .record(action) }
            guard runs.enters(steps.lowerBound) || saved[steps.lowerBound] == .memory else { throw .entering(action) }
            guard adjoint == nil || adjoint == steps.upperBound else { throw .adjoint(action, at: adjoint) }
            // Without an adjoint, a chain begins: the last step must have a loss, or nothing would flow. Losses that are due
            // on the oldest steps are not all that may enter.
            guard injecting.isEmpty || steps.contains(injecting) else { throw .injection(action) }
            let begins = adjoint == nil && losses == .newest
            guard !begins || (!injecting.isEmpty && injecting.upperBound == steps.upperBound) else {
                throw .injection(action)
            }
            guard compensation == nil || (steps.count == 1 && (adjoint == nil || isCompensated)) else {
                throw .compensation(action)
            }
            isCompensated = false
            reversed.add(steps)
            injected.add(injecting)
            adjoint = steps.lowerBound
        case .release(let steps):
            guard let run = runs.run(of: steps.lowerBound)?.steps, run.contains(steps),
                run.lowerBound == steps.lowerBound || run.upperBound == steps.upperBound
            else { throw .record(action) }
            runs.release(steps)
        case .truncate:
            guard let reached = adjoint else { throw .adjoint(action, at: nil) }
            if reached != 0 { isExact = false }
            isCut = true
            adjoint = nil
            isCompensated = false
        case .compensate(let factor):
            guard adjoint != nil else { throw .adjoint(action, at: nil) }
            guard factor == compensation, !isCompensated else { throw .compensation(action) }
            isCompensated = true
            isExact = false
        }
    }
}

extension Action {
    /// Whether it speaks of no steps.
    fileprivate var touchesAdjointAlone: Bool {
        switch self {
        case .truncate, .compensate: true
        default: false
        }
    }
}
