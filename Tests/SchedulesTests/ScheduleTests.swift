import Schedules
import Testing

@Suite struct ScheduleTests {
    @Test(arguments: 1...12) func everyPassIsFresh(length: Int) {
        for schedule in everySchedule(length: length) {
            let first = Array(schedule)
            #expect(Array(schedule) == first, "\(schedule)")
        }
    }

    /// Two iterators of one schedule do not disturb each other, and one that has ended stays so.
    @Test func iteratorsAreIndependent() {
        func check(_ schedule: some Schedule) {
            var ahead = schedule.makeIterator()
            var following = schedule.makeIterator()
            let all = Array(schedule)
            for action in all {
                #expect(ahead.next() == action)
                #expect(schedule.first { _ in true } == all.first)
            }
            for action in all { #expect(following.next() == action) }
            #expect(ahead.next() == nil)
            #expect(ahead.next() == nil)
        }
        check(Full(length: 7))
        check(Truncated(length: 7, window: 3, stride: 2))
        check(Segmented(length: 7, segment: 3))
        check(Binomial(length: 7, slots: 2))
        check(Randomized(length: 7, window: 3, draw: 4))
        check(Inference(length: 7))
    }

    /// The first thousand actions come without the others: with all of 10¹² steps this would end in no test's time.
    @Test(
        arguments: [
            .full, .truncated(window: 1, stride: 1), .truncated(window: 1_000_000_000, stride: 1),
            .truncated(window: 64, stride: 32), .segmented(length: 1), .segmented(length: 10_000), .binomial(slots: 1),
            .binomial(slots: 2), .binomial(slots: 10), .binomial(slots: 1_000_000_000), .inference,
            .randomized(window: 8, draws: 1),
        ] as [Strategy])
    func schedulesAreLazy(strategy: Strategy) {
        func beginning(_ schedule: some Schedule) -> Int { schedule.prefix(1000).reduce(0) { count, _ in count + 1 } }
        #expect(beginning(strategy.schedule(length: 1_000_000_000_000, footprint: .counting)) > 0)
    }

    @Test func needsAStep() async {
        await #expect(processExitsWith: .failure) { _ = Full(length: 0) }
    }

    @Test(
        arguments: [
            (.advance(0..<3, recording: true), "advance", 0..<3, "advance 0..<3 recording"),
            (.advance(2..<3, recording: false), "advance", 2..<3, "advance 2..<3"),
            (.save(4), "save", 4..<5, "save 4"),
            (.restore(4), "restore", 4..<5, "restore 4"),
            (.discard(4), "discard", 4..<5, "discard 4"),
            (.backward(0..<3, injecting: 0..<3), "backward", 0..<3, "backward 0..<3"),
            (.backward(0..<3, injecting: 2..<3), "backward", 0..<3, "backward 0..<3 injecting 2..<3"),
            (.release(0..<3), "release", 0..<3, "release 0..<3"),
            (.truncate, "truncate", 0..<0, "truncate"),
            (.rescale(1.5), "compensate", 0..<0, "compensate by 1.5"),
        ] as [(Action, String, Range<Int>, String)])
    func actionsSpeak(action: Action, name: String, steps: Range<Int>, description: String) {
        #expect(action.name == name)
        #expect(action.steps == steps)
        #expect(action.description == description)
    }
}
