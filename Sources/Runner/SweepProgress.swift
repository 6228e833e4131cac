import Experiments
import Trials

/// How far a sweep is, by its events.
///
/// Rows differ a thousandfold in what they take, so the time left is estimated by the work left, in predicted FLOPs.
package struct SweepProgress: Sendable {
    package private(set) var rows = 0
    package private(set) var allRows = 0
    package private(set) var failures = 0
    private var work: [Trial: Double] = [:]
    private var total = 0.0
    private var done = 0.0

    /// Preparing a trial takes about as many passes.
    private static let preparation = 2.0

    package init() {}

    /// Takes in what happens.
    package mutating func update(_ event: Event) {
        switch event {
        case .started(let trials, let repetitions):
            allRows = trials.count * repetitions
            work = Dictionary(trials.map { ($0, Double($0.work)) }, uniquingKeysWith: { first, _ in first })
            total =
                trials.reduce(0) { $0 + Double($1.work) } * (Double(repetitions) + SweepProgress.preparation)
        case .trialStarted(let trial): done += work[trial, default: 0] * SweepProgress.preparation
        case .rowFinished(let row):
            rows += 1
            done += work[row.trial, default: 0]
        case .trialFailed: failures += 1
        default: break
        }
    }

    /// The time that is left, from that which has passed; nil before anything is done.
    package func secondsLeft(after elapsed: Double) -> Double? {
        done > 0 ? max(0, elapsed * (total / done - 1)) : nil
    }
}
