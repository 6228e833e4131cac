import Quantities
import Schedules

/// What is true of every step after some actions of a schedule: what is in memory, what has been run, what is cut.
struct Moment: Hashable, Sendable {
    /// Steps whose entering state is saved.
    private(set) var saved: Set<Int> = []
    /// Steps whose record is there.
    private(set) var recorded: Set<Int> = []
    /// Steps before whose records the state that entered them is kept.
    private(set) var entering: Set<Int> = []
    /// Those of the saved states that lie on disk.
    private(set) var onDisk: Set<Int> = []
    /// Steps that have been run at least once, and those that have been reversed.
    private(set) var covered: Set<Int> = []
    private(set) var reversed: Set<Int> = []
    /// The step that the network stands before.
    private(set) var position = 0
    /// Actions taken.
    private(set) var index = 0
    /// The last of them; nil at the start.
    private(set) var action: Action?

    mutating func apply(_ action: Action) {
        switch action {
        case .advance(let steps, let recording):
            covered.formUnion(steps)
            if recording == .run, !recorded.contains(steps.lowerBound - 1) { entering.insert(steps.lowerBound) }
            if recording.keepsRecords { recorded.formUnion(steps) }
            position = steps.upperBound
        case .save(let step, let tier):
            saved.insert(step)
            if tier == .disk { onDisk.insert(step) }
        case .restore: position = action.steps.lowerBound
        case .discard(let step, _):
            saved.remove(step)
            onDisk.remove(step)
        case .backward: reversed.formUnion(action.steps)
        case .release(let steps):
            // The state that entered the run gives its place to the one entering what stays.
            if recorded.contains(steps.upperBound), entering.contains(steps.lowerBound) {
                entering.insert(steps.upperBound)
            }
            recorded.subtract(steps)
            entering.subtract(steps)
        case .truncate, .compensate: break
        }
        self.action = action
        index += 1
    }

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

/// Where a backward pass ends and its adjoint is forgotten: the gradient of later losses goes no further back.
struct Cut: Hashable, Sendable {
    /// The step before which it is.
    let step: Int
    /// The action that ran back to it.
    let action: Int

    /// All of a schedule. A pass ends with a truncation, or with the schedule.
    static func all(of schedule: any Schedule) -> [Cut] {
        var cuts: [Cut] = []
        var reached: Cut?
        for (index, action) in zip(0..., AnySequence(schedule)) {
            if case .backward = action { reached = Cut(step: action.steps.lowerBound, action: index) }
            if case .truncate = action, let end = reached {
                cuts.append(end)
                reached = nil
            }
        }
        return (cuts + [reached].compactMap(\.self)).filter { $0.step > 0 }
    }
}
