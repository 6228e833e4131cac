import Schedules
import Testing

/// All readers of a schedule are one state machine: what they say of every small schedule is the same, and is what sets of
/// steps say, kept action by action.
@Suite struct ReplayTests {
    /// The same without runs, stacks or counters.
    private struct Sets {
        var position = 0
        var visited: Set<Int> = []
        var saved: [Int: Tier] = [:]
        var records: Set<Int> = []
        var copies: Set<Int> = []
        var adjoint: Int?
        var carried: Set<Int> = []
        var buffered = 0

        mutating func apply(_ action: Action) {
            switch action {
            case .advance(let steps, let recording):
                position = steps.upperBound
                visited.formUnion(steps)
                if recording == .run, !records.contains(steps.lowerBound - 1) { copies.insert(steps.lowerBound) }
                if recording.keepsRecords { records.formUnion(steps) }
                if recording == .forgotten { buffered = max(buffered, steps.upperBound) }
            case .save(let step, let tier): saved[step] = tier
            case .restore(let step, _): position = step
            case .discard(let step, _): saved[step] = nil
            case .backward(let steps, _): adjoint = steps.lowerBound
            case .release(let steps):
                if records.contains(steps.upperBound), steps.contains(where: copies.contains) {
                    copies.insert(steps.upperBound)
                }
                records.subtract(steps)
                copies.subtract(steps)
            case .truncate: adjoint = nil
            case .rescale: break
            case .undo(let steps):
                position = steps.lowerBound
                records.formUnion(steps)
                if !records.contains(steps.lowerBound - 1) { copies.insert(steps.lowerBound) }
            case .accumulate(let steps, let sensitivities):
                carried.formUnion(steps)
                if sensitivities.needsRecords {
                    adjoint = nil
                } else {
                    position = steps.upperBound
                    visited.formUnion(steps)
                }
            }
        }

        func agrees(with replay: Replay) -> Bool {
            let runs = replay.records.runs
            return position == replay.position && visited == Set(0..<replay.frontier)
                && saved == Dictionary(uniqueKeysWithValues: replay.saved.states.map { ($0.step, $0.tier) })
                && records == Set(runs.flatMap(\.steps))
                && copies == Set(runs.filter(\.holdsEntering).map(\.steps.lowerBound))
                && adjoint == replay.adjoint
                && carried == Set(0..<replay.carried) && carried.isEmpty == (replay.sensitivities == nil)
                && replay.holding
                    == Holding(
                        states: saved.values.count { $0 == .memory }, stored: saved.values.count { $0 == .disk },
                        records: records.count, entering: copies.count, sensitivities: replay.sensitivities,
                        buffered: buffered)
        }
    }

    @Test(arguments: 1...14) func agreesWithSets(length: Int) {
        for schedule in everySchedule(length: length) {
            var (replay, sets) = (Replay(), Sets())
            var differs: Action?
            for action in schedule {
                replay.apply(action)
                sets.apply(action)
                if !sets.agrees(with: replay) { differs = differs ?? action }
            }
            #expect(differs == nil, "\(schedule)")
            #expect(replay.sensitivities?.kind == schedule.sensitivities, "\(schedule)")
            #expect(
                replay.holding
                    == Holding(sensitivities: replay.sensitivities, buffered: schedule is Reversible ? length : 0)
                    && replay.frontier == length,
                "\(schedule)")
        }
    }

    @Test(arguments: 1...14) func readersAgree(length: Int) throws {
        for schedule in everySchedule(length: length) {
            let replay = Replay(schedule)
            let simulator = Simulator(schedule, footprint: .counting)
            let work = Workload(schedule)
            let demand = Demand(schedule, footprint: .counting)
            #expect(replay.work == work && simulator.work == work && demand.work == work, "\(schedule)")
            #expect(simulator.counts == demand.counts && simulator.peaks == demand.peaks, "\(schedule)")
            #expect(simulator.counts.recomputed == replay.recomputed, "\(schedule)")
            // An exact gradient is one that the adjoint carries to the first step, of every loss.
            let validator = try Validator(schedule)
            #expect(!validator.isExact || replay.adjoint == 0 || replay.adjoint == nil, "\(schedule)")
            #expect(schedule.hasGradient == (work.injected == length), "\(schedule)")
            #expect(work.backward + work.carried >= work.injected, "\(schedule)")
            if let tally = schedule.tally {
                #expect(tally.isExact == validator.isExact && tally.work == replay.work, "\(schedule)")
            }
        }
    }

    /// States are found wherever they are, in whatever order they were saved.
    @Test func findsStatesInAnyOrder() {
        var replay = Replay()
        for step in [4, 1, 9, 3, 7] { replay.apply(.save(step, in: step % 3 == 0 ? .disk : .memory)) }
        #expect(replay.saved.states.map(\.step) == [1, 3, 4, 7, 9])
        let tiers: [Tier?] = [nil, .memory, nil, .disk, .memory, nil, nil, .memory, nil, .disk]
        #expect((0..<10).map { replay.saved[$0] } == tiers)
        for step in [4, 9, 5] { replay.apply(.discard(step)) }
        #expect(replay.saved.states.map(\.step) == [1, 3, 7] && replay.saved.onDisk == 1)
    }
}
