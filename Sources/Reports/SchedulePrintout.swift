import Quantities
package import Schedules
package import Trials

/// A schedule for reading: drawn, as JSON, or as CSV. Lines are handed over as they are made, for a schedule may have
/// millions.
package struct SchedulePrintout {
    let schedule: any Schedule
    let strategy: Strategy
    /// With what the strategy chose.
    private let title: String
    let counts: Simulator.Counts
    private let actions: Int
    let isExact: Bool
    let hasBitsOfFull: Bool

    /// - Parameters:
    ///   - length: T, at least 1.
    ///   - footprint: the sizes that the strategy goes by.
    /// - Precondition: there is a schedule.
    package init(_ strategy: Strategy, length: Int, footprint: Footprint) {
        self.init(
            strategy.schedule(length: length, footprint: footprint), of: strategy,
            as: strategy.asChosen(length: length, footprint: footprint))
    }

    /// The schedule for a trial's sizes; of a bidirectional network that of each direction.
    package init(_ trial: Trial) {
        self.init(
            trial.schedule, of: trial.strategy, as: trial.strategyAsChosen,
            isExactByNetwork: trial.hasExactSensitivities)
    }

    private init(
        _ schedule: any Schedule, of strategy: Strategy, as title: String, isExactByNetwork: Bool = false
    ) {
        self.schedule = schedule
        self.strategy = strategy
        self.title = title
        let demand = Demand(schedule, footprint: .counting)
        (counts, actions) = (demand.counts, demand.work.actions)
        if let tally = schedule.tally {
            (isExact, hasBitsOfFull) = (tally.isExact || isExactByNetwork, tally.hasBitsOfFull)
        } else if let validator = try? Validator(schedule, isExactByNetwork: isExactByNetwork) {
            (isExact, hasBitsOfFull) = (validator.isExact, validator.hasBitsOfFull)
        } else {
            preconditionFailure("\(strategy) is no valid schedule")
        }
    }

    // MARK: Drawing

    /// The sawtooth: actions go down, steps across. Long sequences are drawn to scale: a column stands for several steps,
    /// a line for several actions and shows what matters most of them.
    ///
    /// - Complexity: of what ``Reversal`` builds, some hundred actions a line; all others are gone through.
    /// - Parameter most: the terminal's columns, which no line exceeds; nil draws as for 80, and writes words as they are.
    package func drawing(within most: Int?, _ write: (String) -> Void) {
        let columns = most ?? 80
        func line(_ text: String) { write(wrap(text, to: most)) }
        let perLine = actions <= Self.mostLines ? 1 : (actions + Self.mostLines - 1) / Self.mostLines
        // Beside the steps: the action's words, or nothing.
        let room = Swift.max(Swift.min(16, columns - 4), columns - (perLine == 1 ? Self.widestWords : 0) - 4, 1)
        let scale = (schedule.length + room - 1) / room
        let width = (schedule.length + scale - 1) / scale
        line("\(title), T = \(schedule.length)")
        if scale > 1 || perLine > 1 {
            line("a column is \(counted(scale, "step")), a line \(counted(perLine, "action"))")
        }
        line("")

        let empty = Array(repeating: Mark.none, count: width)
        var row = empty
        var count = 0
        func mark(_ action: Action) {
            let (steps, mark) = (action.steps, Mark(action))
            guard !steps.isEmpty else { return }
            for column in steps.lowerBound / scale...(steps.upperBound - 1) / scale where row[column] < mark {
                row[column] = mark
            }
        }
        func endLine(_ action: Action?) {
            guard count % perLine == 0 || count == actions else { return }
            let drawn = String(row.map(\.character))
            let drawing = "  |\(drawn)|" + (action.map { " \($0)" } ?? "")
            write(most.map(drawing.cut(to:)) ?? drawing)
            row = empty
        }
        schedule.walk(atMost: { perLine == 1 ? 0 : perLine - count % perLine }) { action in
            mark(action)
            count += 1
            endLine(perLine == 1 ? action : nil)
        } passage: { passage in
            passage.marks.forEach(mark)
            count += passage.actions
            endLine(nil)
        }
        line("")
        line(legend(within: most))
        line("")
        line("  gradient         \(gradient)")
        line("  forward steps    \(counts.forward), \(counts.recomputed) of them again, \(counts.recorded) recorded")
        line("  backward steps   \(counts.backward)")
        let (records, states) = (counted(counts.peakRecords, "record"), counted(counts.peakStates, "saved state"))
        let disk = counts.peakDiskStates > 0 ? ", \(counts.peakDiskStates) on disk," : ""
        line("  at most          \(records) and \(states)\(disk) at once")
    }

    private var gradient: String {
        guard schedule.hasGradient else { return "none" }
        guard isExact else { return strategy.sensitivities.map { "approximated: \($0)" } ?? "truncated" }
        return hasBitsOfFull ? "exact, the same bits as full" : "exact, summed in another order than full"
    }

    /// What the marks mean, on as many lines as a terminal needs.
    private func legend(within most: Int?) -> String {
        let entries =
            [
                "> forward", "# forward, recording", "s save", "r restore", "d discard", "< backward", ". release",
            ] + (strategy.sensitivities == nil ? [] : ["m sensitivities carried"])
            + (strategy.traits.contains(.undoesSteps) ? ["u undone"] : [])
        return entries.reduce(into: [String]()) { lines, entry in
            if let last = lines.last, most.map({ last.count + 3 + entry.count <= $0 }) ?? true {
                lines[lines.count - 1] = last + "   " + entry
            } else {
                lines.append("  " + entry)
            }
        }.joined(separator: "\n")
    }

    private static let mostLines = 160
    private static let widestWords = 34

    /// What is drawn in a place, the least telling first: of several in one place the last is seen.
    private enum Mark: Int, Comparable {
        case none, release, discard, forward, restore, save, recording, undone, backward, sensitivities

        init(_ action: Action) {
            self =
                switch action {
                case .advance(_, let recording): recording.keepsRecords ? .recording : .forward
                case .save: .save
                case .restore: .restore
                case .discard: .discard
                case .backward: .backward
                case .release: .release
                case .accumulate: .sensitivities
                case .undo: .undone
                case .truncate, .rescale: .none
                }
        }

        var character: Character {
            switch self {
            case .none: " "
            case .release: "."
            case .discard: "d"
            case .forward: ">"
            case .restore: "r"
            case .save: "s"
            case .recording: "#"
            case .undone: "u"
            case .backward: "<"
            case .sensitivities: "m"
            }
        }

        static func < (left: Mark, right: Mark) -> Bool { left.rawValue < right.rawValue }
    }
}
