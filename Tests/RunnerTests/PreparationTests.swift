import Experiments
import Quantities
import Runner
import Schedules
import Shapes
import Testing
import Trials

/// Trials prepare at once where there are processors for them, and nothing is measured meanwhile.
@Suite struct PreparationTests {
    /// A process notes when it starts and when it is ready, and takes until `others` have started.
    private func script(waitingFor others: Int) -> String {
        """
        for word in "$@"; do case $word in length=*|strategy=*) name="$name ${word#*=}";; esac; done
        echo "start$name" >> $0.log
        case $name in *full) ;; *)
            for i in $(seq 1000); do
                [ $(grep start $0.log | grep -vc full) -ge \(others) ] && break
                sleep 0.01
            done;;
        esac
        echo "ready$name" >> $0.log
        echo ready audit_seconds=1 warmup_seconds=0.5
        while read word; do echo "go$name" >> $0.log; echo "peak_bytes=1 wall_seconds=0.5"; done
        """
    }

    private func run(
        _ trials: [Trial], processors: Int, waitingFor others: Int = 1, memory: Bytes? = nil
    ) throws -> (log: [String], summary: Sweep.Summary, events: [Event]) {
        let fake = try FakeTrial(script(waitingFor: others))
        defer { withExtendedLifetime(fake) {} }
        let experiment = Experiment(
            name: "a", trials: trials, repetitions: 1, warmup: 1, limits: Limits(memory: memory))
        var events: [Event] = []
        let summary = Sweep(experiment, trials: trials, program: fake.program, processors: processors)
            .run(write: { (_) throws(Never) in }, report: { events.append($0) })
        #expect(summary.complete == trials.count && summary.failed == 0)
        return (fake.log, summary, events)
    }

    private func trials(_ strategies: [Strategy], lengths: [Int] = [64], threads: Int = 1) throws -> [Trial] {
        try lengths.flatMap { length in
            try strategies.map { try Trial(cell: .lstm, length: length, strategy: $0, threads: threads) }
        }
    }

    @Test("The first computes what the others are held against; these prepare at once")
    func sideBySide() throws {
        let trials = try trials([.full, .binomial(slots: 4), .segmented(length: 8)])
        let (log, summary, events) = try run(trials, processors: 2, waitingFor: 2)
        #expect(log.prefix(2) == ["start 64 full", "ready 64 full"])
        #expect(log[2..<4].allSatisfy { $0.hasPrefix("start") } && log[4..<6].allSatisfy { $0.hasPrefix("ready") })
        #expect(log[6...] == ["go 64 full", "go 64 binomial:slots=4", "go 64 segmented:length=8"])
        #expect(Array(events[1...3]) == trials.map { Event.trialStarted($0) })
        #expect(summary.effort.audit == 3 && summary.effort.reference == 0 && summary.effort.warmup == 1.5)
        #expect(summary.effort.training == 1.5)
    }

    @Test(
        "One after the other where there is one processor, or each has as many threads as there are processors",
        arguments: [1, 2])
    func oneByOne(threads: Int) throws {
        let trials = try trials([.binomial(slots: 4), .segmented(length: 8), .full], threads: threads)
        let (log, _, _) = try run(trials, processors: threads)
        #expect(
            log.prefix(6) == [
                "start 64 binomial:slots=4", "ready 64 binomial:slots=4", "start 64 segmented:length=8",
                "ready 64 segmented:length=8", "start 64 full", "ready 64 full",
            ])
    }

    @Test("Groups of one trial prepare at once, and are measured one after the other")
    func groups() throws {
        let trials = try trials([.segmented(length: 8)], lengths: [64, 128, 192])
        let (log, _, _) = try run(trials, processors: 2, waitingFor: 2)
        #expect(log[0..<2].allSatisfy { $0.hasPrefix("start") } && log[2..<4].allSatisfy { $0.hasPrefix("ready") })
        #expect(log[4..<6] == ["go 64 segmented:length=8", "go 128 segmented:length=8"])
        #expect(
            log[6...] == ["start 192 segmented:length=8", "ready 192 segmented:length=8", "go 192 segmented:length=8"])
    }

    @Test("Not so where their memory is not there for both, or a group has more trials")
    func separateGroups() throws {
        let alone = try trials([.full], lengths: [64, 128])
        let peaks = try alone.map { try #require($0.predictedPeak) }
        #expect(
            try run(alone, processors: 2, memory: peaks[1]).log == [
                "start 64 full", "ready 64 full", "go 64 full", "start 128 full", "ready 128 full", "go 128 full",
            ])
        let pairs = try trials([.full, .binomial(slots: 4)], lengths: [64, 128])
        let log = try run(pairs, processors: 2).log
        #expect(log.count == 12 && log.prefix(6).allSatisfy { $0.contains(" 64 ") })
    }
}
