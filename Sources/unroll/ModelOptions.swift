import ArgumentParser
import Schedules
import Shapes
import Trials

extension Cell: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
extension InputStorage: ExpressibleByArgument {}
extension InputProjection: ExpressibleByArgument {}
extension Variant: ExpressibleByArgument {}
extension RecurrentWeights: ExpressibleByArgument {}
extension UpdateRule: ExpressibleByArgument {}

/// A strategy's word, with the reason when it is none.
struct StrategyOption: ParsableArguments {
    @Option(help: StrategyOption.help("How far to unroll and what to keep."), transform: { try Strategy($0) })
    var strategy: Strategy

    /// What the option is for, and every strategy there is.
    static func help(_ abstract: String) -> ArgumentHelp {
        let lines = Strategy.catalogue.map { entry in
            let optional = entry.optional.map { "[\($0)=N]" }
            let parameters = (entry.required.map { "\($0)=N" } + optional).joined(separator: ",")
            return "\(entry.name)\(parameters.isEmpty ? "" : ":\(parameters)"): \(entry.about)"
        }
        return ArgumentHelp("\(abstract)", discussion: lines.joined(separator: "\n"), valueName: "strategy")
    }

    /// - Throws: a usage error when there is no schedule of this length where states and records count a byte each.
    func expectSchedule(length: Int) throws {
        if case .mixed(let memory) = strategy,
            let obstacle = Mixed.obstacle(length: length, memory: memory, footprint: .counting)
        {
            throw ValidationError("strategy '\(strategy)': \(obstacle)")
        }
    }

    /// - Throws: a usage error when a strategy is there twice.
    static func expectDifferent(_ strategies: [Strategy]) throws {
        if let twice = strategies.first(where: { strategy in strategies.count { $0 == strategy } > 1 }) {
            throw ValidationError("strategy '\(twice)' is given twice")
        }
    }
}

/// What is trained. The defaults make a trial of a second or so.
struct ModelOptions: ParsableArguments {
    @Option(help: "Recurrent cell.") var cell: Cell = .lstm
    @Option(help: "L, stacked layers.".withDefault(1), transform: wholeNumber) var layers = 1
    @Option(help: "D, width of the input.".withDefault(64), transform: wholeNumber) var input = 64
    @Option(help: "H, hidden units of each layer.".withDefault(128), transform: wholeNumber) var hidden = 128
    @Option(help: "B, sequences side by side.".withDefault(32), transform: wholeNumber) var batch = 32
    @Option(help: "T, time steps.".withDefault(256), transform: wholeNumber) var length = 256
    @Option(help: "Type of all tensors.") var scalar: Precision = .float
    @Option(help: "Threads a product may use.".withDefault(1), transform: wholeNumber) var threads = 1
    @Option(
        help: ArgumentHelp(
            "Where inputs and targets come from.",
            discussion: zip(TrainingTask.spellings, TrainingTask.catalogue).map { "\($0): \($1.about)" }
                .joined(separator: "\n"), valueName: "task"),
        transform: { try TrainingTask($0) })
    var task: TrainingTask = .noise
    @Option(help: "Inputs generated when needed, or kept in memory.") var inputs: InputStorage = .streamed
    @Option(help: "Inputs multiplied step by step, or several steps at once.")
    var inputProjection: InputProjection = .batched
    @Flag(help: "A second direction in each layer, from the last step to the first.") var bidirectional = false
    @Option(help: "What is changed to see what it is worth.") var variant: Variant = .plain
    @Option(help: "U at the start: uniform, or orthogonal:SCALE.") var recurrentWeights: RecurrentWeights = .uniform
    @Option(help: "What inputs and parameters are drawn from.".withDefault(1), transform: wholeNumber) var seed = 1

    func trial(_ strategy: Strategy) throws -> Trial {
        do {
            return try Trial(
                cell: cell, layers: layers, input: input, hidden: hidden, batch: batch, length: length,
                strategy: strategy, task: task, inputs: inputs, inputProjection: inputProjection,
                bidirectional: bidirectional, variant: variant, recurrentWeights: recurrentWeights, precision: scalar,
                threads: threads, seed: seed)
        } catch {
            throw ValidationError(error.description)
        }
    }
}

/// How parameters are trained where a command is about training: the one default of `train` and `plan`. An experiment file says
/// it, or has that of ``Factor/absent``, which names of trials in committed results rest on.
struct OptimizerOptions: ParsableArguments {
    @Option(help: "What changes the parameters.") var optimizer: UpdateRule = .adam
}
