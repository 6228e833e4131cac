import CaseLists
import Planning
import Quantities
import Schedules
import Shapes
import Testing
import Trials

@Suite struct SizeLimitsTests {
    /// One step or one sequence more does not fit, by simulation.
    @Test(arguments: [InputStorage.streamed, .resident]) func largestThatFits(inputs: InputStorage) throws {
        var trial = try Trial(cell: .gru, layers: 2, input: 4, hidden: 16, batch: 3, length: 40, inputs: inputs)
        let budget = Bytes(400 << 10)
        func peak(_ family: any PlannableFamily.Type) -> Int {
            let smallest = Strategy(smallestOf: family, length: trial.length, footprint: trial.footprint)
            return Forecast(smallest, length: trial.length, footprint: trial.footprint).peakBytes
        }
        for row in SizeLimits(trial, budget: budget, disk: true).rows {
            let name = row.strategy.name
            let family = try #require(row.strategy.family as? any PlannableFamily.Type)
            guard let length = row.length else {
                // Nothing of it fits, not even a step.
                trial.length = trial.task.leastLength
                #expect(row.batch == nil && row.lengthBound == .budget && peak(family) > budget.count, "\(name)")
                trial.length = 40
                continue
            }
            if ["full", "segmented"].contains(name) {
                trial.length = length
                #expect(peak(family) <= budget.count)
                trial.length = length + 1
                #expect(peak(family) > budget.count, "\(name): \(length) steps")
            }
            trial.length = 40
            trial.batch = try #require(row.batch)
            #expect(peak(family) <= budget.count)
            trial.batch += 1
            #expect(peak(family) > budget.count, "\(name): \(trial.batch - 1) sequences")
            trial.batch = 3
        }
    }

    /// With two directions bytes grow with any length, and those of segments not evenly: of all lengths to far beyond, the
    /// last that fits.
    @Test(arguments: Cases.every(2, of: [2, 1, 3]), Cases.every(2, of: [90_000, 120_000]))
    func longestOfTwoDirections(layers: Int, bytes: Int) throws {
        var trial = try Trial(
            cell: .lstm, layers: layers, input: 4, hidden: 8, batch: 2, length: 40, bidirectional: true)
        let budget = trial.footprint.constant.total + bytes
        let rows = SizeLimits(trial, budget: Bytes(budget), disk: true).rows
        #expect(rows.map(\.strategy.name) == Strategy.plannable(disk: true).map { $0.word })
        for row in rows {
            guard !["truncated", "forward"].contains(row.strategy.name) else {
                #expect(row.length == nil && row.batch == nil)
                #expect(row.lengthBound == .notApplicable && row.batchBound == .notApplicable)
                continue
            }
            #expect(row.lengthBound == .budget)
            let name = row.strategy.name
            let family = try #require(row.strategy.family as? any PlannableFamily.Type)
            let found = try #require(row.length)
            let lengths = (1...2 * found).filter { length in
                trial.length = length
                return family.leastBytes(length: length, footprint: trial.footprint) <= budget
            }
            #expect(lengths.last == found, "\(name)")
            trial.length = 40
        }
    }

    /// Why the longest sequence is found by halves: of no strategy do the fewest bytes fall with the length, whatever the task,
    /// and where those of segments do, over several lanes, the bound that takes their place does not and is no more
    /// than they.
    @Test(arguments: Cases.every(2, of: TrainingTask.everyKind)) func bytesOnlyGrowWithTheLength(task: TrainingTask)
        throws
    {
        for (bidirectional, inputs) in [(false, InputStorage.streamed), (false, .resident), (true, .streamed)] {
            let trial = try Trial(
                cell: .lstm, layers: 2, input: task.leastInput + 3, hidden: 9, batch: 3, length: 400, task: task,
                inputs: inputs, bidirectional: bidirectional, updates: 1)
            let setting = Setting(trial)
            for family in Strategy.plannable(disk: true, lanes: trial.shape.lanes) {
                let lengths = Array(task.leastLength...400)
                let bytes = lengths.map { length in
                    let (strategy, bytes) = setting.smallest(family, length: length)
                    let footprint = setting.footprint(strategy, length: length)
                    guard let bound = family.leastBytesBound(length: length, footprint: footprint) else { return bytes }
                    #expect(bound <= bytes)
                    return bidirectional ? bound : bytes
                }
                #expect(
                    zip(bytes, bytes.dropFirst()).allSatisfy { $0 <= $1 },
                    "\(task) \(family.word) \(bidirectional) \(inputs)")
            }
        }
    }

    /// Why the largest window is found by halves: with CTC the constant roles grow with it too.
    @Test(arguments: [TrainingTask.noise, .labelling, .stream(mean: 8, expectation: true)])
    func bytesOnlyGrowWithTheWindow(task: TrainingTask) throws {
        let trial = try Trial(
            cell: .gru, input: task.leastInput + 3, hidden: 9, batch: 3, length: 90, task: task, updates: 1)
        let peaks = (1...90).map { window in
            Plan([.truncated(window: window, stride: window)], budget: nil, setting: Setting(trial), prices: nil)
                .rows[0].peakBytes
        }
        #expect(zip(peaks, peaks.dropFirst()).allSatisfy { $0 <= $1 })
    }

    /// A bound says what one more would do: beyond the budget, beyond what there is, beyond the table.
    @Test(arguments: Cases.every(3, of: TrainingTask.everyKind), [20, 60, 2000]) func boundsSayWhatOneMoreDoes(
        task: TrainingTask, kibibytes: Int
    )
        throws
    {
        var trial = try Trial(
            cell: .gru, input: task.leastInput + 3, hidden: 9, batch: 3, length: 40, task: task, updates: 1)
        let budget = Bytes(kibibytes << 10)
        for row in SizeLimits(trial, budget: budget, disk: false).rows {
            let name = row.strategy.name
            let family = try #require(row.strategy.family as? any PlannableFamily.Type)
            guard name != "multistage", name != "forward" || Setting(trial).carriesSensitivities else {
                #expect(row.lengthBound == .notApplicable && row.batchBound == .notApplicable && row.length == nil)
                continue
            }
            let next = row.length.map { $0 + 1 } ?? task.leastLength
            let fits = Setting(trial).smallest(family, length: next).bytes <= budget.count
            switch row.lengthBound {
            case .budget: #expect(!fits, "\(name)")
            case .cap: #expect(row.length == Trial.largestLength, "\(name)")
            case .table: #expect(fits && name == "mixed" && next > 16_384)
            case .notApplicable: Issue.record("\(name) is applicable")
            }
            #expect((row.length == Trial.largestLength) == (row.lengthBound == .cap))
            #expect((row.batch == Trial.largestWidth) == (row.batchBound == .cap))
            guard row.batchBound == .budget else { continue }
            trial.batch = row.batch.map { $0 + 1 } ?? 1
            #expect(Setting(trial).smallest(family).bytes > budget.count, "\(name): \(trial.batch) sequences")
            trial.batch = 3
        }
    }

    @Test func nothingFits() throws {
        let trial = try Trial(cell: .lstm)
        let rows = SizeLimits(trial, budget: Bytes(0), disk: false).rows
        #expect(rows.allSatisfy { $0.length == nil && $0.batch == nil })
        #expect(rows.allSatisfy { ($0.lengthBound == .budget) == ($0.strategy.name != "multistage") })
    }
}
