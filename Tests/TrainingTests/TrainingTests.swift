import Networks
import TestThreads
import Testing

/// Everything that trains, one test after the other: the pool of threads belongs to the process, and the heaps are
/// shared, for jemalloc never gives an arena back and gathers figures from all of them.
@Suite(.serialized, .onAThreadOfItsOwn) enum TrainingTests {
    static let heaps = try! Heaps()
}
