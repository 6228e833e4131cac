import Schedules
import Testing

@Suite struct InternalTests {
    /// The dynamic programme of Gruslys et al. (2016) for internal-state slots, every y tried: C(t, m) at [m][t].
    private func programme(length: Int, slots: Int) -> [[Int]] {
        var cost = [Array(repeating: Int.max / 2, count: length + 1)]
        cost[0][0] = 0
        for slot in 1...slots {
            let right = cost[slot - 1]
            var row = Array(repeating: 0, count: length + 1)
            for steps in 1...length {
                row[steps] =
                    slot >= steps
                    ? steps : (1...steps).reduce(.max) { min($0, $1 + row[$1 - 1] + right[steps - $1]) }
            }
            cost.append(row)
        }
        return cost
    }

    /// C_ISM(T, m) = t(T + 1, m), for all T ≤ 1000 and m ≤ 64 (claim D2).
    @Test func closedFormIsTheDynamicProgrammesOptimum() {
        let cost = programme(length: 1000, slots: 64)
        var wrong: [String] = []
        for slots in 1...64 {
            for length in 1...1000
            where Internal.forwardSteps(length: length, slots: slots) != cost[slots][length] {
                wrong.append("C(\(length), \(slots))")
            }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")
    }

    /// What the schedule does: the optimum, one record beyond those kept, no state but the initial one.
    private func check(_ length: Int, _ slots: Int, _ forward: Int) {
        let counts = Simulator(Internal(length: length, slots: slots), footprint: .counting).counts
        let right =
            counts.forward == forward && counts.recorded == length && counts.backward == length
            && counts.peakStates == 1 && counts.peakRecords == min(slots + 1, length)
        #expect(right, "length \(length), slots \(slots): \(counts), expected \(forward)")
    }

    @Test func schedulesNeedTheOptimum() {
        let cost = programme(length: 160, slots: 64)
        for length in 1...160 {
            for slots in 1...64 { check(length, slots, cost[slots][length]) }
        }
        for slots in [1, 2, 3, 5, 10, 20, 50, 64, 999, 1000, 2000] {
            check(1000, slots, Internal.forwardSteps(length: 1000, slots: slots))
        }
    }

    /// C/T in thousandths at T = 1000, as published.
    @Test(arguments: [(10, 3640), (20, 2750), (32, 2408), (50, 1950), (64, 1936)])
    func publishedNumbers(slots: Int, forward: Int) {
        check(1000, slots, forward)
    }

    /// The initial state and slots + 1 records, and no byte more, whatever a state and a record take.
    @Test(arguments: [(1, 1), (2, 5), (1, 5), (7, 3)]) func bytes(state: Int, record: Int) {
        let footprint = Footprint(constant: Usage(), state: state, record: record)
        for length in 1...40 {
            for slots in 1...42 {
                let peak = Simulator(Internal(length: length, slots: slots), footprint: footprint).peakBytes
                #expect(peak == state + min(slots + 1, length) * record, "length \(length), slots \(slots)")
            }
        }
    }

    @Test func actionsOfAShortOne() {
        #expect(
            text(Internal(length: 4, slots: 2)) == """
                save 0
                advance 0..<1
                advance 1..<2 recording alone
                advance 2..<3
                advance 3..<4 recording alone
                restore 2
                advance 2..<3 recording alone
                backward 2..<4
                release 2..<4
                restore 0
                advance 0..<1 recording alone
                backward 0..<2
                release 0..<2
                discard 0
                """)
    }

    @Test func needsAStepAndASlot() async {
        await #expect(processExitsWith: .failure) { _ = Internal(length: 0, slots: 1) }
        await #expect(processExitsWith: .failure) { _ = Internal(length: 1, slots: 0) }
    }
}
