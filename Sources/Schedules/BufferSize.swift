/// What the buffer of a reversible network takes: made of words that serve some steps each, all of them before the first step writes there.
public struct BufferSize: Hashable, Sendable {
    /// One word of every number of a state, all layers, in bytes as the allocator hands them out; 0 where no step can be undone.
    public var word: Int
    /// Steps that it serves, at least 1.
    public var stepsOfWord: Int

    /// Sizes, in bytes and in steps.
    public init(word: Int = 0, stepsOfWord: Int = 1) { (self.word, self.stepsOfWord) = (word, stepsOfWord) }

    /// Of the first steps of a sequence.
    package func bytes(of steps: Int) -> Int {
        saturatingProduct((steps + stepsOfWord - 1) / stepsOfWord, word)
    }
}
