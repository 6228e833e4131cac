package import Schedules

/// A schedule for reading: drawn, as JSON, or as CSV. Lines are handed over as they are made, for a schedule may have
/// millions.
package struct SchedulePrintout {
    private let schedule: any Schedule
    private let strategy: Strategy
    private let counts: Simulator.Counts
    private let isExact: Bool

    /// The widest drawing; beyond it, a column stands for several steps.
    private static let widest = 96

    package init(_ schedule: any Schedule, strategy: Strategy) {
        self.schedule = schedule
        self.strategy = strategy
        counts = Simulator(schedule, footprint: .counting).counts
        guard let validator = try? Validator(schedule) else { preconditionFailure("\(strategy) is no valid schedule") }
        isExact = validator.isExact
    }

    // MARK: Drawing

    package func drawing(_ line: (String) -> Void) {
        let scale = (schedule.length + Self.widest - 1) / Self.widest
        let width = (schedule.length + scale - 1) / scale
        line("\(strategy), T = \(schedule.length)\(scale > 1 ? ", a column is \(scale) steps" : "")")
        line("")
        for action in schedule {
            let steps = action.steps
            var row = Array(repeating: Character(" "), count: width)
            for column in steps.isEmpty ? 0..<0 : steps.lowerBound / scale..<(steps.upperBound - 1) / scale + 1 {
                row[column] = mark(action)
            }
            line("  |\(String(row))| \(action)")
        }
        line("")
        line("  > forward   # forward, recording   s save   r restore   d discard   < backward   . release")
        line("")
        line("  gradient         \(isExact ? "exact" : "truncated")")
        line("  forward steps    \(counts.forward), \(counts.recomputed) of them again, \(counts.recorded) recorded")
        line("  backward steps   \(counts.backward)")
        let (records, states) = (counted(counts.peakRecords, "record"), counted(counts.peakStates, "saved state"))
        line("  at most          \(records) and \(states) at once")
    }

    private func mark(_ action: Action) -> Character {
        switch action {
        case .advance(_, let recording): recording.keepsRecords ? "#" : ">"
        case .save: "s"
        case .restore: "r"
        case .discard: "d"
        case .backward: "<"
        case .release: "."
        case .truncate: "|"
        }
    }

    // MARK: Data

    package func json(_ line: (String) -> Void) {
        line("{")
        line("  \"strategy\": \"\(strategy)\",")
        line("  \"length\": \(schedule.length),")
        line("  \"exact\": \(isExact),")
        line("  \"forward_steps\": \(counts.forward),")
        line("  \"recorded_steps\": \(counts.recorded),")
        line("  \"recomputed_steps\": \(counts.recomputed),")
        line("  \"backward_steps\": \(counts.backward),")
        line("  \"peak_states\": \(counts.peakStates),")
        line("  \"peak_records\": \(counts.peakRecords),")
        line("  \"actions\": [")
        var previous: String?
        for action in schedule {
            if let previous { line(previous + ",") }
            let fields = Self.fields(action).map { "\"\($0)\": \($0 == "action" || $0 == "tier" ? "\"\($1)\"" : $1)" }
            previous = "    {\(fields.joined(separator: ", "))}"
        }
        if let previous { line(previous) }
        line("  ]")
        line("}")
    }

    package func csv(_ line: (String) -> Void) {
        let columns = ["action", "from", "to", "step", "recording", "injecting_from", "injecting_to", "tier", "alone"]
        line((["index"] + columns).joined(separator: ","))
        for (index, action) in zip(0..., AnySequence(schedule)) {
            let fields = Dictionary(uniqueKeysWithValues: Self.fields(action))
            line(([String(index)] + columns.map { fields[$0] ?? "" }).joined(separator: ","))
        }
    }

    /// An action's names and values, as they apply.
    private static func fields(_ action: Action) -> [(String, String)] {
        let name = ("action", action.name)
        let tier = action.tier.map { [("tier", $0.rawValue)] } ?? []
        switch action {
        case .advance(let steps, let recording):
            return [
                name, ("from", "\(steps.lowerBound)"), ("to", "\(steps.upperBound)"),
                ("recording", "\(recording.keepsRecords)"),
            ] + (recording == .alone ? [("alone", "true")] : [])
        case .save(let step, _), .restore(let step, _), .discard(let step, _):
            return [name, ("step", "\(step)")] + tier
        case .backward(let steps, let injecting):
            return [
                name, ("from", "\(steps.lowerBound)"), ("to", "\(steps.upperBound)"),
                ("injecting_from", "\(injecting.lowerBound)"), ("injecting_to", "\(injecting.upperBound)"),
            ]
        case .release(let steps):
            return [name, ("from", "\(steps.lowerBound)"), ("to", "\(steps.upperBound)")]
        case .truncate:
            return [name]
        }
    }
}
