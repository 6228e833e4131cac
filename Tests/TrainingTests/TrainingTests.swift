import Networks
import TestThreads
import Testing
import Trials

/// Everything that trains, one test after the other: the pool of threads belongs to the process, and the heaps are
/// shared, for jemalloc never gives an arena back and gathers figures from all of them.
@Suite(.serialized, .onAThreadOfItsOwn) enum TrainingTests {
    static let heaps = try! Heaps()
}

extension Measurement {
    /// A figure as a number, which the row must have: a figure that is missing is this test's failure, not the end of the process.
    func number(_ figure: Figure) throws -> Double { try #require(self[figure], "\(figure) is not in the row").number }
}
