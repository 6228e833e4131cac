/// Reads a schedule and says whether it is a correct reversal: it starts where the network stands, records exist before
/// backward, the adjoint flows without a gap, each step is reversed as often as the strategy says, slots are never
/// exceeded, nothing leaks. From the same reading it derives whether the gradient is exact, and whether its bits are those of
/// full unrolling. A schedule that makes no gradient is correct when it goes over all steps and nothing enters or is reversed.
///
/// It is a ``Replay`` that is asked before every action whether the action may come, and at the end what is left.
///
/// - Complexity: O(1) an action that saves, discards, records or releases at the end of what is alive; memory for what is
///   alive and for the stretches of steps that were reversed equally often.
public struct Validator: Sendable {
    /// Every loss was injected once and felt, as it is, down to the first step. False where there is no gradient.
    public private(set) var isExact = true
    /// Whether the adjoint was dropped before the end, and another chain begun.
    private var isCut = false
    /// Whether the gradient is exact and one chain of adjoints, summed as full unrolling's: the same bits.
    public var hasBitsOfFull: Bool { isExact && !isCut }

    private let length: Int
    private let slots: Int
    private let diskSlots: Int
    private let recordLimit: Int
    private let losses: LossPlacement
    private var replay = Replay()
    /// What the adjoint must be multiplied by before it flows on, and whether it has been.
    private let compensation: Double?
    private let sensitivities: Sensitivities?
    private let isExactByNetwork: Bool
    private var isCompensated = false
    private var injected = StepCounts()
    private var reversed = StepCounts()

    /// What is wrong with a schedule.
    public enum Violation: Error, Hashable {
        /// An empty range, or one outside the sequence.
        case steps(Action)
        /// The network does not stand at the action's first step.
        case position(Action, at: Int)
        /// A state saved twice, or one restored or discarded that is not there.
        case state(Action)
        /// More saved states in a tier than slots, or more records than the strategy says.
        case slots(Action, limit: Int)
        /// The state entering the first step is not available.
        case entering(Action)
        /// A record made twice, missing, or released from the middle of a run.
        case record(Action)
        /// The backward steps do not meet the adjoint that is held.
        case adjoint(Action, at: Int?)
        /// The adjoint is not multiplied, or flows on, as the strategy says.
        case compensation(Action)
        /// The loss would enter outside the reversed steps, or above a held adjoint.
        case injection(Action)
        /// A step not reversed as often as the strategy says.
        case reversals(step: Int, found: Int, expected: Int)
        /// A step's loss not injected as often as the strategy says.
        case injections(step: Int, found: Int)
        /// Sensitivities of another kind than the strategy says, or of another step.
        case sensitivities(Action, at: Int)
        /// The buffer has other steps than the first ones up to the action's.
        case buffer(Action, at: Int)
        /// They never came to the end.
        case uncarried(at: Int)
        /// The network never came to the end.
        case unfinished(at: Int)
        /// States or records alive at the end.
        case leak(states: Int, records: Int)
    }

    /// Reads a whole schedule.
    ///
    /// - Parameter isExactByNetwork: whether the schedule's sensitivities leave nothing out in the network, be they exact in any or not.
    /// - Throws: the first violation.
    @discardableResult
    public init(_ schedule: some Schedule, isExactByNetwork: Bool = false) throws(Violation) {
        self.isExactByNetwork = isExactByNetwork
        length = schedule.length
        (slots, diskSlots) = (schedule.slots, schedule.diskSlots)
        recordLimit = schedule.records
        losses = schedule.losses
        (compensation, sensitivities) = (schedule.compensation, schedule.sensitivities)
        let injections = schedule.hasGradient ? 1 : 0
        for action in schedule {
            try check(action)
            replay.apply(action)
            try checkLimits(action)
        }
        if let reached = replay.adjoint, reached != 0 { isExact = false }
        if !schedule.hasGradient { isExact = false }
        if let (step, found) = reversed.firstDifference(below: length, from: schedule.reversals) {
            throw .reversals(step: step, found: found, expected: schedule.reversals(of: step))
        }
        if let (step, found) = injected.firstDifference(below: length, from: { _ in injections }) {
            throw .injections(step: step, found: found)
        }
        guard replay.frontier == length else { throw .unfinished(at: replay.frontier) }
        guard sensitivities == nil || replay.carried == length else { throw .uncarried(at: replay.carried) }
        guard replay.saved.isEmpty, replay.records.isEmpty else {
            throw .leak(states: replay.saved.count, records: replay.records.records)
        }
    }

