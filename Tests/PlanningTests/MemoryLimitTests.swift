import Planning
import Quantities
import Schedules
import Testing

/// The largest parameter whose simulated peak is within the budget; nil when there is none.
private func largest(
    _ budget: Int, _ length: Int, _ footprint: Footprint, _ most: Int, _ strategy: (Int) -> Strategy
) -> Int? {
    (1...most).last { Forecast(strategy($0), length: length, footprint: footprint).peakBytes <= budget }
}

@Suite struct MemoryLimitTests {
    /// Every length to 24 and every budget from too small to more than full unrolling: closed forms against simulation.
    @Test(arguments: 1...24, footprints) func holdsTheLargestThatFits(length: Int, footprint: Footprint) {
        let full = Forecast(.full, length: length, footprint: footprint).peakBytes
        for budget in stride(from: footprint.constant.total - 3, through: full + 30, by: 3) {
            let limit = Setting(length: length, footprint: footprint).memoryLimit(Bytes(budget))
            let place = "T \(length), \(budget) bytes"
            if footprint.lanes == 1 {
                let window = largest(budget, length, footprint, length) { .truncated(window: $0, stride: $0) }
                #expect(TruncatedStrategy.largestWindow(within: limit) == window, "\(place)")
            }
            let kept = largest(budget, length, footprint, length) { .internal(slots: $0) }
            #expect(InternalStrategy.mostKept(within: limit) == kept, "\(place)")
            let slots = largest(budget, length, footprint, max(1, length - 1)) { .binomial(slots: $0) }
            #expect(limit.slots == slots, "\(place)")
        }
    }

    /// The fewest bytes of every strategy, by simulation.
    @Test(arguments: footprints) func fewestBytes(footprint: Footprint) {
        for family in Strategy.plannable(disk: true, lanes: footprint.lanes) {
            for length in 1...70 {
                let smallest = Strategy(smallestOf: family, length: length, footprint: footprint)
                #expect(
                    family.leastBytes(length: length, footprint: footprint)
                        == Forecast(smallest, length: length, footprint: footprint).peakBytes,
                    "\(family.word), T \(length)")
            }
        }
    }

    /// Every strategy of several lanes takes what they hold where they wait for one another, and once what a lane holds
    /// at most; only of segments that is more than where it waits, which the equal shares of a budget rest on.
    @Test(arguments: 1...24) func lanesWaitForOneAnother(length: Int) {
        let state = footprint.state
        let strategies =
            [.full, .bisection, .segmented(length: nil)]
            + (1...length).flatMap { slots -> [Strategy] in
                [
                    .binomial(slots: slots), .internal(slots: slots), .online(slots: slots), .segmented(length: slots),
                    .multistage(memory: slots, disk: 3),
                ]
            }
        for strategy in strategies {
            for footprint in footprints {
                let schedule = strategy.schedule(length: length, footprint: footprint)
                var single = footprint
                single.lanes = 1
                var one = Simulator(footprint: single)
                var waiting: Int?
                for action in schedule {
                    if case .backward = action { waiting = waiting ?? one.usage.total }
                    one.apply(action)
                }
                let constant = footprint.constant.total
                let most = one.peakBytes - constant
                let peak = constant + (footprint.lanes - 1) * (waiting! - constant) + most
                #expect(Forecast(strategy, length: length, footprint: footprint).peakBytes == peak, "\(strategy)")
                if strategy.name != "segmented" { #expect(waiting! - constant == most && most > state) }
            }
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
