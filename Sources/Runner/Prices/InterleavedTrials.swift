import Quantities
import Schedules
import Trials

/// Trials whose times are wanted next to one another: each in its own process, measured round by round, so that drift of the
/// machine hits all alike.
struct InterleavedTrials {
    let program: TrialProgram
    /// Where states may go; nil for nowhere.
    let disk: String?
    let children: Children
    let report: (Event) -> Void

    static let rounds = 5
    /// What a trial is measured for in each round, at least: of a step that takes less the first repetitions find a processor that
    /// other processes have just left, and are slower than those of a training.
    private static let turn = Duration.milliseconds(15)

    /// What the processes of these trials, which are there together, are predicted to take.
    static func peak(of trials: [Trial]) -> Int { trials.map(\.demand.peakBytes).reduce(0, saturatingSum) }

    /// A row for each round of each trial, in the order of the trials.
    func rows(of trials: [Trial]) throws -> [[Row]] {
        var processes: [TrialProcess] = []
        for (index, trial) in trials.enumerated() {
            report(.preparing(index: index + 1, of: trials.count))
            processes.append(try process(of: trial))
        }
        var rows = trials.map { _ in [Row]() }
        for round in 1...InterleavedTrials.rounds {
            report(.round(round, of: InterleavedTrials.rounds))
            for (index, process) in processes.enumerated() {
                rows[index].append(
                    Row(
                        experiment: "calibration", trial: trials[index], repetition: round, status: .ok,
                        measurement: try turn(of: process)))
            }
        }
        for process in processes { try process.finish() }
        return rows
    }

    /// A process that is ready. Its gradient is held against none: there is no room for a reference.
    func process(of trial: Trial) throws -> TrialProcess {
        let process = try program.measure(trial, warmup: 0, within: Bytes(0), disk: disk, children: children)
        try process.waitUntilReady(within: nil)
        return process
    }

    /// The repetition whose time is the median of a turn.
    private func turn(of process: TrialProcess) throws -> Measurement {
        let end = ContinuousClock.now + InterleavedTrials.turn
        var repetitions: [Measurement] = []
        repeat { repetitions.append(try process.repeatOnce(within: nil)) } while ContinuousClock.now < end
        repetitions.sort { $0.seconds < $1.seconds }
        return repetitions[repetitions.count / 2]
    }
}

extension Measurement {
    fileprivate var seconds: Double { self[.wallSeconds]?.number ?? .infinity }
}
