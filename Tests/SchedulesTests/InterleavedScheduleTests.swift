import Schedules
import Testing

@Suite struct InterleavedScheduleTests {
    @Test(arguments: 1...8) func ofOneLaneItIsTheSchedule(length: Int) {
        for schedule in everySchedule(length: length) {
            let scheduled = Array(InterleavedSchedule(schedule, lanes: 1))
            #expect(scheduled.allSatisfy { $0.lane == 0 })
            #expect(scheduled.map(\.action) == actions(of: schedule), "\(schedule)")
        }
    }

    /// Each lane has the actions of the schedule. None goes back before all have been over all steps, and from there on
    /// the last goes to its end, then the one before.
    @Test(arguments: 1...8, 2...4) func lanesWaitForOneAnother(length: Int, lanes: Int) {
        // Where the adjoint is cut, or sensitivities are carried along, there are no lanes.
        for schedule in everySchedule(length: length)
        where !(schedule is Truncated || schedule is Randomized || schedule is Forward) {
            let interleaved = InterleavedSchedule(schedule, lanes: lanes)
            let scheduled = Array(interleaved)
            for lane in 0..<lanes {
                #expect(scheduled.filter { $0.lane == lane }.map(\.action) == actions(of: schedule), "\(schedule)")
            }
            // Of inference there is no way back.
            let back =
                scheduled.firstIndex { if case .backward = $0.action { true } else { false } } ?? scheduled.endIndex
            #expect(scheduled[..<back].map(\.lane) == scheduled[..<back].map(\.lane).sorted())
            #expect(scheduled[back...].map(\.lane) == scheduled[back...].map(\.lane).sorted(by: >))
            for lane in 0..<lanes {
                let end = scheduled[..<back].filter { $0.lane == lane }.map(\.action.steps.upperBound).max()
                #expect(end == length, "\(schedule)")
            }
            #expect(Array(interleaved) == scheduled, "every pass is fresh")
        }
    }

    private func actions(of schedule: some Schedule) -> [Action] { Array(schedule) }

    @Test func writtenOut() {
        let scheduled = InterleavedSchedule(Segmented(length: 3, segment: 2), lanes: 2).map {
            "\($0.lane): \($0.action)"
        }
        #expect(
            scheduled.joined(separator: "\n") == """
                0: save 0
                0: advance 0..<2
                0: advance 2..<3 recording
                1: save 0
                1: advance 0..<2
                1: advance 2..<3 recording
                1: backward 2..<3
                1: release 2..<3
                1: restore 0
                1: discard 0
                1: advance 0..<2 recording
                1: backward 0..<2
                1: release 0..<2
                0: backward 2..<3
                0: release 2..<3
                0: restore 0
                0: discard 0
                0: advance 0..<2 recording
                0: backward 0..<2
                0: release 0..<2
                """)
    }

    @Test func needsALane() async {
        await #expect(processExitsWith: .failure) { _ = InterleavedSchedule(Full(length: 1), lanes: 0) }
    }
}
