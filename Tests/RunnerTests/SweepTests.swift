import Experiments
import Foundation
import Glibc
import Quantities
import Runner
import Schedules
import Shapes
import Synchronization
import Testing
import Trials

private let strategies: [Strategy] = [.full, .binomial(slots: 4), .segmented(length: nil)]

/// Two lengths under three strategies.
private func experiment(repetitions: Int = 3, limits: Limits = Limits()) throws -> Experiment {
    var trials: [Trial] = []
    for length in [64, 128] {
        for strategy in strategies { trials.append(try Trial(cell: .lstm, length: length, strategy: strategy)) }
    }
    return Experiment(name: "a", trials: trials, repetitions: repetitions, warmup: 1, limits: limits)
}

/// Notes what each process does, by length and strategy.
private let noting = """
    for word in "$@"; do case $word in length=*|strategy=*) name="$name${word#*=} ";; esac; done
    echo "start $name" >> $0.log
    echo ready
    while read word; do echo "go $name" >> $0.log; echo peak_bytes=1; done
    echo "end $name" >> $0.log
    """

@Test func roundsGoThroughAllStrategies() throws {
    let fake = try FakeTrial(noting)
    defer { withExtendedLifetime(fake) {} }
    let experiment = try experiment()
    var rows: [Row] = []
    var events: [Event] = []
    let sweep = Sweep(experiment, trials: experiment.trials, program: fake.program)
    let summary = sweep.run(write: { (row) throws(Never) in rows.append(row) }, report: { events.append($0) })
    let order = [
        "full", "binomial:slots=4", "segmented",
        "binomial:slots=4", "segmented", "full",
        "segmented", "full", "binomial:slots=4",
    ]
    #expect(rows.map(\.trial.strategy.description) == order + order)
    #expect(rows.map(\.repetition) == [1, 1, 1, 2, 2, 2, 3, 3, 3, 1, 1, 1, 2, 2, 2, 3, 3, 3])
    #expect(rows.allSatisfy { $0.status == .ok && $0[.peakBytes] == 1 && $0.experiment == "a" })
    #expect(summary.complete == 6 && summary.failed == 0 && !summary.isInterrupted)

    let notes = fake.log.map { $0.split(separator: " ").map(String.init) }
    #expect(notes.prefix(3).map { $0[0] } == ["start", "start", "start"])
    #expect(notes.dropFirst(3).prefix(9).map { "\($0[0]) \($0[1]) \($0[2])" } == order.map { "go 64 \($0)" })
    #expect(notes.dropFirst(12).prefix(3).allSatisfy { $0[0] == "end" && $0[1] == "64" })

    #expect(events.first == .started(experiment.trials, repetitions: 3))
    #expect(events.last == .finished(summary))
    #expect(events.count == 1 + 6 + 18 + 1)
    #expect(events[1] == .trialStarted(experiment.trials[0]))
    #expect(events[4] == .rowFinished(rows[0]))
}

@Test func oneFailureLeavesTheOthers() throws {
    let fake = try FakeTrial(
        """
        case "$*" in
            *length=64*strategy=full*) echo no >&2; exit 1;;
            *length=64*binomial*) echo ready; read word; echo peak_bytes=1; read word; kill -ABRT $$;;
            *length=128*full*) echo ready; sleep 60;;
        esac
        \(FakeTrial.working)
        """)
    defer { withExtendedLifetime(fake) {} }
    let experiment = try experiment(limits: Limits(time: .seconds(10)))
    var rows: [Row] = []
    var failed: [Row] = []
    let sweep = Sweep(experiment, trials: experiment.trials, program: fake.program)
    let summary = sweep.run(
        write: { (row) throws(Never) in rows.append(row) },
        report: { if case .trialFailed(let row) = $0 { failed.append(row) } })
    #expect(summary.complete == 3 && summary.failed == 3)
    #expect(
        failed.map { "\($0.trial.length) \($0.trial.strategy) \($0.repetition) \($0.status.rawValue) \($0.message)" }
            == [
                "64 full 1 failed no (exit status 1)",
                "64 binomial:slots=4 2 failed killed by signal 6, Aborted",
                "128 full 1 timed_out no repetition within 10.0 s; killed",
            ])
    #expect(rows.count == 3 + 1 + 9)
    #expect(Set(rows.map { "\($0.trial.identifier) \($0.repetition)" }).count == rows.count)
}

@Test func whatIsTooLargeIsNotStarted() throws {
    let fake = try FakeTrial(noting)
    defer { withExtendedLifetime(fake) {} }
    let full = try #require(try Trial(cell: .lstm, length: 128).predictedPeak)
    let experiment = try experiment(repetitions: 1, limits: Limits(memory: Bytes(full.count - 1)))
    var rows: [Row] = []
    Sweep(experiment, trials: experiment.trials, program: fake.program)
        .run(write: { (row) throws(Never) in rows.append(row) })
    let refused = rows.filter { $0.status != .ok }
    #expect(refused.map(\.trial) == [experiment.trials[3]])
    #expect(refused.map(\.status) == [.outOfMemory])
    #expect(refused.map(\.repetition) == [1])
    #expect(
        refused.map(\.message)
            == ["predicted peak \(full) exceeds limits.memory \(Bytes(full.count - 1)); not started"])
    #expect(rows.count == 6)
    #expect(!fake.log.contains { $0.hasPrefix("start 128 full") })
}

