import Dispatch
import Networks
import Testing

/// Everything that trains, one test after the other: the pool of threads belongs to the process, and the heaps are
/// shared, for jemalloc never gives an arena back and gathers figures from all of them.
@Suite(.serialized, .onAThreadOfItsOwn) enum TrainingTests {
    static let heaps = try! Heaps()
}

/// A suite that does not wait for the threads that all tests share. One whose tests come one after the other takes longest: begun
/// last, it would leave a processor idle for half of the time that the tests take.
struct OwnThread: SuiteTrait, TestScoping {
    private final class Queue: TaskExecutor {
        private let queue = DispatchQueue(label: "tests one after the other")

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(Queue()) { try await function() }
    }
}

extension Trait where Self == OwnThread {
    static var onAThreadOfItsOwn: OwnThread { OwnThread() }
}
