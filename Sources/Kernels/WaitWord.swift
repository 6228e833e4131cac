import CSystem
import CVectorMath
import Glibc
import Synchronization

/// A number that threads wait for: spinning at first, for most waits are shorter than it takes to fall asleep and be
/// woken; then parked in the kernel, where they take no processor from those they wait for.
///
/// A thread that changes the number makes a system call only when another is parked. Neither can miss the other: a
/// waiter adds itself to the parked count before it looks at the number a last time, which the kernel does; a change of
/// the number is a read-modify-write in sequentially consistent order, and the count is read after it. (Franke, Russell
/// and Kirkwood 2002, "Fuss, futexes and furwocks"; Drepper 2011, "Futexes are tricky".)
///
/// Number and count have a cache line to themselves, and so has whatever lies next to it.
struct WaitWord: @unchecked Sendable {
    private let value: UnsafeMutablePointer<Atomic<Int>>
    private let parked: UnsafeMutablePointer<Atomic<Int>>

    init() {
        let line = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 128)
        value = line.bindMemory(to: Atomic<Int>.self, capacity: 1)
        value.initialize(to: Atomic(0))
        parked = (line + 8).bindMemory(to: Atomic<Int>.self, capacity: 1)
        parked.initialize(to: Atomic(0))
    }

    @inline(__always)
    var current: Int { value.pointee.load(ordering: .acquiring) }

    /// For a moment when no thread waits.
    func reset(to number: Int) { value.pointee.store(number, ordering: .relaxed) }

    /// Adds and returns the new number. Wakes no thread.
    @inline(__always)
    func add(_ number: Int) -> Int { value.pointee.add(number, ordering: .sequentiallyConsistent).newValue }

    /// Sets the number and wakes all that are parked.
    @inline(__always)
    func set(to number: Int) {
        _ = value.pointee.exchange(number, ordering: .sequentiallyConsistent)
        wakeAll()
    }

    /// Wakes all that are parked; to be called after a change that they wait for.
    @inline(__always)
    func wakeAll() {
        guard parked.pointee.load(ordering: .sequentiallyConsistent) > 0 else { return }
        unroll_unpark(UnsafeRawPointer(value).assumingMemoryBound(to: Int64.self))
    }

    /// Waits until the number is as it should be.
    ///
    /// - Parameter limit: the waiting thread's own, for waits of this kind.
    @inline(__always)
    func wait(spinning limit: inout SpinLimit, until isReached: (Int) -> Bool) {
        var looks = 0
        while looks < limit.looks {
            if isReached(current) { return limit.note(looks) }
            unroll_pause()
            looks += 1
        }
        guard !isReached(current) else { return }
        let start = SuspendingClock.now
        park(until: isReached)
        limit.note(SuspendingClock.now - start)
    }

    /// Waits without spinning.
    func wait(until isReached: (Int) -> Bool) { if !isReached(current) { park(until: isReached) } }

    @inline(never)
    private func park(until isReached: (Int) -> Bool) {
        parked.pointee.add(1, ordering: .sequentiallyConsistent)
        while true {
            let number = value.pointee.load(ordering: .sequentiallyConsistent)
            if isReached(number) { break }
            unroll_park(
                UnsafeRawPointer(value).assumingMemoryBound(to: Int64.self), UInt32(truncatingIfNeeded: number))
        }
        parked.pointee.subtract(1, ordering: .sequentiallyConsistent)
    }
}

/// How long a thread spins in waits of one kind before it parks: twice as long as these have taken of late, within
/// bounds.
///
/// Falling asleep and being woken takes some 10 to 50 µs. 100 µs are always spun through, or a machine that is otherwise idle
/// loses 5 % where threads wait for each other at every step, and 200 once such waits are usual. A wait as long as a
/// time slice says that something else wants the processors: then those that spin are taken for greedy and wait
/// longest, and the next waits park at once, more of them each time.
struct SpinLimit {
    /// In looks at the number.
    private(set) var looks = SpinLimit.looks(microseconds: 100)
    private let least = SpinLimit.looks(microseconds: 100)
    private let most = SpinLimit.looks(microseconds: 200)
    /// A running mean of waits in looks, times 16.
    private var mean = 0
    /// Whether a wait that is too long says that something else wants the processors. Between rounds it says only that there
    /// was nothing to do.
    private let backsOff: Bool
    /// Waits that still park at once.
    private var parking = 0
    /// How many did so after the last wait that was too long.
    private var backoff = SpinLimit.leastBackoff

    private static let leastBackoff = 4
    private static let mostBackoff = 256

    init(backsOff: Bool) { self.backsOff = backsOff }

    /// A wait that spinning has ended.
    @inline(__always)
    mutating func note(_ waited: Int) {
        mean += waited - mean >> 4
        looks = min(most, max(least, mean >> 3))
    }

    /// A wait that has ended in sleep.
    mutating func note(_ parked: Duration) {
        let waited = SpinLimit.looks(microseconds: Int(min(parked / .microseconds(1), 1e6)))
        if waited > most {
            guard backsOff else { return }
            parking = backoff
            backoff = min(2 * backoff, SpinLimit.mostBackoff)
        } else if parking > 0 {
            parking -= 1
            if parking == 0 { backoff = max(SpinLimit.leastBackoff, backoff / 2) }
        } else {
            note(waited + looks)
        }
        if parking > 0 { looks = 0 } else if looks == 0 { note(mean >> 4) }
    }

    private static func looks(microseconds: Int) -> Int { microseconds * 1000 / nanoseconds + 1 }

    /// What a look and the processor's pause take: 10 to 50 ns by the make. The least of a few times, for any of them may have
    /// been interrupted.
    private static let nanoseconds: Int = {
        let word = WaitWord()
        let count = 200
        let times = (0..<5).map { _ in
            SuspendingClock().measure {
                for _ in 0..<count {
                    if word.current != 0 { return }
                    unroll_pause()
                }
            }
        }
        return max(1, Int(times.min()! / .nanoseconds(1)) / count)
    }()
}
