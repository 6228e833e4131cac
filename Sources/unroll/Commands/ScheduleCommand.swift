import ArgumentParser
import Reports
import Schedules
import Trials

struct ScheduleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "Shows what a strategy does, action by action.",
        discussion: """
            As a drawing, as wide as the terminal: time goes down, steps go across. As JSON or CSV: the actions with their \
            half-open ranges of steps, and counts. forward_steps are all forward steps executed, recorded ones included; \
            peak_states counts saved states, the initial one included.

            Strategies that go by sizes, such as 'segmented' without a length and 'mixed', go by those of the model as soon as \
            one of its options is given, and the rest of it by default; without any, a state and a record count a byte each.

              unroll schedule --strategy binomial:slots=3 --length 20
              unroll schedule --strategy segmented --length 100 --hidden 256 --batch 32
              unroll schedule --strategy mixed:memory=1MiB --length 100 --cell gru
              unroll schedule --strategy truncated:window=8,stride=4 --length 100 --format json
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument { case ascii, json, csv }

    @OptionGroup var strategy: StrategyOption
    @Option(help: "T, time steps.", transform: wholeNumber) var length: Int
    @Option(help: "How to show it.") var format: Format = .ascii
    @OptionGroup(title: "The model whose sizes a strategy goes by") var model: SizesOptions

    func validate() throws {
        guard (1...Trial.largestLength).contains(length) else {
            throw ValidationError("'length' is '\(length)'; allowed: \(Factor.length.allowed)")
        }
        if model.given.isEmpty { try strategy.expectSchedule(length: length) } else { _ = try trial() }
    }

    private func trial() throws -> Trial { try model.trial(strategy.strategy, [.length: String(length)]) }

    func run() throws {
        let printout =
            if model.given.isEmpty {
                SchedulePrintout(strategy.strategy, length: length, footprint: .counting)
            } else {
                SchedulePrintout(try trial())
            }
        switch format {
        case .ascii: printout.drawing(within: Terminal.outputColumns) { print($0) }
        case .json: printout.json { print($0) }
        case .csv: printout.csv { print($0) }
        }
    }
}
