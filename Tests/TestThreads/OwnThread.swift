import Dispatch
package import Testing

/// A suite whose tests come one after the other, on none of the threads that all tests share: of these there are as few as
/// processors. Its tests hold up no other suite while they wait for a program, and where they take longest, begun last, they would
/// leave a processor idle.
package struct OwnThread: SuiteTrait, TestScoping {
    private final class Queue: TaskExecutor {
        private let queue = DispatchQueue(label: "tests one after the other")

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(Queue()) { try await function() }
    }
}

extension Trait where Self == OwnThread {
    package static var onAThreadOfItsOwn: OwnThread { OwnThread() }
}
