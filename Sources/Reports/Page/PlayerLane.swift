package import Schedules
package import Trials

/// One strategy's schedule as the player goes through it: what each action changes, and the bytes after it.
package struct PlayerLane: Sendable {
    package let trial: Trial
    /// From state to state.
    var link: StateLink { StateLink(trial.cell) }
    package let actions: [Frame]
    /// Before the first action.
    package let start: Usage
    package let peak: Int
    /// Live bytes by role after every action, by the audit of a measured pass; nil where none was measured.
    package private(set) var measured: [Usage]?

    /// What is true after an action.
    package struct Frame: Sendable {
        package let action: Action
        package let usage: Usage
        /// Steps, and what they have become.
        let changes: [(steps: Range<Int>, mark: StepMark)]
        /// The step that the network stands before.
        let position: Int
    }

    /// Steps times actions that are gone through; some seconds' worth.
    package static let mostWork = 200_000_000
    /// Actions that a page can hold.
    package static let mostActions = 20_000

    /// Nil of a network with two directions, which is under two schedules, and where a page cannot hold the actions.
    package init?(_ trial: Trial) {
        let footprint = trial.footprint
        guard footprint.lanes == 1 else { return nil }
        let schedule = trial.schedule
        let count = AnySequence(schedule).prefix(PlayerLane.mostActions + 1).reduce(0) { count, _ in count + 1 }
        guard count <= PlayerLane.mostActions, count * trial.length <= PlayerLane.mostWork else { return nil }
        var (simulator, replay) = (Simulator(footprint: footprint), Replay())
        let cuts = Dictionary(grouping: Cut.all(of: schedule), by: \.action).mapValues { Set($0.map(\.step)) }
        var marks = [StepMark](repeating: [], count: trial.length)
        var reversed = marks
        var actions: [Frame] = []
        start = simulator.usage
        for action in schedule {
            simulator.apply(action)
            replay.apply(action)
            for step in action.entered ?? 0..<0 { reversed[step].insert(.reversed) }
            for step in cuts[actions.count] ?? [] { reversed[step].insert(.cut) }
            let now = StepMark.all(replay, reversed)
            actions.append(
                Frame(
                    action: action, usage: simulator.usage, changes: StepMark.changes(from: marks, to: now),
                    position: replay.position))
            marks = now
        }
        self.trial = trial
        self.actions = actions
        peak = simulator.peakBytes
    }

    /// - Throws: where it is the timeline of another schedule.
    package mutating func add(_ timeline: MeasuredTimeline) throws(MeasuredTimeline.Failure) {
        try timeline.expect(self)
        measured = timeline.usages
    }
}

/// What a picture shows of a step.
struct StepMark: OptionSet, Sendable {
    let rawValue: Int

    /// Gone over at least once.
    static let covered = StepMark(rawValue: 1)
    static let recorded = StepMark(rawValue: 2)
    static let reversed = StepMark(rawValue: 4)
    /// The state entering the step is saved, in memory or on disk, or kept with the records that begin here.
    static let saved = StepMark(rawValue: 8)
    static let onDisk = StepMark(rawValue: 16)
    static let entering = StepMark(rawValue: 32)
    /// The gradient goes no further back.
    static let cut = StepMark(rawValue: 64)
    /// What it has forgotten is in the buffer.
    static let forgotten = StepMark(rawValue: 128)

    /// Of every step.
    ///
    /// - Parameter lasting: what stays once it has come.
    static func all(_ replay: Replay, _ lasting: [StepMark]) -> [StepMark] {
        var marks = lasting
        for step in 0..<min(replay.frontier, marks.count) { marks[step].insert(.covered) }
        for step in 0..<replay.forgotten { marks[step].insert(.forgotten) }
        for run in replay.records.runs {
            for step in run.steps { marks[step].insert(.recorded) }
            if run.holdsEntering { marks[run.steps.lowerBound].insert(.entering) }
        }
        for state in replay.saved.states where state.step < marks.count {
            marks[state.step].insert(state.tier == .disk ? .onDisk : .saved)
        }
        return marks
    }

    /// Neighbours that have become the same together.
    static func changes(from before: [StepMark], to after: [StepMark]) -> [(steps: Range<Int>, mark: StepMark)] {
        var changes: [(steps: Range<Int>, mark: StepMark)] = []
        for step in after.indices where after[step] != before[step] {
            if let last = changes.last, last.steps.upperBound == step, last.mark == after[step] {
                changes[changes.count - 1].steps = last.steps.lowerBound..<step + 1
            } else {
                changes.append((step..<step + 1, after[step]))
            }
        }
        return changes
    }
}
