import Networks
import Quantities
import Schedules
import Trials

/// What one training step did and how long its parts took.
package struct Pass: Sendable {
    package var forwardSteps = 0
    /// Forward steps over ground already covered.
    package var recomputedSteps = 0
    package var backwardSteps = 0
    /// Forward steps that carried sensitivities, and the lengths of the blocks that these were carried over.
    package var carriedSteps = 0
    package var carriedBlocks: [Int] = []
    /// Steps undone, and the bits that the buffer had of them; nil where it had none.
    package var undoneSteps = 0
    package var forgottenBits: Int?
    /// Steps on which a loss entered.
    package var injections = 0
    /// Elements whose loss entered, as ``Source/elements(of:)`` counts them: with CTC the frames whose error was used.
    package var elements = 0
    /// The mean loss over all elements that count.
    package var loss = 0.0
    /// The measure of quality that the task has, of the outputs that the loss is of; nil when the task has nothing.
    package var quality: Double?

    /// Frames of sequences that were passed; sequences that ended, and their frames.
    package var frames = 0
    package var endedSequences = 0
    package var endedFrames = 0
    /// Labels of those, and what best paths have wrong of them.
    package var labels = 0
    package var labelErrors = 0
    /// Frames, of all sequences, whose error was used after their sequence's end was reached; and before, by CTC-EM.
    package var framesByEnd = 0
    package var framesByExpectation = 0

    package var wall = Duration.zero
    /// Forward over new ground, with its records.
    package var forward = Duration.zero
    /// Forward over ground already covered, with its records, and going back to it.
    package var recompute = Duration.zero
    /// Backward, weight gradients, and dropping records.
    package var backward = Duration.zero
    /// Writing, reading and removing states on disk.
    package var io = Duration.zero
    /// Changing the parameters before the end.
    package var changing = Duration.zero

    /// Steps of all lanes become steps of the network, each of which is one of every lane.
    mutating func count(eachOf lanes: Int) {
        forwardSteps /= lanes
        recomputedSteps /= lanes
        backwardSteps /= lanes
    }

    mutating func attribute(_ time: Duration, to action: Action, recomputing: Bool) {
        switch action {
        case .save(_, .disk), .restore(_, .disk), .discard(_, .disk): io += time
        case .advance, .save:
            if recomputing { recompute += time } else { forward += time }
        case .restore, .discard, .undo: recompute += time
        case .accumulate(_, let sensitivities) where !sensitivities.needsRecords: forward += time
        case .backward, .release, .truncate, .rescale, .accumulate: backward += time
        }
    }

    /// Its steps and times, as columns of results have them.
    func write(to row: inout Measurement) {
        row[.forwardSteps] = .integer(forwardSteps)
        row[.recomputedSteps] = .integer(recomputedSteps)
        row[.backwardSteps] = .integer(backwardSteps)
        row[.wallSeconds] = .real(wall.inSeconds)
        row[.forwardSeconds] = .real(forward.inSeconds)
        row[.recomputeSeconds] = .real(recompute.inSeconds)
        row[.backwardSeconds] = .real(backward.inSeconds)
    }

    /// The results of CTC.
    mutating func take<S>(_ alignment: Alignment<S>) {
        loss = alignment.loss
        quality = alignment.labelErrorRate
        frames = alignment.frames
        endedSequences = alignment.endedSequences
        endedFrames = alignment.endedFrames
        labels = alignment.labels
        labelErrors = alignment.labelErrors
        elements = alignment.usedFrames
        framesByEnd = alignment.framesByEnd
        framesByExpectation = alignment.framesByExpectation
    }
}
