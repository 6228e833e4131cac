import CVectorMath
import Glibc
import Synchronization

/// Threads that share a product. The caller does a part itself; the others wait for the next one, awake for a fraction of
/// a millisecond, for a training step has a product every few dozen microseconds, then asleep.
///
/// It serves one thread at a time, the one that trains. Another that comes meanwhile, as tests do, is left to do its product
/// alone, which gives the same bits.
package final class Team: @unchecked Sendable {
    package static let shared = Team()

    /// Below this many operations a part is not worth waking anybody: some 10 µs.
    private static let least = 1 << 20
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
    // Written by the caller before a round begins, read by the others after.
    private var work: ((Int) -> Void)?
    private var mutex = pthread_mutex_t()
    private var wake = pthread_cond_t()

    private init() {
        pthread_mutex_init(&mutex, nil)
        pthread_cond_init(&wake, nil)
    }

    /// Sets how many threads products use from now on.
    package func resize(to count: Int) {
        precondition(count >= 1)
        while isTaken.exchange(true, ordering: .acquiring) { sched_yield() }
        defer { isTaken.store(false, ordering: .releasing) }
        while started < count {
            let place = started
            let member = Unmanaged.passRetained(Member(team: self, place: place, round: round.load(ordering: .relaxed)))
            var thread = pthread_t()
            let code = pthread_create(
                &thread, nil,
                { argument in
                    Unmanaged<Member>.fromOpaque(argument!).takeUnretainedValue().serve()
                }, member.toOpaque())
            precondition(code == 0, "no thread could be started: \(String(cString: strerror(code)))")
            pthread_detach(thread)
            started += 1
        }
        self.count = count
    }

    /// Does the body on parts of 0..<total that are multiples of `unit` (but the last), each on a thread of its own.
    ///
    /// - Parameter worth: operations of the whole; too few are done by the caller alone.
    func split(_ total: Int, by unit: Int, worth: Int, _ body: (Range<Int>) -> Void) {
        guard total > 0 else { return }
        guard worth >= 2 * Team.least, !isTaken.exchange(true, ordering: .acquiring) else {
            body(0..<total)
            return
        }
        defer { isTaken.store(false, ordering: .releasing) }
        let units = (total + unit - 1) / unit
        let parts = min(count, units, worth / Team.least)
        guard parts > 1 else {
            body(0..<total)
            return
        }
        withoutActuallyEscaping(body) { body in
            work = { place in
                guard place < parts else { return }
                let first = units * place / parts * unit
                let end = min(total, units * (place + 1) / parts * unit)
                body(first..<end)
            }
            busy.store(started - 1, ordering: .relaxed)
            round.add(1, ordering: .sequentiallyConsistent)
            if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
                pthread_mutex_lock(&mutex)
                pthread_cond_broadcast(&wake)
                pthread_mutex_unlock(&mutex)
            }
            work!(0)
            var looks = 0
            while busy.load(ordering: .acquiring) > 0 {
                looks += 1
                if looks < Team.patience { unroll_pause() } else { sched_yield() }
            }
            work = nil
        }
    }

    /// One of the threads that wait.
    private final class Member {
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
                team.work!(place)
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
