import Schedules
import Testing

@Suite struct OnlineTests {
    private func counts(_ schedule: some Schedule) -> Simulator.Counts {
        Simulator(schedule, footprint: .counting).counts
    }

    /// D8: as many steps as knowing the length, up to (s + 1)(s + 2)/2.
    @Test(arguments: 1...20) func matchesBinomial(slots: Int) {
        for length in 1...(slots + 1) * (slots + 2) / 2 {
            let online = counts(Online(length: length, slots: slots))
            #expect(online.forward == counts(Binomial(length: length, slots: slots)).forward, "length \(length)")
            #expect(online.peakStates <= slots)
        }
    }

    /// Beyond, no step is run more often than knowing the length would, and never fewer steps in all.
    @Test(arguments: [1, 2, 3, 4, 7, 12]) func rerunsAreTheFewest(slots: Int) {
        for length in Array(1...200) + [555, 1000] {
            let schedule = Online(length: length, slots: slots)
            var runs = Array(repeating: 0, count: length)
            for case .advance(let steps, false) in schedule { for step in steps { runs[step] += 1 } }
            #expect(runs.max()! <= Binomial.reruns(length: length, slots: min(slots, length)), "length \(length)")
            #expect(counts(schedule).forward >= counts(Binomial(length: length, slots: slots)).forward)
        }
    }

    /// What is done on the way forward, a step at a time, until the last step.
    private func sweep(_ schedule: Online) -> [Action] {
        var actions: [Action] = []
        for action in schedule {
            if case .advance(let steps, let recording) = action {
                guard recording == .nothing else { return actions }
                actions += steps.map { .advance($0..<$0 + 1, recording: false) }
            } else {
                actions.append(action)
            }
        }
        return actions
    }

    /// Two sequences of different lengths are treated alike up to the shorter one's last step: nothing is known of the end.
    /// A single step is its own end: its record takes the saved state over.
    @Test(arguments: 1...8) func theLengthIsNotUsed(slots: Int) {
        let long = sweep(Online(length: 400, slots: slots))
        for length in 2..<400 {
            let short = sweep(Online(length: length, slots: slots))
            #expect(short.count < long.count && Array(long.prefix(short.count)) == short, "length \(length)")
        }
    }

    /// The places for 3 slots: every state, then 4 and 7 for up to β(3, 2) = 10 steps, then 10, 16 and so on.
    @Test func places() {
        var placement = Placement(slots: 3)
        var all: [[Int]] = [placement.saved]
        while let next = placement.next, next <= 16 {
            _ = placement.save()
            all.append(placement.saved)
        }
        #expect(
            all == [
                [0], [0, 1], [0, 1, 2], [0, 2, 4], [0, 4, 5], [0, 4, 7], [0, 7, 10], [0, 10, 11], [0, 10, 13],
                [0, 10, 16],
            ])
        #expect(Placement(slots: 1).next == nil)
    }

    @Test func needsAStepAndASlot() async {
        await #expect(processExitsWith: .failure) { _ = Online(length: 0, slots: 1) }
        await #expect(processExitsWith: .failure) { _ = Online(length: 1, slots: 0) }
    }
}