@Test func predictionsBeyondCounting() throws {
    // Refused by name, with the product; a trial that came to such sizes otherwise is not started.
    let error = #expect(throws: TrialError.self) {
        try Trial(cell: .lstm, layers: 64, hidden: 65_536, batch: 65_536, length: 100_000_000)
    }
    #expect(
        error?.description
            == "strategy 'full': the records, 100000000 × layers 64 × 5 × batch 65536 × hidden 65536 × 4 bytes = 5.5e20 "
            + "bytes; allowed: less than 2^57 bytes (128 PiB)")
    var trial = try Trial(cell: .lstm, layers: 64, hidden: 65_536, batch: 65_536, length: 1)
    trial.length = 100_000_000
    #expect(trial.predictedPeak == nil)
    let experiment = Experiment(name: "a", trials: [trial])
    var rows: [Row] = []
    Sweep(experiment, trials: [trial], program: TrialProgram(executable: "/nowhere"), machine: Bytes(1 << 30))
        .run(write: { (row) throws(Never) in rows.append(row) })
    #expect(
        rows.map(\.message) == ["predicted peak beyond counting exceeds the machine's memory 1.00 GiB; not started"])
}

@Test func groupsAreCutToFit() throws {
    let trials = try (1...6).map { try Trial(cell: .lstm, strategy: .binomial(slots: $0)) }
    func cut(_ peaks: [Int], _ memory: Int) -> [Int] {
        Sweep.parts(zip(trials, peaks).map { ($0, Bytes($1)) }, within: Bytes(memory)).map(\.count)
    }
    #expect(cut([1, 1, 1, 1, 1, 1], 3) == [3, 3])
    #expect(cut([5, 1, 1, 1, 5, 1], 3) == [1, 3, 1, 1])
    #expect(cut([2, 2, 2], 3) == [1, 1, 1])
    #expect(cut([1, 2, 3], 6) == [3])
    #expect(cut([], 6) == [])
}

@Test func aGroupTooLargeIsMeasuredInParts() throws {
    let fake = try FakeTrial(noting)
    defer { withExtendedLifetime(fake) {} }
    let experiment = try experiment(repetitions: 1)
    let trials = Array(experiment.trials.prefix(3))
    let largest = try #require(trials.compactMap(\.predictedPeak).max())
    Sweep(experiment, trials: trials, program: fake.program, machine: Bytes(largest.count))
        .run(write: { (_) throws(Never) in })
    // Half of the machine does not hold the largest: it starts, works and ends before the next begins.
    #expect(fake.log.first == "start 64 full " && fake.log[1] == "go 64 full " && fake.log[2] == "end 64 full ")
    #expect(fake.log.count == 9)
}

@Test func aDiskThatIsFullStopsTheSweep() throws {
    struct Full: Error, Equatable {}
    let fake = try FakeTrial(noting)
    defer { withExtendedLifetime(fake) {} }
    let experiment = try experiment()
    let children = Children()
    var written = 0
    #expect(throws: Full()) {
        try Sweep(experiment, trials: experiment.trials, program: fake.program, children: children)
            .run(write: { (_) throws(Full) in
                if written == 4 { throw Full() }
                written += 1
            })
    }
    #expect(written == 4)
    #expect(children.count == 0)
}

@Test func anInterruptionLeavesNoFalseRow() throws {
    let fake = try FakeTrial(noting)
    defer { withExtendedLifetime(fake) {} }
    let experiment = try experiment()
    let children = Children()
    var rows: [Row] = []
    let summary = Sweep(experiment, trials: experiment.trials, program: fake.program, children: children)
        .run(write: { (row) throws(Never) in
            rows.append(row)
            if rows.count == 4 { children.killAll() }
        })
    #expect(rows.count == 4)
    #expect(rows.allSatisfy { $0.status == .ok })
    #expect(summary.isInterrupted && summary.complete == 0 && summary.failed == 0)
    #expect(children.count == 0)
}

/// A signal to a whole job may end the trial before this process hears of it: the death of the trial is no result.
@Test func aTrialThatDiesOfOurInterruptionLeavesNoRow() throws {
    let fake = try FakeTrial("echo ready; read word; echo dying >> $0.log; kill -TERM $$")
    defer { withExtendedLifetime(fake) {} }
    let experiment = Experiment(name: "a", trials: [try Trial(cell: .lstm)], repetitions: 1, warmup: 1)
    let children = Children()
    Thread.detachNewThread {
        // When the trial is dead and its end is read, and not before.
        while fake.log.isEmpty || children.count > 0 { usleep(200) }
        children.killAll()
    }
    var rows: [Row] = []
    let summary = Sweep(experiment, trials: experiment.trials, program: fake.program, children: children)
        .run(write: { (row) throws(Never) in rows.append(row) })
    #expect(rows == [])
    #expect(summary.isInterrupted && summary.failed == 0)
}

