package import Planning
import Schedules
import Trials

/// Predictions held against trials measured now: prices of each network as `unroll plan` measures them, and times of trials that no
/// price comes of.
package struct PredictionCheck {
    private let program: TrialProgram
    private let children: Children

    package init(program: TrialProgram, children: Children) {
        self.program = program
        self.children = children
    }

    /// A line for each of the trials, those aside whose network has no room on this machine.
    ///
    /// - Throws: ``RunError``, ``TrialFailure``, ``SpawnError``.
    package func lines(of unseen: UnseenTrials, report: (Event) -> Void) throws -> [Accuracy.Line] {
        var lines: [Accuracy.Line] = []
        for (index, group) in unseen.groups.enumerated() {
            report(.checking(network: index + 1, of: unseen.groups.count))
            let calibration = try Calibration(of: group.network, disk: nil, program: program)
            guard let prices = try calibration.fresh(children: children, report: report) else { continue }
            let rows = try withoutActuallyEscaping(report) {
                try InterleavedTrials(program: program, disk: nil, children: children, report: $0).rows(
                    of: group.trials)
            }
            report(.calibrated)
            lines += zip(group.trials, rows).compactMap { trial, rows in
                prices.seconds(trial.demand.work).flatMap {
                    Accuracy.Line(rows, predictedSeconds: $0, interval: prices.interval($0))
                }
            }
        }
        return lines
    }
}