    /// Whether the action may come now.
    private mutating func check(_ action: Action) throws(Violation) {
        guard action.touchesAdjointAlone || (!action.steps.isEmpty && (0..<length).contains(action.steps)) else {
            throw .steps(action)
        }
        let (position, adjoint) = (replay.position, replay.adjoint)
        switch action {
        case .advance(let steps, let recording):
            guard position == steps.lowerBound else { throw .position(action, at: position) }
            guard !recording.keepsRecords || !replay.records.overlap(steps) else { throw .record(action) }
            guard recording != .forgotten || replay.forgotten == steps.lowerBound else {
                throw .buffer(action, at: replay.forgotten)
            }
        case .save(let step, _):
            guard position == step else { throw .position(action, at: position) }
            guard replay.saved[step] == nil else { throw .state(action) }
        case .restore(let step, let tier):
            guard replay.saved[step] == tier || (tier == .memory && replay.records.run(of: step - 1) != nil) else {
                throw .state(action)
            }
        case .discard(let step, let tier):
            guard replay.saved[step] == tier else { throw .state(action) }
        case .backward(let steps, let injecting):
            guard let run = replay.records.run(of: steps.lowerBound)?.steps, run.contains(steps) else {
                throw .record(action)
            }
            guard replay.records.enters(steps.lowerBound) || replay.saved[steps.lowerBound] == .memory else {
                throw .entering(action)
            }
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
        case .release(let steps):
            guard let run = replay.records.run(of: steps.lowerBound)?.steps, run.contains(steps),
                run.lowerBound == steps.lowerBound || run.upperBound == steps.upperBound
            else { throw .record(action) }
        case .truncate:
            guard let adjoint else { throw .adjoint(action, at: nil) }
            if adjoint != 0 { isExact = false }
            isCut = true
            isCompensated = false
        case .rescale(let factor):
            guard adjoint != nil else { throw .adjoint(action, at: nil) }
            guard factor == compensation, !isCompensated else { throw .compensation(action) }
            isCompensated = true
            isExact = false
        case .accumulate(let steps, let sensitivities):
            guard replay.carried == steps.lowerBound, sensitivities == self.sensitivities else {
                throw .sensitivities(action, at: replay.carried)
            }
            guard sensitivities.needsRecords else {
                guard position == steps.lowerBound else { throw .position(action, at: position) }
                guard adjoint == nil else { throw .adjoint(action, at: adjoint) }
                injected.add(steps)
                isExact = isExact && (sensitivities.isExact || isExactByNetwork)
                isCut = true
                return
            }
            guard let run = replay.records.run(of: steps.lowerBound)?.steps, run.contains(steps) else {
                throw .record(action)
            }
            guard adjoint == steps.lowerBound else { throw .adjoint(action, at: adjoint) }
            isExact = isExact && (sensitivities.isExact || isExactByNetwork)
            isCut = true
        case .undo(let steps):
            guard position == steps.upperBound else { throw .position(action, at: position) }
            guard replay.forgotten == steps.upperBound else { throw .buffer(action, at: replay.forgotten) }
            guard !replay.records.overlap(steps) else { throw .record(action) }
        }
    }

    /// Whether what is alive after the action is within what the strategy says.
    private func checkLimits(_ action: Action) throws(Violation) {
        switch action {
        case .advance, .undo:
            guard replay.records.records <= recordLimit else { throw .slots(action, limit: recordLimit) }
        case .save(_, let tier):
            let used = tier == .disk ? replay.saved.onDisk : replay.saved.inMemory
            let limit = tier == .disk ? diskSlots : slots
            guard used <= limit else { throw .slots(action, limit: limit) }
        case .restore, .discard, .backward, .release, .truncate, .rescale, .accumulate: break
        }
    }
}

extension Action {
    /// Whether it speaks of no steps.
    fileprivate var touchesAdjointAlone: Bool {
        switch self {
        case .truncate, .rescale: true
        default: false
        }
    }
}
