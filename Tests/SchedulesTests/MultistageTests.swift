import Schedules
import Testing

@Suite struct MultistageTests {
    private func tiers(_ schedule: some Schedule) -> (memory: Int, disk: Int, accesses: Int) {
        var (memory, disk, peakMemory, peakDisk, accesses) = (0, 0, 0, 0, 0)
        for action in schedule {
            switch action {
            case .save(_, .memory): memory += 1
            case .save(_, .disk):
                disk += 1
                accesses += 1
            case .discard(_, .memory): memory -= 1
            case .discard(_, .disk): disk -= 1
            case .restore(_, .disk): accesses += 1
            default: break
            }
            (peakMemory, peakDisk) = (max(peakMemory, memory), max(peakDisk, disk))
        }
        return (peakMemory, peakDisk, accesses)
    }

    /// Apart from where states lie it is binomial with all slots together.
    @Test func actionsAreBinomials() {
        for length in 1...40 {
            for (memory, disk) in [(1, 1), (1, 5), (3, 2), (5, 40), (50, 1)] {
                let plain = Multistage(length: length, memory: memory, disk: disk).map { action -> Action in
                    switch action {
                    case .save(let step, _): .save(step)
                    case .restore(let step, _): .restore(step)
                    case .discard(let step, _): .discard(step)
                    default: action
                    }
                }
                #expect(plain == Array(Binomial(length: length, slots: memory + disk)))
            }
        }
    }

    /// No other choice of places for disk has fewer accesses: all choices are tried.
    @Test(arguments: [2, 3, 5, 9, 17, 40, 100]) func diskIsAccessedLeast(length: Int) {
        for memory in 1...4 {
            for disk in 1...4 {
                let schedule = Multistage(length: length, memory: memory, disk: disk)
                let slots = min(memory + disk, length)
                let needed = max(0, slots - memory)
                // Written and read, counted from the plain actions by place on the stack.
                var stack: [Int] = []
                var accesses = Array(repeating: 0, count: slots)
                for action in Binomial(length: length, slots: slots) {
                    switch action {
                    case .save(let step, _):
                        accesses[stack.count] += 1
                        stack.append(step)
                    case .restore(let step, _): accesses[stack.firstIndex(of: step)!] += 1
                    case .discard(let step, _): stack.removeAll { $0 == step }
                    default: break
                    }
                }
                let best = (0..<1 << slots).filter { $0.nonzeroBitCount == needed }
                    .map { choice in (0..<slots).reduce(0) { $0 + (choice >> $1 & 1) * accesses[$1] } }.min()!
                let found = tiers(schedule)
                #expect(found.accesses == best, "memory \(memory), disk \(disk)")
                #expect(found.memory <= memory && found.disk <= needed)
            }
        }
    }

    /// Disk slots take no memory: the bytes are those of the memory slots alone.
    @Test func diskTakesNoMemory() {
        let footprint = Footprint(constant: Usage(), state: 10, record: 1, storedState: 1000)
        let simulator = Simulator(Multistage(length: 100, memory: 2, disk: 8), footprint: footprint)
        #expect(simulator.peaks[.states] == 20)
        #expect(simulator.diskBytes == 8000)
        #expect(simulator.counts.forward == 100 + 222)
    }

    @Test func needsAStepAndASlot() async {
        await #expect(processExitsWith: .failure) { _ = Multistage(length: 0, memory: 1, disk: 1) }
        await #expect(processExitsWith: .failure) { _ = Multistage(length: 1, memory: 0, disk: 1) }
    }
}
