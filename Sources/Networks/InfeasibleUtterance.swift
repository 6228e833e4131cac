package import Shapes

/// A sequence that has more labels than its frames can have: no path through it, and no logarithm of its probability.
package struct InfeasibleUtterance: Error, Hashable, CustomStringConvertible {
    /// The row of the batch.
    package let sequence: Int
    package let utterance: Utterance

    package var description: String {
        let (frames, labels) = (utterance.frames, utterance.labels.count)
        let location =
            utterance.opensWithBlank ? "stream \(sequence), from step \(frames.lowerBound)," : "sequence \(sequence)"
        return
            "\(location) has \(frames.count) frames, but its \(labels) labels need \(utterance.neededFrames): one each, "
            + (utterance.opensWithBlank ? "a blank first " : "") + "and a blank between two that are the same"
    }
}
