/// The state machine of a schedule: after every action where the network stands, how far it has been, which states and
/// records are alive, the adjoint that is held, and what was done so far.
///
/// It takes actions as they are. The ``Validator`` is a replay with a contract, the ``Simulator`` one with sizes for each
/// lane; diagrams and counts fold over it. The executor keeps separate books, for the one is held against the other.
///
/// - Complexity: O(1) an action that saves, discards, records or releases at the end of what is alive.
package struct Replay: Sendable {
    /// The step that the network stands before.
    package private(set) var position = 0
    /// One past the furthest step gone over: all before it were.
    package private(set) var frontier = 0
    package private(set) var saved = SavedStates()
    package private(set) var records = Runs()
    /// The step whose entering adjoint is held; nil where none is.
    package private(set) var adjoint: Int?
    /// Sensitivities that are held, and the step whose entering state they are of; nil where none are.
    package private(set) var sensitivities: HeldSensitivities?
    package private(set) var carried = 0
    /// The first steps of the sequence that the buffer has, and the most that it had.
    package private(set) var forgotten = 0
    private var buffered = 0
    /// What was done, in the counts that time is made of.
    package private(set) var work = Workload()
    /// Forward steps over ground already covered.
    package private(set) var recomputed = 0

    package init() {}

    /// Replays a whole schedule.
    package init(_ schedule: some Schedule) {
        for action in schedule { apply(action) }
    }

    /// What is alive, counted.
    package var holding: Holding {
        Holding(
            states: saved.inMemory, stored: saved.onDisk, records: records.records, entering: records.entering,
            sensitivities: sensitivities, buffered: buffered)
    }

    package mutating func apply(_ action: Action) {
        work.apply(action)
        switch action {
        case .advance(let steps, let recording):
            goForward(steps)
            if recording.keepsRecords { record(steps, alone: recording == .alone) }
            if recording == .forgotten {
                forgotten = steps.upperBound
                buffered = Swift.max(buffered, forgotten)
            }
        case .save(let step, let tier): saved.save(step, in: tier)
        case .restore(let step, _): position = step
        case .discard(let step, _): saved.discard(step)
        case .backward(let steps, _): adjoint = steps.lowerBound
        case .release(let steps): records.release(steps)
        case .truncate: adjoint = nil
        case .rescale: break
        case .accumulate(let steps, let kind):
            if kind.needsRecords { adjoint = nil } else { goForward(steps) }
            carried = steps.upperBound
            sensitivities = HeldSensitivities(kind, block: Swift.max(steps.count, sensitivities?.block ?? 0))
        case .undo(let steps):
            record(steps, alone: false)
            (position, forgotten) = (steps.lowerBound, steps.lowerBound)
        }
    }

    private mutating func record(_ steps: Range<Int>, alone: Bool) {
        let before = records.entering
        records.record(steps, alone: alone)
        work.entered += Swift.max(0, records.entering - before)
        work.heldRecords = Swift.max(work.heldRecords, records.records)
    }

    private mutating func goForward(_ steps: Range<Int>) {
        recomputed += Swift.max(0, Swift.min(frontier, steps.upperBound) - steps.lowerBound)
        frontier = Swift.max(frontier, steps.upperBound)
        position = steps.upperBound
    }
}
