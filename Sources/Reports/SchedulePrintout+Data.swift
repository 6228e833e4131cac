import Files
import Schedules

extension SchedulePrintout {
    package func json(_ line: (String) -> Void) {
        line("{")
        line("  \"strategy\": \(strategy.description.quotedForJSON()),")
        line("  \"length\": \(schedule.length),")
        line("  \"exact\": \(isExact),")
        line("  \"same_bits_as_full\": \(hasBitsOfFull),")
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
            // What an action does not have is left out.
            let members = Self.columns.compactMap { column in
                column.value(action)?.json.map { "\(column.column.name.quotedForJSON()): \($0)" }
            }
            previous = "    {\(members.joined(separator: ", "))}"
        }
        if let previous { line(previous) }
        line("  ]")
        line("}")
    }

    package func csv(_ line: (String) -> Void) {
        line(CSV.text(["index"] + Self.columns.map(\.column.name)))
        for (index, action) in zip(0..., AnySequence(schedule)) {
            line(CSV.text([String(index)] + Self.columns.map { $0.value(action)?.raw ?? "" }))
        }
    }

    /// What an action has, each where it applies; ranges of steps are half open.
    private static let columns: [ColumnDefinition<Action>] = [
        ColumnDefinition("action", .text) { $0.name },
        ColumnDefinition("from", .count) { $0.range?.lowerBound },
        ColumnDefinition("to", .count) { $0.range?.upperBound },
        ColumnDefinition("step", .count) { $0.tier == nil ? nil : $0.steps.lowerBound },
        ColumnDefinition("recording", .text) { $0.recording?.keepsRecords },
        ColumnDefinition("injecting_from", .count) { $0.injecting?.lowerBound },
        ColumnDefinition("injecting_to", .count) { $0.injecting?.upperBound },
        ColumnDefinition("tier", .text) { $0.tier?.rawValue },
        ColumnDefinition("alone", .text) { $0.recording == .alone ? true : nil },
        ColumnDefinition("factor", .decimal) { $0.factor },
        ColumnDefinition("sensitivities", .text) { $0.sensitivities?.description },
        ColumnDefinition("forgotten", .text) { $0.recording == .forgotten ? true : nil },
    ]
}

extension Action {
    /// The steps that it goes over; nil for what is at one step, or at none.
    fileprivate var range: Range<Int>? {
        switch self {
        case .advance(let steps, _), .backward(let steps, _), .release(let steps), .accumulate(let steps, _),
            .undo(let steps):
            steps
        default: nil
        }
    }

    fileprivate var recording: Recording? {
        if case .advance(_, let recording) = self { recording } else { nil }
    }

    fileprivate var injecting: Range<Int>? {
        if case .backward(_, let injecting) = self { injecting } else { nil }
    }

    fileprivate var factor: Double? {
        if case .rescale(let factor) = self { factor } else { nil }
    }

    fileprivate var sensitivities: Sensitivities? {
        if case .accumulate(_, let sensitivities) = self { sensitivities } else { nil }
    }
}
