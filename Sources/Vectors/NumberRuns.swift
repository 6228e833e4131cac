/// Runs of numbers side by side, at even distances; of what is packed each run has separate groups.
public struct NumberRuns: Hashable, Sendable {
    /// Numbers of a run.
    public let count: Int
    /// How many runs there are.
    public let number: Int
    /// From the first number of a run to that of the next, in numbers; and where they are packed, in bytes.
    public let pitch, packedPitch: Int

    public init(of count: Int, number: Int, pitch: Int, packedPitch: Int) {
        (self.count, self.number, self.pitch, self.packedPitch) = (count, number, pitch, packedPitch)
    }

    /// One.
    public init(of count: Int) { self.init(of: count, number: 1, pitch: 0, packedPitch: 0) }
}
