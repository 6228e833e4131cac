import Experiments
import Planning
import Quantities
import Reports
import Runner

// Predictions that are held against times.
extension PlanCommand {
    /// Of trials that are timed now.
    func hold(_ unseen: UnseenTrials) throws {
        let program = try trialProgram()
        let lines = try timing(EventPrinter(.usual)) {
            try PredictionCheck(program: program, children: $0).lines(of: unseen, report: $1)
        }
        guard !lines.isEmpty else { throw fail("this machine has no room for these networks", code: Exit.failed) }
        try show(Accuracy(lines))
    }

    /// Of results.
    func hold(_ path: String) throws {
        let rows = try readResults(at: path).flatMap(\.rows).mixed(mixesBuilds)
        rows.reportMixtures()
        let accuracy = Accuracy(rows)
        guard !accuracy.lines.isEmpty else {
            throw fail(
                "'\(path)' has no network with \(Accuracy.fewestOthers + 1) different trials to predict from one another",
                code: Exit.failed)
        }
        try show(accuracy)
        if format == .table, accuracy.unpredicted > 0 {
            Terminal.show(
                "\n\(counted(accuracy.unpredicted, "trial")) not predicted: too few others of the same network")
        }
    }

    private func show(_ accuracy: Accuracy) throws {
        try options.show(
            each ? PlanTables.each(accuracy) : PlanTables.accuracy(accuracy), as: format.rendering)
    }
}
