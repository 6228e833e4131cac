import ArgumentParser
import Reports
import Schedules
import Trials

struct ScheduleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "Shows what a strategy does, action by action.",
        discussion: """
            As a drawing, as wide as the terminal: time goes down, steps go across. As JSON or CSV: the actions with their \
            half-open ranges of steps, and counts. A state and a record count a byte each, and so does the memory of 'mixed'. forward_steps are all forward steps executed, recorded ones included; \
            peak_states counts saved states, the initial one included.

              unroll schedule --strategy binomial:slots=3 --length 20
              unroll schedule --strategy truncated:window=8,stride=4 --length 100 --format json
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument { case ascii, json, csv }

    @OptionGroup var strategy: StrategyOption
    @Option(help: "T, time steps.", transform: wholeNumber) var length: Int
    @Option(help: "How to show it.") var format: Format = .ascii

    func validate() throws {
        guard (1...Trial.largestLength).contains(length) else {
            throw ValidationError("'length' is '\(length)'; allowed: \(Factor.length.allowed)")
        }
        try strategy.expectSchedule(length: length)
    }

    func run() throws {
        // Without a model, a saved state and a record count the same.
        let schedule = strategy.strategy.schedule(length: length, footprint: .counting)
        let printout = SchedulePrintout(schedule, strategy: strategy.strategy)
        switch format {
        case .ascii: printout.drawing(within: Terminal.outputColumns) { print($0) }
        case .json: printout.json { print($0) }
        case .csv: printout.csv { print($0) }
        }
    }
}
