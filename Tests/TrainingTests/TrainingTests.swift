import Networks
import Testing

/// Everything that trains, one test after the other: the team of threads belongs to the process, and the heaps are
/// shared, for jemalloc never gives an arena back and gathers figures from all of them.
@Suite(.serialized) enum TrainingTests {
    static let heaps = try! Heaps()
}
