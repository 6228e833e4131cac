import Schedules
import Testing

@Suite struct BinomialTests {
    /// The dynamic programme of Gruslys et al. (2016) for hidden-state slots: all forward steps of the optimal schedule,
    /// recordings included, by trying every split. It shares nothing with the closed form.
    private struct Programme {
        /// C(t, m) at [m][t].
        var cost: [[Int]]

        init(length: Int, slots: Int) {
            cost = [[], (0...length).map { $0 * ($0 + 1) / 2 }]
            for slot in 2...max(2, slots) {
                let right = cost[slot - 1]
                var row = Array(repeating: 0, count: length + 1)
                for steps in 1...length {
                    row[steps] =
                        slot >= steps
                        ? 2 * steps - 1 : (1..<steps).reduce(.max) { min($0, $1 + right[steps - $1] + row[$1]) }
                }
                cost.append(row)
            }
        }
    }

    @Test func closedFormIsTheDynamicProgrammesOptimum() {
        let programme = Programme(length: 1000, slots: 64)
        var wrong: [String] = []
        for slots in 1...64 {
            for length in 1...1000
            where length + Binomial.unrecordedSteps(length: length, slots: slots) != programme.cost[slots][length] {
                wrong.append("t(\(length), \(slots))")
            }
        }
        #expect(wrong.isEmpty)
    }

    /// What the schedule really does: every step recorded once, t(l, s) steps run besides, never more than s states, no
    /// step rerun more often than r.
    private func check(length: Int, slots: Int, unrecorded: Int) {
        let schedule = Binomial(length: length, slots: slots)
        let counts = Simulator(schedule, footprint: .counting).counts
        var runs = Array(repeating: 0, count: length)
        for case .advance(let steps, false) in schedule { for step in steps { runs[step] += 1 } }
        let right =
            counts.recorded == length && counts.backward == length && counts.forward - counts.recorded == unrecorded
            && counts.peakStates <= slots && counts.peakRecords == 1
            && runs.max()! == Binomial.reruns(length: length, slots: min(slots, length))
        #expect(right, "length \(length), slots \(slots): \(counts), expected \(unrecorded)")
    }

    @Test func schedulesNeedTheOptimum() {
        let programme = Programme(length: 200, slots: 64)
        for length in 1...200 {
            for slots in 1...64 {
                check(length: length, slots: slots, unrecorded: programme.cost[slots][length] - length)
            }
        }
    }

    @Test func longSchedulesNeedTheOptimum() {
        let programme = Programme(length: 1000, slots: 64)
        for length in [201, 256, 333, 500, 512, 777, 999, 1000] {
            for slots in [1, 2, 3, 5, 8, 10, 16, 20, 31, 32, 50, 63, 64] {
                check(length: length, slots: slots, unrecorded: programme.cost[slots][length] - length)
            }
        }
    }

    /// t(l, s) as published, the initial state's slot included, recorded steps not counted.
    @Test(arguments: [
        (10, 3, 15), (50, 7, 105), (100, 10, 222), (1000, 31, 2439), (1000, 50, 1948), (225, 15, 522),
        (13465, 116, 33374), (81912, 286, 204_120),
    ])
    func publishedNumbers(length: Int, slots: Int, unrecorded: Int) {
        #expect(Binomial.unrecordedSteps(length: length, slots: slots) == unrecorded)
        check(length: length, slots: slots, unrecorded: unrecorded)
    }

    /// C/T in thousandths at T = 1000, recorded steps counted: hidden-state memorisation of Gruslys et al.
    @Test(arguments: [(10, 4636), (20, 3747), (32, 3405), (50, 2948), (64, 2934)])
    func forwardStepsOfAThousand(slots: Int, forward: Int) {
        #expect(Simulator(Binomial(length: 1000, slots: slots), footprint: .counting).counts.forward == forward)
    }

    /// One slot: every step starts over, T(T + 1)/2.
    @Test(arguments: [1, 2, 3, 100, 512]) func oneSlotIsQuadratic(length: Int) {
        let counts = Simulator(Binomial(length: length, slots: 1), footprint: .counting).counts
        #expect(counts.forward == length * (length + 1) / 2)
        #expect(counts.peakStates == 1)
    }

    /// A slot for every step: each but the last is run twice, 2T − 1.
    @Test(arguments: [1, 2, 3, 100, 512]) func allSlotsRunTwice(length: Int) {
        for slots in [length, length + 1, 10 * length] {
            let counts = Simulator(Binomial(length: length, slots: slots), footprint: .counting).counts
            #expect(counts.forward == 2 * length - 1)
        }
    }

    /// Gruslys et al.: C ≤ m·T^(1 + 1/m).
    @Test(arguments: 1...16) func costIsBounded(slots: Int) {
        for length in 1...1000 {
            let cost = Double(length + Binomial.unrecordedSteps(length: length, slots: slots))
            // T^(1/m) is at least the whole number whose m-th power T reaches; the bound is checked without roots:
            // (C / (m T))^m ≤ T.
            let ratio = cost / Double(slots * length)
            let power = (0..<slots).reduce(1.0) { product, _ in product * ratio }
            #expect(power <= Double(length) * (1 + 1e-12), "length \(length)")
        }
    }

    /// β is Pascal's triangle, and saturates instead of overflowing.
    @Test func longestChains() {
        var above = Array(repeating: 1, count: 31)
        for slots in 1...30 {
            var row = [1]
            for reruns in 1...30 { row.append(row[reruns - 1] + above[reruns]) }
            #expect((0...30).map { Binomial.longestChain(slots: slots, reruns: $0) } == row)
            above = row
        }
        let table = (1...5).map { slots in (0...5).map { Binomial.longestChain(slots: slots, reruns: $0) } }
        #expect(
            table == [
                [1, 2, 3, 4, 5, 6], [1, 3, 6, 10, 15, 21], [1, 4, 10, 20, 35, 56], [1, 5, 15, 35, 70, 126],
                [1, 6, 21, 56, 126, 252],
            ])
        #expect(Binomial.longestChain(slots: 64, reruns: 64) == .max)
        #expect(Binomial.longestChain(slots: 3, reruns: -1) == 0)
    }

    /// The fewest reruns of the step rerun most, by trying every split: β says how long a chain each number reaches.
    @Test func rerunsAreTheFewest() {
        var right = (0...300).map { max(0, $0 - 1) }
        for slots in 1...12 {
            var row = right
            if slots > 1 {
                for steps in 2...300 {
                    row[steps] = (1..<steps).reduce(.max) { min($0, max(1 + row[$1], right[steps - $1])) }
                }
            }
            #expect((1...300).map { Binomial.reruns(length: $0, slots: slots) } == Array(row[1...]))
            right = row
        }
    }

    @Test func actionsOfAShortOne() {
        #expect(
            text(Binomial(length: 3, slots: 2)) == """
                save 0
                advance 0..<1
                save 1
                advance 1..<2
                advance 2..<3 recording
                backward 2..<3
                release 2..<3
                restore 1
                discard 1
                advance 1..<2 recording
                backward 1..<2
                release 1..<2
                restore 0
                discard 0
                advance 0..<1 recording
                backward 0..<1
                release 0..<1
                """)
    }

    @Test func needsAStepAndASlot() async {
        await #expect(processExitsWith: .failure) { _ = Binomial(length: 0, slots: 1) }
        await #expect(processExitsWith: .failure) { _ = Binomial(length: 1, slots: 0) }
    }
}
