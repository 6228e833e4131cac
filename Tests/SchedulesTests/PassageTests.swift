import Schedules
import Testing

/// Passing over actions tells as much of each stretch of them as going through them does.
@Suite struct PassageTests {
    /// What tells most of every step in each stretch of this number of actions, as a drawing shows it.
    private struct Stretches: Equatable {
        var all: [[Int]] = []
        var count = 0
        let length: Int
        let each: Int

        /// Release, discard, forward, restore, save, recording, backward: the later the more it tells.
        mutating func mark(_ action: Action) {
            while all.count <= count / each { all.append(Array(repeating: 0, count: length)) }
            let rank =
                switch action {
                case .truncate, .rescale: 0
                case .release: 1
                case .discard: 2
                case .advance(_, let recording): recording.keepsRecords ? 6 : 3
                case .restore: 4
                case .save: 5
                case .undo: 7
                case .backward: 8
                case .accumulate: 9
                }
            for step in action.steps { all[count / each][step] = max(all[count / each][step], rank) }
        }
    }

    private func check(_ schedule: some Schedule, each: Int) -> Int {
        var direct = Stretches(length: schedule.length, each: each)
        for action in schedule {
            direct.mark(action)
            direct.count += 1
        }
        var passing = Stretches(length: schedule.length, each: each)
        var (walked, overrun) = (0, 0)
        schedule.walk(atMost: { each - passing.count % each }) { action in
            passing.mark(action)
            passing.count += 1
            walked += 1
        } passage: { passage in
            overrun = max(overrun, passing.count % each + passage.actions - each)
            for mark in passage.marks { passing.mark(mark) }
            passing.count += passage.actions
        }
        #expect(overrun == 0, "a passage ends in its stretch")
        #expect(passing == direct, "\(schedule), \(each) actions each")
        return walked
    }

    @Test(arguments: [1, 7, 50, 99, 400, 5000]) func everyScheduleOfSomeSteps(each: Int) {
        for schedule in manySchedules(length: 83, parameters: [1, 2, 3, 5, 9, 40, 82, 83]) {
            _ = check(schedule, each: each)
        }
    }

    /// What is gone through does not grow with the sequence.
    @Test(arguments: [1, 2, 5]) func longSchedulesArePassedOver(slots: Int) {
        for schedule in [Binomial(length: 3000, slots: slots), Binomial(length: 6000, slots: slots)] {
            let actions = Demand(schedule, footprint: .counting).work.actions
            #expect(check(schedule, each: actions / 8) < 3000)
        }
    }

    @Test func aHundredMillionSteps() {
        for schedule in [Binomial(length: 100_000_000, slots: 10), Binomial(length: 100_000_000, slots: 1)] {
            let actions = Demand(schedule, footprint: .counting).work.actions
            let each = (actions + 159) / 160
            var (count, walked) = (0, 0)
            schedule.walk(atMost: { each - count % each }) { _ in
                count += 1
                walked += 1
            } passage: {
                count += $0.actions
            }
            #expect(count == actions)
            #expect(walked < 100_000)
        }
    }
}
