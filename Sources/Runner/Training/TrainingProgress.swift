import Trials

/// How far trainings are, by the events of their runner.
package struct TrainingProgress: Sendable {
    /// Of all trainings.
    private var total: Int
    private var made = 0
    private var start: ContinuousClock.Instant?

    package init(updates: Int, trainings: Int) { total = updates * trainings }

    /// Takes in what happens.
    package mutating func update(_ event: Event, at now: ContinuousClock.Instant = .now) {
        switch event {
        case .trainingReady(_, let updates): total -= updates
        case .updated(let trial, let update, let isLast):
            made += 1
            if start == nil { start = now - .seconds(update.wallSeconds) }
            if isLast { total -= trial.updates - update.update - 1 }
        default: break
        }
    }

    /// The time that is left, from that of the updates made; nil before the first.
    package func secondsLeft(at now: ContinuousClock.Instant = .now) -> Double? {
        start.map { (now - $0) / .seconds(1) / Double(made) * Double(max(0, total - made)) }
    }
}
