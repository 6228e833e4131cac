import Glibc
package import Machine
import Synchronization

/// Threads that work through the same steps together. The caller is one of them; the others wait for the next work,
/// spinning for a fraction of a millisecond, for a training step has some every few dozen microseconds, then parked.
///
/// It serves one caller at a time, the thread that trains. Another that calls meanwhile, as tests do, works alone,
/// which gives the same bits.
package final class ThreadPool: @unchecked Sendable {
    package static let shared = ThreadPool()

    /// Whether a caller is served, or the pool resized.
    private let isTaken = Atomic<Bool>(false)
    // What follows belongs to the caller that has taken the pool.
    /// Threads in use, the caller included.
    private var count = 1
    private var started = 1
    /// The round's number, and how many workers work in it in the lowest 16 bits: a thread that comes late reads both
    /// at once.
    private let round = WaitWord()
    /// Workers that still work in this round.
    private let busy = WaitWord()
    /// Arrivals at the barrier in this round. With n workers the barrier opens for the kth time at kn arrivals:
    /// arriving and opening it are one addition.
    fileprivate let arrivals = WaitWord()
    /// There are more threads than processors: a thread that spins keeps those it waits for from working.
    private let isCrowded = Atomic<Bool>(false)
    /// The spin limits of every worker, each on separate cache lines.
    private var limits: [UnsafeMutablePointer<SpinLimits>] = []
    // Written by the caller before a round begins, read by the others after.
    private var work: ((Worker) -> Void)?

    private init() { limits.append(ThreadPool.makeLimits()) }

    /// One for each kind of wait.
    fileprivate struct SpinLimits {
        var round = SpinLimit(backsOff: false)
        var barrier = SpinLimit(backsOff: true)
        var end = SpinLimit(backsOff: true)
    }

    private static func makeLimits() -> UnsafeMutablePointer<SpinLimits> {
        let lines = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 128)
        return lines.initializeMemory(as: SpinLimits.self, to: SpinLimits())
    }

    /// One of the threads that work together, the caller or another.
    package struct Worker {
        /// 0 is the caller.
        package let index: Int
        package let count: Int
        private let pool: ThreadPool?
        private let limits: UnsafeMutablePointer<SpinLimits>?

        /// One that works by itself.
        package static var alone: Worker { Worker(index: 0, count: 1, pool: nil, limits: nil) }

        fileprivate init(index: Int, count: Int, pool: ThreadPool?, limits: UnsafeMutablePointer<SpinLimits>?) {
            self.index = index
            self.count = count
            self.pool = pool
            self.limits = limits
        }

        /// This worker's part of 0..<total, a multiple of `unit` long (but the last).
        package func partition(of total: Int, by unit: Int) -> Range<Int> {
            let units = (total + unit - 1) / unit
            return min(total, units * index / count * unit)..<min(total, units * (index + 1) / count * unit)
        }

        /// The barrier: waits until all workers are here. What any wrote before it, all can read after it.
        package func waitAtBarrier() {
            guard let pool, let limits, count > 1 else { return }
            let come = pool.arrivals.add(1)
            // Rounded up to a multiple of the count.
            let all = (come + count - 1) / count * count
            if come == all {
                pool.arrivals.wakeAll()
            } else {
                pool.wait(for: pool.arrivals, &limits.pointee.barrier) { $0 >= all }
            }
        }
    }

    /// Sets how many threads there are from now on.
    ///
    /// - Parameter processors: how many they share: where there are fewer, a thread that waits makes room at once.
    /// - Throws: ``SystemFailure`` when the system gives no further thread; there are as many as before.
    package func resize(
        to count: Int, processors: Int = SystemLimits().processors.value
    ) throws(SystemFailure) {
        precondition((1..<1 << 16).contains(count), "a number of threads")
        while isTaken.exchange(true, ordering: .acquiring) { sched_yield() }
        defer { isTaken.store(false, ordering: .releasing) }
        while started < count {
            if limits.count == started { limits.append(ThreadPool.makeLimits()) }
            let thread = Thread(pool: self, index: started, round: round.current, limits: limits[started])
            let argument = Unmanaged.passRetained(thread)
            var handle = pthread_t()
            let code = pthread_create(
                &handle, nil,
                { argument in
                    Unmanaged<Thread>.fromOpaque(argument!).takeUnretainedValue().serve()
                }, argument.toOpaque())
            guard code == 0 else {
                argument.release()
                throw SystemFailure("cannot start thread \(started + 1) of \(count)", code)
            }
            pthread_detach(handle)
            started += 1
        }
        self.count = count
        isCrowded.store(count > processors, ordering: .relaxed)
    }

    /// Does the work once in each of at most `parts` workers, and returns when all have done it.
    package func run(parts: Int, _ work: (Worker) -> Void) {
        guard parts > 1, !isTaken.exchange(true, ordering: .acquiring) else { return work(.alone) }
        defer { isTaken.store(false, ordering: .releasing) }
        let parts = min(parts, count)
        guard parts > 1 else { return work(.alone) }
        withoutActuallyEscaping(work) { work in
            self.work = work
            arrivals.reset(to: 0)
            busy.reset(to: parts - 1)
            round.set(to: ((round.current >> 16) + 1) << 16 | parts)
            work(Worker(index: 0, count: parts, pool: self, limits: limits[0]))
            wait(for: busy, &limits[0].pointee.end) { $0 == 0 }
            self.work = nil
        }
    }

    @inline(__always)
    fileprivate func wait(for word: WaitWord, _ limit: inout SpinLimit, until isReached: (Int) -> Bool) {
        if isCrowded.load(ordering: .relaxed) {
            word.wait(until: isReached)
        } else {
            word.wait(spinning: &limit, until: isReached)
        }
    }

    /// One of the pool's threads.
    private final class Thread {
        private let pool: ThreadPool
        private let index: Int
        /// The last round it has seen.
        private var round: Int
        private let limits: UnsafeMutablePointer<SpinLimits>

        init(pool: ThreadPool, index: Int, round: Int, limits: UnsafeMutablePointer<SpinLimits>) {
            self.pool = pool
            self.index = index
            self.round = round
            self.limits = limits
        }

        func serve() -> Never {
            while true {
                let seen = round
                pool.wait(for: pool.round, &limits.pointee.round) { $0 != seen }
                round = pool.round.current
                let parts = round & 0xFFFF
                // A round without this thread may be over, and the next begun, before it is seen. One with it may not.
                guard index < parts else { continue }
                pool.work!(Worker(index: index, count: parts, pool: pool, limits: limits))
                if pool.busy.add(-1) == 0 { pool.busy.wakeAll() }
            }
        }
    }
}
