/// Some frames of a row of the batch and the labels that they have, whose borders are not known.
package struct Utterance: Hashable, Sendable {
    /// In a stream the last may continue after the stream's end.
    package var frames: Range<Int>
    /// In 1..<K; class 0 is the blank, as PyTorch has it.
    package var labels: [Int]
    /// Whether its first frame is a blank, as Hwang & Sung force it where sequences follow one another in a stream
    /// (2015, arXiv 1511.06841): the same label may end one and begin the next.
    package var opensWithBlank: Bool

    package init(frames: Range<Int>, labels: [Int], opensWithBlank: Bool = false) {
        self.frames = frames
        self.labels = labels
        self.opensWithBlank = opensWithBlank
    }

    /// Whether its loss counts among those of `length` steps: it ends there or, with CTC-EM, continues after them.
    package func counts(in length: Int, usesExpectation: Bool) -> Bool {
        usesExpectation || frames.upperBound <= length
    }

    /// The frames its labels take: one each, a blank between two that are the same, and the forced one.
    package var neededFrames: Int {
        labels.count + zip(labels, labels.dropFirst()).count { $0 == $1 } + (opensWithBlank ? 1 : 0)
    }
}
