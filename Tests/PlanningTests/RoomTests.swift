import Memory
import Planning
import Schedules
import Testing

/// The largest parameter whose simulated peak is within the budget; nil when there is none.
private func largest(_ budget: Int, _ length: Int, _ most: Int, _ strategy: (Int) -> Strategy) -> Int? {
    (1...most).last { Forecast(strategy($0), length: length, footprint: footprint).peakBytes <= budget }
}

@Suite struct RoomTests {
    /// Every length to 24 and every budget from too small to more than full unrolling: closed forms against simulation.
    @Test(arguments: 1...24) func holdsTheLargestThatFits(length: Int) {
        let full = Forecast(.full, length: length, footprint: footprint).peakBytes
        for budget in stride(from: footprint.constant.total - 3, through: full + 30, by: 3) {
            let room = Room(budget: Bytes(budget), length: length, footprint: footprint)
            let place = "T \(length), \(budget) bytes"
            #expect(room.window == largest(budget, length, length) { .truncated(window: $0, stride: $0) }, "\(place)")
            #expect(room.kept == largest(budget, length, length) { .internal(slots: $0) }, "\(place)")
            let slots = largest(budget, length, max(1, length - 1)) { .binomial(slots: $0) }
            #expect(room.slots == slots, "\(place)")
        }
    }

    /// The fewest bytes of every strategy, by simulation.
    @Test(arguments: Strategy.plannable(disk: true)) func fewestBytes(name: String) {
        for length in 1...70 {
            let smallest = Strategy.smallest(name, length: length, footprint: footprint)
            #expect(
                Strategy.leastBytes(name, length: length, footprint: footprint)
                    == Forecast(smallest, length: length, footprint: footprint).peakBytes, "T \(length)")
        }
    }

    /// A segment's work without its actions is that of its actions.
    @Test(arguments: 1...30) func segmentedWork(length: Int) {
        for segment in 1...length {
            #expect(Workload(segment: segment, length: length) == Workload(Segmented(length: length, segment: segment)))
        }
    }

    /// Why the search for records kept ends early: with fewer of them no state is restored less often.
    @Test(arguments: [2, 3, 8, 40, 100]) func anotherRecordRestoresNoMore(length: Int) {
        let restores = (1...length).map { Workload(Internal(length: length, slots: $0)).restores }
        #expect(zip(restores, restores.dropFirst()).allSatisfy { $0 >= $1 })
    }

    /// Why the largest number of slots is the fastest: one more saves at least as many forward steps as it adds saves,
    /// and restores stay as they are. The T-th slot saves nothing.
    @Test(arguments: [2, 3, 5, 8, 13, 40, 100, 257]) func anotherSlotPays(length: Int) {
        var before = Workload(Binomial(length: length, slots: 1))
        for slots in 2..<max(3, length) where slots < length {
            let after = Workload(Binomial(length: length, slots: slots))
            #expect(after.saves - before.saves <= before.plain - after.plain)
            #expect((after.restores, after.runs, after.reversals) == (before.restores, before.runs, before.reversals))
            before = after
        }
    }
}
