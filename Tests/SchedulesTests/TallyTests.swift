import CaseLists
import Quantities
import Schedules
import Testing

/// What schedules say of themselves in sum, against the Simulator and the counts action by action.
@Suite struct TallyTests {
    /// A state much smaller than a record, one of its size, one much larger; lanes that wait for one another.
    private static let footprints: [Footprint] = [(13, 31, 1), (31, 31, 1), (97, 3, 1), (13, 31, 2), (31, 13, 4)].map {
        var constant = Usage()
        (constant[.weights], constant[.workspace]) = (1000, 77)
        return Footprint(
            constant: constant, state: $0.0, entering: $0.0 + 8, record: $0.1, storedState: 5, lanes: $0.2,
            buffer: BufferSize(word: 11, stepsOfWord: 21))
    }

    private func check(_ schedules: [any Schedule], _ footprints: [Footprint] = TallyTests.footprints) {
        for schedule in schedules {
            guard let tally = schedule.tally else {
                #expect(schedule is Mixed, "\(schedule) says nothing of itself")
                continue
            }
            #expect(verdict(schedule) == .success(tally.isExact), "\(schedule)")
            #expect(try! Validator(schedule).hasBitsOfFull == tally.hasBitsOfFull, "\(schedule)")
            // Nothing goes in two directions that is cut: see StrategyTraits.cutsAdjoint.
            // Sensitivities and buffers are of one lane.
            let cuts =
                schedule is Truncated || schedule is Randomized || schedule is Forward || schedule is Reversible
            for footprint in footprints where footprint.lanes == 1 || !cuts {
                let (told, folded) = (
                    Demand(schedule, footprint: footprint), Demand(folding: schedule, footprint: footprint)
                )
                #expect(told == folded, "\(schedule), \(footprint.lanes) lanes")
            }
        }
    }

    @Test(arguments: 1...24) func everyScheduleOfFewSteps(length: Int) { check(everySchedule(length: length)) }

    /// Some windows, strides, segments and numbers of slots of longer sequences. Seven and the five footprints have no factor in
    /// common: a part of the lengths meets each of them.
    @Test(arguments: Cases.every(7, of: 25...200)) func manyStepsWithSomeParameters(length: Int) {
        let parameters = Set([1, 2, 3, 4, 5, 7, 11, length / 3, length / 2, length - 1, length, length + 3])
        check(manySchedules(length: length, parameters: parameters.sorted()), [TallyTests.footprints[length % 5]])
    }

    @Test func everyParameterOfTwoHundredSteps() {
        check(manySchedules(length: 200, parameters: 1...202), [TallyTests.footprints[0]])
    }

    /// Lengths at which one more rerun is needed, and those around them, where splits change.
    @Test(arguments: [1, 2, 3, 5, 9, 40]) func aroundTheLongestChains(slots: Int) {
        for reruns in 1...4 {
            let longest = Binomial.longestChain(slots: slots, reruns: reruns)
            guard longest < 4000 else { continue }
            let lengths = Swift.max(1, longest - 2)...longest + 2
            check(
                lengths.flatMap { length -> [any Schedule] in
                    [
                        Binomial(length: length, slots: slots), Internal(length: length, slots: slots),
                        Online(length: length, slots: slots), Multistage(length: length, memory: 2, disk: slots),
                    ]
                }, [TallyTests.footprints[0], TallyTests.footprints[4]])
        }
    }

    /// A hundred million steps, whatever the parameters: these would take minutes each if they were gone through.
    @Test(arguments: [
        "full", "inference", "segmented", "segmented:length=7", "truncated:window=64,stride=3",
        "truncated:window=99999999",
        "bisection", "binomial:slots=1", "binomial:slots=10", "binomial:slots=20000", "binomial:slots=60000000",
        "binomial:slots=100000000", "internal:slots=3", "internal:slots=15000", "internal:slots=60000000",
        "multistage:memory=10,disk=100", "online:slots=1", "online:slots=2", "online:slots=10", "online:slots=5000",
        "forward:block=1", "forward:block=37",
    ])
    func longSequences(text: String) throws {
        let length = 100_000_000
        let schedule = try Strategy(text).schedule(length: length, footprint: .counting)
        let demand = Demand(schedule, footprint: TallyTests.footprints[0])
        #expect(demand.counts.forward >= length)
        #expect(demand.counts.recomputed == demand.counts.forward - length)
        if schedule.hasGradient, !text.hasPrefix("truncated") {
            #expect(demand.counts.backward == length && demand.work.injected == length)
        }
        if let slots = try Strategy(text).binomial?.slots {
            let unrecorded = Binomial.unrecordedSteps(length: length, slots: slots)
            #expect(demand.work.plain == unrecorded)
        }
        if let slots = try Strategy(text).internal?.slots {
            #expect(demand.counts.forward == Internal.forwardSteps(length: length, slots: slots))
        }
    }

    /// What is beyond counting stays there, and no sum overflows.
    @Test func bytesBeyondCounting() {
        var constant = Usage()
        for role in Role.allCases { constant[role] = Footprint.countable }
        let footprint = Footprint(
            constant: constant, state: 1 << 50, record: 1 << 50, storedState: 1 << 50, lanes: 128)
        for schedule in manySchedules(length: 1000, parameters: [1, 10, 1000]) where schedule.tally != nil {
            #expect(Demand(schedule, footprint: footprint).peakBytes >= Footprint.countable)
        }
        #expect(saturatingProduct(1 << 40, 1 << 40, 0) == 0)
        #expect(saturatingProduct(1 << 40, 1 << 18) == 1 << 58)
        #expect(saturatingProduct(1 << 40, 1 << 19) == Footprint.countable)
    }
}
