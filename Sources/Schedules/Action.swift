/// One thing a schedule asks for. Steps count from 0; ranges are half-open.
///
/// Every action only grows memory or only shrinks it, so a peak always stands at the boundary of two actions.
public enum Action: Hashable, Sendable {
    /// Run forward over these steps and keep what `recording` says.
    case advance(Range<Int>, recording: Recording)
    /// Keep a copy of the state entering this step; the network must stand there.
    case save(Int, in: Tier = .memory)
    /// Put the network back at this step: its state was saved in the tier or, in memory, is contained in the record of
    /// the step before.
    case restore(Int, from: Tier = .memory)
    /// Drop the saved state entering this step.
    case discard(Int, from: Tier = .memory)
    /// Run backward over these steps' records, last step first; the loss enters on the steps of `injecting`. The state
    /// entering the first of them must be available: with their run, in the record of the step before, or saved in memory.
    case backward(Range<Int>, injecting: Range<Int>)
    /// Drop the records of these steps. When the run of records continues after them, a state that entered their
    /// first step gives its place to the state entering the first step that stays.
    case release(Range<Int>)
    /// Forget the adjoint: no gradient flows further back.
    case truncate
    /// Multiply the adjoint, to make up for truncations that chance did not choose.
    case rescale(Double)
    /// Carry sensitivities over these steps, so that no record of them is needed again. Without records the network goes forward over
    /// them, and each step's loss enters the gradient at once. Over records (``Sensitivities/needsRecords``) the adjoint entering the
    /// first step, which `backward` has left, enters the gradient through what was carried so far, and is then forgotten.
    case accumulate(Range<Int>, Sensitivities)
    /// Run these steps back to where they began, by what the buffer has of them, and leave their records and the state entering the
    /// first, as a recorded run does. The network must stand after the last one.
    case undo(Range<Int>)
}

/// What a forward run keeps for backward.
public enum Recording: Hashable, Sendable, ExpressibleByBooleanLiteral {
    /// `false`.
    case nothing
    /// `true`: a record a step and, where no record of the step before is alive, the state entering the first.
    case run
    /// A record a step and no entering state: backward will find that saved, or in the record of the step before, which
    /// is made later.
    case alone
    /// No record: what inversion cannot recover goes to the buffer, for ``Action/undo(_:)``.
    case forgotten

    /// Of `true` a run, of `false` nothing.
    public init(booleanLiteral value: Bool) { self = value ? .run : .nothing }

    /// Whether records are kept.
    public var keepsRecords: Bool { self == .run || self == .alone }
}

/// Where a saved state lies.
public enum Tier: String, CaseIterable, Hashable, Sendable {
    case memory, disk
}

extension Action: CustomStringConvertible {
    /// The action's word in JSON and tables.
    public var name: String {
        switch self {
        case .advance: "advance"
        case .save: "save"
        case .restore: "restore"
        case .discard: "discard"
        case .backward: "backward"
        case .release: "release"
        case .truncate: "truncate"
        case .rescale: "compensate"
        case .accumulate: "accumulate"
        case .undo: "undo"
        }
    }

    /// The steps the action touches; empty for what touches the adjoint alone.
    public var steps: Range<Int> {
        switch self {
        case .advance(let steps, _), .backward(let steps, _), .release(let steps), .accumulate(let steps, _),
            .undo(let steps):
            steps
        case .save(let step, _), .restore(let step, _), .discard(let step, _): step..<step + 1
        case .truncate, .rescale: 0..<0
        }
    }

    /// Where the state lies that the action saves, restores or discards; nil for other actions.
    public var tier: Tier? {
        switch self {
        case .save(_, let tier), .restore(_, let tier), .discard(_, let tier): tier
        default: nil
        }
    }

    public var description: String {
        switch self {
        case .advance(let steps, .nothing): "advance \(steps)"
        case .advance(let steps, .run): "advance \(steps) recording"
        case .advance(let steps, .alone): "advance \(steps) recording alone"
        case .advance(let steps, .forgotten): "advance \(steps) keeping what is forgotten"
        case .save(let step, let tier): "save \(step)\(tier == .disk ? " on disk" : "")"
        case .restore(let step, let tier), .discard(let step, let tier):
            "\(name) \(step)\(tier == .disk ? " from disk" : "")"
        case .backward(let steps, let injecting):
            injecting == steps ? "backward \(steps)" : "backward \(steps) injecting \(injecting)"
        case .release(let steps): "release \(steps)"
        case .truncate: "truncate"
        case .rescale(let factor): "compensate by \(factor)"
        case .accumulate(let steps, let sensitivities): "accumulate \(steps) by \(sensitivities)"
        case .undo(let steps): "undo \(steps)"
        }
    }
}
