import Quantities
import Schedules

/// What is true of every step after some actions of a schedule: what is in memory, what has been run, what is cut.
struct Moment: Sendable {
    private var replay = Replay()
    /// Steps that have been reversed.
    private(set) var reversed: Set<Int> = []
    /// The last action; nil at the start.
    private(set) var action: Action?

    mutating func apply(_ action: Action) {
        replay.apply(action)
        if let steps = action.entered { reversed.formUnion(steps) }
        self.action = action
    }

    /// The step that the network stands before.
    var position: Int { replay.position }
    /// Actions taken.
    var index: Int { replay.work.actions }
    /// Steps whose entering state is saved.
    var saved: Set<Int> { Set(replay.saved.states.map(\.step)) }
    /// Those of the saved states that lie on disk.
    var onDisk: Set<Int> { Set(replay.saved.states.filter { $0.tier == .disk }.map(\.step)) }
    /// Steps whose record is there.
    var recorded: Set<Int> { Set(replay.records.runs.flatMap(\.steps)) }
    /// Steps before whose records the state that entered them is kept.
    var entering: Set<Int> { Set(replay.records.runs.filter(\.holdsEntering).map(\.steps.lowerBound)) }
    /// Steps that have been run at least once.
    var covered: Range<Int> { 0..<replay.frontier }

    /// The step whose entering state sensitivities are held of; nil where none are.
    var carried: Int? { replay.sensitivities == nil ? nil : replay.carried }

    /// Steps whose forgotten bits are in the buffer.
    var forgotten: Range<Int> { 0..<replay.forgotten }

    /// In states and records in memory, each counted as one.
    var size: Int { saved.count - onDisk.count + recorded.count + entering.count }

    /// In words.
    ///
    /// - Parameter actions: those of the schedule.
    func summary(of actions: Int) -> String {
        let action = action.map { "\($0)" } ?? "nothing yet"
        return "After action \(index - 1) of 0 to \(actions - 1), \(action): in memory "
            + "\(counted(recorded.count, "record")), "
            + counted(saved.count - onDisk.count, "saved state")
            + (entering.isEmpty ? "" : ", \(counted(entering.count, "state")) entering records")
            + (onDisk.isEmpty ? "" : "; on disk \(counted(onDisk.count, "state"))")
            + (forgotten.isEmpty ? "" : "; in the buffer what \(counted(forgotten.count, "step")) forgot")
            + (carried.map { "; sensitivities of the state before step \($0)" } ?? "")
    }

    /// After no action, after each, in turn.
    static func all(of schedule: any Schedule) -> [Moment] {
        var moment = Moment()
        var moments = [moment]
        for action in schedule {
            moment.apply(action)
            moments.append(moment)
        }
        return moments
    }
}

extension Action {
    /// Steps whose loss is in the gradient after it, as far as it goes back: reversed, or carried forward.
    var entered: Range<Int>? {
        switch self {
        case .backward(let steps, _): steps
        case .accumulate(let steps, let sensitivities) where !sensitivities.needsRecords: steps
        default: nil
        }
    }
}

/// Where a backward pass ends and its adjoint is forgotten: the gradient of later losses goes no further back.
struct Cut: Hashable, Sendable {
    /// The step before which it is.
    let step: Int
    /// The action that ran back to it.
    let action: Int

    /// All of a schedule. A pass ends with a truncation, or with the schedule.
    static func all(of schedule: any Schedule) -> [Cut] {
        var cuts: [Cut] = []
        var replay = Replay()
        var last = 0
        for action in schedule {
            switch action {
            case .backward: last = replay.work.actions
            case .truncate: if let step = replay.adjoint { cuts.append(Cut(step: step, action: last)) }
            default: break
            }
            replay.apply(action)
        }
        if let step = replay.adjoint { cuts.append(Cut(step: step, action: last)) }
        return cuts.filter { $0.step > 0 }
    }
}
