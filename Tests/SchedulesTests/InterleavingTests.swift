import Schedules
import Testing

@Suite struct InterleavingTests {
    @Test(arguments: 1...8) func ofOneTrackItIsTheSchedule(length: Int) {
        for schedule in everySchedule(length: length) {
            let turns = Array(Interleaving(schedule, tracks: 1))
            #expect(turns.allSatisfy { $0.track == 0 })
            #expect(turns.map(\.action) == actions(of: schedule), "\(schedule)")
        }
    }

    /// Each track has the actions of the schedule. None goes back before all have been over all steps, and from there on the
    /// last goes to its end, then the one before.
    @Test(arguments: 1...8, 2...4) func tracksWaitForOneAnother(length: Int, tracks: Int) {
        for schedule in everySchedule(length: length) where !(schedule is Truncated || schedule is Randomized) {
            let interleaving = Interleaving(schedule, tracks: tracks)
            let turns = Array(interleaving)
            for track in 0..<tracks {
                #expect(turns.filter { $0.track == track }.map(\.action) == actions(of: schedule), "\(schedule)")
            }
            // Of inference there is no way back.
            let back = turns.firstIndex { if case .backward = $0.action { true } else { false } } ?? turns.endIndex
            #expect(turns[..<back].map(\.track) == turns[..<back].map(\.track).sorted())
            #expect(turns[back...].map(\.track) == turns[back...].map(\.track).sorted(by: >))
            for track in 0..<tracks {
                let end = turns[..<back].filter { $0.track == track }.map(\.action.steps.upperBound).max()
                #expect(end == length, "\(schedule)")
            }
            #expect(Array(interleaving) == turns, "every pass is fresh")
        }
    }

    private func actions(of schedule: some Schedule) -> [Action] { Array(schedule) }

    @Test func writtenOut() {
        let turns = Interleaving(Segmented(length: 3, segment: 2), tracks: 2).map { "\($0.track): \($0.action)" }
        #expect(
            turns.joined(separator: "\n") == """
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

    @Test func needsATrack() async {
        await #expect(processExitsWith: .failure) { _ = Interleaving(Full(length: 1), tracks: 0) }
    }
}
