package import Planning
package import Quantities
import Schedules
package import Trials
import Vectors

/// How far the gradient of a network is off with each format of records and states: measured on the network itself, in one training step
/// over the first steps of its sequence.
package struct FormatSurvey {
    private let trial: Trial
    private let program: TrialProgram

    /// - Parameter trial: the network; its strategy and its formats do not matter.
    package init(of trial: Trial, program: TrialProgram) {
        var step = trial.withoutFiles
        (step.updates, step.optimizer) = (0, Trial.usual.optimizer)
        (step.weights, step.weightsContent) = (trial.weights, trial.weightsContent)
        // Sequences of a file that is still there have their length.
        if !step.task.hasValidation { step.length = min(trial.length, max(FormatSurvey.steps, step.task.leastLength)) }
        self.trial = step
        self.program = program
    }

    /// Enough for several segments, and few enough for a moment's pass.
    package static let steps = 64

    /// What a pass takes with the gradient that it is held against.
    package var neededBytes: Bytes { Bytes(2 * trial.unrolled.demand.peakBytes) }

    /// Formats whose gradient is off by no more than is allowed, the native ones first; none where products alone are off by more. One
    /// whose gradient is not finite is left out.
    ///
    /// - Throws: ``TrialFailure``, ``SpawnError``.
    package func formats(within largest: Double, children: Children) throws -> [FewerBits] {
        let known = trial.multipliesPairs ? [] : [FewerBits.none]
        // Beside products of bfloat16 native records are in that format.
        let others =
            trial.multipliesPairs
            ? [FewerBits.none] + FewerBits.combinations.filter { $0.records != .bfloat16 } : FewerBits.combinations
        return try known
            + others.compactMap { bits in
                guard let error = try error(of: bits, children), error <= largest else { return nil }
                return FewerBits(records: bits.records, states: bits.states, error: error)
            }
    }

    /// Full unrolling reads nothing but records; what saves states runs all but the last segment again.
    private func error(of bits: FewerBits, _ children: Children) throws -> Double? {
        var trial = bits.applied(to: trial)
        trial.strategy = trial.packsStates ? .segmented(length: max(1, trial.length / 8)) : .full
        let process = try program.measure(trial, warmup: 0, children: children)
        try process.waitUntilReady(within: nil)
        let row = try process.repeatOnce(within: nil)
        try process.finish()
        return row[.gradientRelativeError]?.number
    }
}
