import ArgumentParser
import Experiments
import Planning
import Quantities
import Reports
import Runner
import Schedules
import Trials

// Plans that may keep records and states in fewer bits.
extension PlanCommand {
    func validateErrors() throws {
        guard let largest = maxGradientError else {
            guard !verify || budget != nil && strategy.isEmpty && !maxLength else {
                throw ValidationError(
                    "'--verify' is of the best plan within a budget: it needs '--budget BYTES', and every strategy")
            }
            return
        }
        guard largest > 0, largest < 1 else {
            throw ValidationError("'--max-gradient-error' is '\(largest)'; allowed: a number above 0, below 1")
        }
        guard budget != nil, strategy.isEmpty, !maxLength else {
            throw ValidationError(
                "'--max-gradient-error' chooses what fits a budget: it needs '--budget BYTES', and every strategy")
        }
        guard !inexact else {
            throw ValidationError(
                "'--inexact' allows a gradient of any error, '--max-gradient-error' one of this: give one of them")
        }
        for factor in [Factor.records, .states] where model.given.contains(factor) {
            throw ValidationError(
                "'--max-gradient-error' chooses '\(factor.rawValue)': leave '--\(factor.rawValue)' out")
        }
    }

    /// The plan with the formats that are near enough.
    ///
    /// - Parameter prices: of native formats; those of packed records are measured where there are such.
    func plan(
        _ budget: Bytes, of trial: Trial, within largest: Double, prices: CostModel?, _ allowed: Plan.Options,
        _ printer: EventPrinter
    ) throws -> Plan {
        let survey = try FormatSurvey(of: trial, program: trialProgram())
        guard survey.neededBytes.count <= Host.memoryBytes else {
            throw fail(
                "how far formats are off is measured in a training step that takes \(survey.neededBytes), more than this machine's "
                    + "memory, \(Bytes(Host.memoryBytes))", code: Exit.failed)
        }
        let children = Children()
        let choices = try InterruptionGuard.during(children) {
            try survey.formats(within: largest, children: children)
        }
        guard !choices.isEmpty else {
            throw fail(
                "products of bfloat16 alone make the gradient be off by more than \(largest); allowed: a larger "
                    + "'--max-gradient-error', or '--scalar float'", code: Exit.failed)
        }
        // Each format takes its time to pack.
        var all = [Trial.usual.records: prices]
        for format in choices.map(\.records) where !offline && all[format] == nil {
            var packed = trial
            packed.records = format
            all[format] = try self.prices(of: packed, printer)
        }
        let known = all.compactMapValues(\.self)
        return Plan(budget: budget, trial: trial, choices: choices, options: allowed) { known[$0.records] }
    }

    /// Makes a training step by a plan at its full length, and says what it took.
    ///
    /// - Throws: exit code 1 where bytes are not as predicted, or the gradient is off by more than is allowed.
    func verify(_ best: Plan.Row, of trial: Trial) throws {
        var planned = best.bits.applied(to: trial)
        planned.strategy = best.strategy
        // One step that changes no parameter has a gradient to compare; the training that is planned has its bytes.
        var step = planned
        (step.updates, step.optimizer) = (0, Trial.usual.optimizer)
        let children = Children()
        let program = try trialProgram()
        func measured(_ trial: Trial) throws -> Measurement {
            let process = try program.measure(trial, warmup: 0, disk: disk, children: children)
            try process.waitUntilReady(within: nil)
            defer { try? process.finish() }
            return try process.repeatOnce(within: nil)
        }
        let (bytes, gradient) = try InterruptionGuard.during(children) {
            (try measured(planned), try measured(step))
        }
        let peak = bytes[.peakBytes].map { Int($0.number) }
        let error = gradient[.gradientRelativeError]?.number
        let gap = peak.map { $0 - best.peakBytes }
        if format == .table {
            let off = error.map { "off by \(Table.scientific($0))" } ?? "not compared: its reference has no room"
            let limit = maxGradientError.map { " of \(Table.scientific($0)) allowed" } ?? ""
            Terminal.show(
                "measured: \(peak.map { "\(Bytes($0))" } ?? "–"), \(gap.map { counted($0, "byte") } ?? "–") more than predicted; "
                    + "the gradient is \(off)\(error == nil ? "" : limit)")
        }
        guard gap == 0, error ?? 0 <= maxGradientError ?? .infinity else { throw ExitCode(Exit.failed) }
    }
}

extension FewerBits {
    /// As options, with a space before each; empty of native formats.
    var flags: String {
        [Factor.records, .states].filter { self[$0] != Trial.usual[$0] }.map { " --\($0.rawValue) \(self[$0])" }
            .joined()
    }
}
