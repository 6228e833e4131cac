import Shapes

/// What one row of the batch has come to. Each row belongs to one thread.
struct AlignmentProgress {
    var utterances: [Utterance] = []
    /// The current utterance, and the one whose skips are in memory.
    var index = 0
    var skips = -1
    /// log p of the frames passed of the current utterance, but for the sum of the last one's α.
    var probability = 0.0
    var path = BestPath()

    /// Backward has begun after the frame: every position may be the last one.
    var isOpen = true
    /// Whether β has come from the utterance's end.
    var hasSeenEnd = false
    /// Errors of frames before this one have been used, in earlier passes and with the present one.
    var used = 0
    var usedNow = 0

    var loss = 0.0
    var frames = 0
    var endedSequences = 0
    var endedFrames = 0
    var framesByEnd = 0
    var framesByExpectation = 0
    var labelErrors = 0
    var labels = 0
}
