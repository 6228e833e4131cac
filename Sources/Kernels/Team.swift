import CVectorMath
import Glibc
import Synchronization

/// Threads that work through the same steps together. The caller is one of them; the others wait for the next work, awake
/// for a fraction of a millisecond, for a training step has some every few dozen microseconds, then asleep.
///
/// It serves one thread at a time, the one that trains. Another that comes meanwhile, as tests do, is left to work alone,
/// which gives the same bits.
package final class Team: @unchecked Sendable {
    package static let shared = Team()

    /// How often a thread looks before it sleeps, 0.2 to 1 ms by the processor's pause, and before it lets others run
    /// while it waits for them.
    private static let patience = 20_000

    /// Whether somebody is served, or the team resized.
    private let isTaken = Atomic<Bool>(false)
    // What follows belongs to whoever has taken the team.
    /// Threads in use, the caller included.
    private var count = 1
    private var started = 1
    private let round = Atomic<Int>(0)
    private let busy = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    /// How many members have come to the barrier, and how often all have.
    fileprivate let arrived = Atomic<Int>(0)
    fileprivate let phase = Atomic<Int>(0)
    // Written by the caller before a round begins, read by the others after.
    private var work: ((Member) -> Void)?
    private var parts = 1
    private var mutex = pthread_mutex_t()
    private var wake = pthread_cond_t()

    private init() {
        pthread_mutex_init(&mutex, nil)
        pthread_cond_init(&wake, nil)
    }

    /// One of those that work together.
    package struct Member {
        /// 0 is the caller.
        package let place: Int
        package let count: Int
        private let team: Team?

        /// One that works by itself.
        package static let alone = Member(place: 0, count: 1, team: nil)

        fileprivate init(place: Int, count: Int, team: Team?) {
            self.place = place
            self.count = count
            self.team = team
        }

        /// This member's part of 0..<total, a multiple of `unit` long (but the last).
        package func share(of total: Int, by unit: Int) -> Range<Int> {
            let units = (total + unit - 1) / unit
            return min(total, units * place / count * unit)..<min(total, units * (place + 1) / count * unit)
        }

        /// Waits until all have come here: what any wrote before is there for all after.
        package func await() {
            guard let team, count > 1 else { return }
            let phase = team.phase.load(ordering: .relaxed)
            if team.arrived.add(1, ordering: .acquiringAndReleasing).newValue == count {
                team.arrived.store(0, ordering: .relaxed)
                team.phase.store(phase &+ 1, ordering: .releasing)
            } else {
                Team.wait { team.phase.load(ordering: .acquiring) != phase }
            }
        }
    }

    /// Sets how many threads there are from now on.
    package func resize(to count: Int) {
        precondition(count >= 1)
        while isTaken.exchange(true, ordering: .acquiring) { sched_yield() }
        defer { isTaken.store(false, ordering: .releasing) }
        while started < count {
            let thread = Thread(team: self, place: started, round: round.load(ordering: .relaxed))
            var handle = pthread_t()
            let code = pthread_create(
                &handle, nil,
                { argument in
                    Unmanaged<Thread>.fromOpaque(argument!).takeUnretainedValue().serve()
                }, Unmanaged.passRetained(thread).toOpaque())
            precondition(code == 0, "no thread could be started: \(String(cString: strerror(code)))")
            pthread_detach(handle)
            started += 1
        }
        self.count = count
    }

    /// Does the work once in each of at most `parts` members, and comes back when all have done it.
    package func run(parts: Int, _ work: (Member) -> Void) {
        guard parts > 1, !isTaken.exchange(true, ordering: .acquiring) else {
            work(Member(place: 0, count: 1, team: nil))
            return
        }
        defer { isTaken.store(false, ordering: .releasing) }
        let parts = min(parts, count)
        guard parts > 1 else {
            work(Member(place: 0, count: 1, team: nil))
            return
        }
        withoutActuallyEscaping(work) { work in
            self.work = work
            self.parts = parts
            busy.store(started - 1, ordering: .relaxed)
            round.add(1, ordering: .sequentiallyConsistent)
            if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
                pthread_mutex_lock(&mutex)
                pthread_cond_broadcast(&wake)
                pthread_mutex_unlock(&mutex)
            }
            work(Member(place: 0, count: parts, team: self))
            Team.wait { busy.load(ordering: .acquiring) == 0 }
            self.work = nil
        }
    }

    @inline(__always)
    fileprivate static func wait(until isDone: () -> Bool) {
        var looks = 0
        while !isDone() {
            looks += 1
            if looks < Team.patience { unroll_pause() } else { sched_yield() }
        }
    }

    /// One of the threads that wait.
    private final class Thread {
        private let team: Team
        private let place: Int
        private var round: Int

        init(team: Team, place: Int, round: Int) {
            self.team = team
            self.place = place
            self.round = round
        }

        func serve() -> Never {
            while true {
                waitForRound()
                round += 1
                if place < team.parts { team.work!(Member(place: place, count: team.parts, team: team)) }
                team.busy.subtract(1, ordering: .releasing)
            }
        }

        private func waitForRound() {
            for _ in 0..<Team.patience {
                if team.round.load(ordering: .acquiring) != round { return }
                unroll_pause()
            }
            pthread_mutex_lock(&team.mutex)
            // First announced, then looked once more: whoever begins a round looks for sleepers after it has begun.
            team.sleepers.add(1, ordering: .sequentiallyConsistent)
            while team.round.load(ordering: .sequentiallyConsistent) == round {
                pthread_cond_wait(&team.wake, &team.mutex)
            }
            team.sleepers.subtract(1, ordering: .sequentiallyConsistent)
            pthread_mutex_unlock(&team.mutex)
        }
    }
}
