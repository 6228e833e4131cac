import Schedules
import Testing

@Suite struct SimulatorTests {
    /// The same prediction without runs or counters: sets of steps, counted afresh after every action.
    private struct Model {
        var saved: Set<Int> = []
        var records: Set<Int> = []
        /// Steps whose entering state is copied next to the records.
        var copies: Set<Int> = []
        var stored: Set<Int> = []
        var visited: Set<Int> = []
        var counts = Simulator.Counts()

        mutating func apply(_ action: Action) {
            switch action {
            case .advance(let steps, let recording):
                for step in steps {
                    counts.forward += 1
                    if !visited.insert(step).inserted { counts.recomputed += 1 }
                    if recording.keepsRecords {
                        counts.recorded += 1
                        records.insert(step)
                        if recording == .run, !records.contains(step - 1) { copies.insert(step) }
                    }
                }
            case .save(let step, let tier): if tier == .disk { stored.insert(step) } else { saved.insert(step) }
            case .discard(let step, let tier): if tier == .disk { stored.remove(step) } else { saved.remove(step) }
            case .backward(let steps, _): counts.backward += steps.count
            case .release(let steps):
                if records.contains(steps.upperBound), steps.contains(where: copies.contains) {
                    copies.insert(steps.upperBound)
                }
                records.subtract(steps)
                copies.subtract(steps)
            case .accumulate(let steps, let sensitivities):
                if !sensitivities.needsRecords {
                    for step in steps {
                        counts.forward += 1
                        if !visited.insert(step).inserted { counts.recomputed += 1 }
                    }
                }
            case .undo(let steps):
                records.formUnion(steps)
                if !records.contains(steps.lowerBound - 1) { copies.insert(steps.lowerBound) }
            case .restore, .truncate, .rescale: break
            }
            counts.peakStates = max(counts.peakStates, saved.count + stored.count)
            counts.peakDiskStates = max(counts.peakDiskStates, stored.count)
            counts.peakRecords = max(counts.peakRecords, records.count)
        }
    }

    @Test(arguments: 1...16) func agreesWithSets(length: Int) {
        var constant = Usage()
        constant[.weights] = 1000
        constant[.gradients] = 1000
        constant[.workspace] = 77
        let footprint = Footprint(constant: constant, state: 13, record: 31)
        for schedule in everySchedule(length: length) {
            var simulator = Simulator(footprint: footprint)
            var model = Model()
            var peak = 2077
            var peaks = constant
            var differs: Action?
            for action in schedule {
                simulator.apply(action)
                model.apply(action)
                var usage = constant
                usage[.states] = 13 * model.saved.count
                usage[.records] = 31 * model.records.count + 13 * model.copies.count
                peak = max(peak, usage.total)
                for role in Role.allCases { peaks[role] = max(peaks[role], usage[role]) }
                if simulator.usage != usage || simulator.counts != model.counts || simulator.peakBytes != peak
                    || simulator.peaks != peaks
                {
                    differs = differs ?? action
                }
            }
            #expect(differs == nil, "\(schedule)")
            #expect(simulator.usage == constant, "\(schedule) gives everything back")
        }
    }

    /// Lanes that wait for one another: the sum of what each holds by itself, and steps counted once.
    @Test(arguments: 1...8, [2, 3]) func lanesAddUp(length: Int, lanes: Int) {
        var constant = Usage()
        constant[.workspace] = 77
        let footprint = Footprint(constant: constant, state: 13, record: 31, storedState: 5, lanes: lanes)
        for schedule in everySchedule(length: length) where !(schedule is Truncated) {
            var simulator = Simulator(footprint: footprint)
            var models = Array(repeating: Model(), count: lanes)
            var (peak, stored) = (77, 0)
            var differs: ScheduledAction?
            for scheduled in InterleavedSchedule(schedule, lanes: lanes) {
                simulator.apply(scheduled)
                models[scheduled.lane].apply(scheduled.action)
                var usage = constant
                usage[.states] = 13 * models.reduce(0) { $0 + $1.saved.count }
                usage[.records] = models.reduce(0) { $0 + 31 * $1.records.count + 13 * $1.copies.count }
                peak = max(peak, usage.total)
                stored = max(stored, models.reduce(0) { $0 + $1.stored.count })
                if simulator.usage != usage || simulator.peakBytes != peak { differs = differs ?? scheduled }
            }
            #expect(differs == nil, "\(schedule)")
            #expect(simulator.usage == constant, "\(schedule) gives everything back")
            #expect(simulator.diskBytes == 5 * stored)
            let one = Simulator(schedule, footprint: .counting).counts
            #expect(simulator.counts.forward == one.forward && simulator.counts.backward == one.backward)
            #expect(simulator.counts.recorded == one.recorded && simulator.counts.recomputed == one.recomputed)
            #expect(Simulator(schedule, footprint: footprint).peakBytes == peak)
        }
    }

    @Test func startsWithTheConstantRoles() {
        var constant = Usage()
        constant[.inputs] = 5
        constant[.workspace] = 2
        let simulator = Simulator(footprint: Footprint(constant: constant, state: 1, record: 1))
        #expect(simulator.peakBytes == 7)
        #expect(simulator.peaks == constant)
        #expect(simulator.counts == Simulator.Counts())
    }

    /// T records and the state entering them.
    @Test func fullUnrollingKeepsEveryRecord() {
        let footprint = Footprint(constant: Usage(), state: 3, record: 5)
        #expect(Simulator(Full(length: 100), footprint: footprint).peakBytes == 503)
    }

    @Test func rolesPeakOnTheirOwn() {
        var first = Usage()
        first[.states] = 4
        first[.records] = 1
        var second = Usage()
        second[.records] = 3
        first.formMaximum(with: second)
        #expect(first[.states] == 4 && first[.records] == 3 && first.total == 7)
    }
}