/// One that somebody ends by hand is a trial that failed.
@Test func aTrialThatDiesOfAnothersSignalHasARow() throws {
    let fake = try FakeTrial("echo ready; read word; kill -TERM $$")
    defer { withExtendedLifetime(fake) {} }
    let experiment = Experiment(name: "a", trials: [try Trial(cell: .lstm)], repetitions: 1, warmup: 1)
    var rows: [Row] = []
    let summary = Sweep(experiment, trials: experiment.trials, program: fake.program)
        .run(write: { (row) throws(Never) in rows.append(row) })
    #expect(rows.map(\.message) == ["killed by signal 15, Terminated"])
    #expect(!summary.isInterrupted && summary.failed == 1)
}

@Test func onlyWhatIsMissingIsMeasured() throws {
    let experiment = try experiment(repetitions: 2)
    func row(_ trial: Int, _ repetition: Int, _ status: Status = .ok, experiment name: String = "a") -> Row {
        Row(experiment: name, trial: experiment.trials[trial], repetition: repetition, status: status)
    }
    let existing = [
        row(0, 1), row(0, 2), row(1, 1), row(2, 1), row(2, 2, .failed), row(3, 1, .outOfMemory),
        row(4, 1), row(4, 2), row(4, 3), row(5, 1, experiment: "b"), row(5, 2, experiment: "b"),
    ]
    let all = Resumption(experiment, trials: experiment.trials, existing: existing)
    #expect(all.missing == [1, 2, 3, 5].map { experiment.trials[$0] })
    #expect(all.kept == [existing[0], existing[1], existing[6], existing[7]])
    // A repetition too many, and rows of another experiment.
    #expect(all.foreign == Array(existing[8...]))
    // What was not asked for stays as it is.
    let some = Resumption(experiment, trials: [experiment.trials[0], experiment.trials[1]], existing: existing)
    #expect(some.missing == [experiment.trials[1]])
    #expect(some.kept == existing[..<8].filter { $0.trial != experiment.trials[1] })
    // A trial that the file no longer has.
    var smaller = experiment
    smaller.trials.removeFirst()
    #expect(
        Resumption(smaller, trials: smaller.trials, existing: existing).foreign
            == [existing[0], existing[1]] + existing[8...])
}

@Test(arguments: [SIGINT, SIGTERM])
func aSignalEndsTheRun(_ number: Int32) async throws {
    // Here and not in the process that exits, which would leave it behind.
    let fake = try FakeTrial("echo ready; sleep 60")
    defer { withExtendedLifetime(fake) {} }
    await #expect(processExitsWith: .exitCode(130)) { [number, executable = fake.program.executable as String] in
        let children = Children()
        let process = try TrialProgram(executable: executable).measure(
            try Trial(cell: .lstm), warmup: 1, children: children)
        try process.waitUntilReady(within: .seconds(10))
        try InterruptionGuard.during(
            children, onInterrupt: { if !children.isClosed || usleep(300_000) != 0 { _exit(1) } }
        ) {
            kill(getpid(), number)
            // The death of the child is no failure to continue with.
            _ = try? process.repeatOnce(within: .seconds(30))
        }
        _exit(2)
    }
}

/// A guard ends with what it guards, whatever is called after it; one that was passed through listens no more.
@Test func oneGuardAfterAnother() async throws {
    await #expect(processExitsWith: .exitCode(7)) {
        func guarded(_ code: Int32) throws { try InterruptionGuard.during(Children(), onInterrupt: { _exit(code) }) {} }
        try guarded(5)
        try InterruptionGuard.during(Children(), onInterrupt: { _exit(6) }) {}
        try InterruptionGuard.during(Children(), onInterrupt: { _exit(7) }) {
            kill(getpid(), SIGINT)
            _ = sleep(30)
        }
    }
}

@Test func aSecondSignalEndsItAtOnce() async throws {
    await #expect(processExitsWith: .exitCode(130)) {
        try InterruptionGuard.during(Children(), onInterrupt: { _ = sleep(60) }) {
            kill(getpid(), SIGINT)
            usleep(1_200_000)
            kill(getpid(), SIGTERM)
            _ = sleep(30)
        }
        _exit(2)
    }
}

@Test func twoSignalsWithinASecondAreOne() async throws {
    await #expect(processExitsWith: .exitCode(7)) {
        try InterruptionGuard.during(
            Children(),
            onInterrupt: {
                usleep(300_000)
                _exit(7)
            }
        ) {
            kill(getpid(), SIGINT)
            usleep(20_000)
            kill(getpid(), SIGINT)
            _ = sleep(30)
        }
        _exit(2)
    }
}
