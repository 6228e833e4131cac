import ArgumentParser
import Quantities
import Schedules
import Trials

/// A strategy's word, with the reason when it is none.
struct StrategyOption: ParsableArguments {
    @Option(help: StrategyOption.help("How far to unroll and what to keep."), transform: { try Strategy($0) })
    var strategy: Strategy

    /// What the option is for, and every strategy there is.
    static func help(_ abstract: String) -> ArgumentHelp {
        let lines = Strategy.vocabulary.signatures.map(\.helpLine)
        return ArgumentHelp("\(abstract)", discussion: lines.joined(separator: "\n"), valueName: "strategy")
    }

    /// - Throws: a usage error when there is no schedule of this length where states and records count a byte each.
    func expectSchedule(length: Int) throws {
        if let infeasibility = strategy.infeasibility(length: length, footprint: .counting) {
            throw ValidationError("strategy '\(strategy)': \(infeasibility)")
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
typealias ModelOptions = FactorOptions<ModelFactors>

enum ModelFactors: FactorList {
    static let factors = Factor.allCases.filter { [.model, .run].contains($0.definition.group) }
}

/// The program that measures, which `measure` alone chooses: all else is about unroll's own networks.
typealias EngineOptions = FactorOptions<EngineFactors>

enum EngineFactors: FactorList {
    static let factors = [Factor.engine]
    static let usual: [Factor: String] = [:]
}

extension FactorOptions {
    /// The trial that the options make, with what the files that they name say of it.
    ///
    /// - Parameter others: factors that are no options of this list, all of them given.
    func trial(_ strategy: Strategy, _ others: [Factor: String] = [:]) throws -> Trial {
        var files = TrialFiles()
        do throws(TrialError) {
            return try files.trial(
                texts.merging(others) { $1 }.merging([.strategy: strategy.description]) { $1 },
                given: given.union(others.keys))
        } catch .file(let error) {
            throw fail(error.description, code: error.isSystem ? Exit.system : Exit.badFile)
        } catch {
            throw ValidationError(error.description)
        }
    }
}

/// The model whose sizes a schedule is for, where any of its options is given; the length is a separate option.
typealias SizesOptions = FactorOptions<SizesFactors>

enum SizesFactors: FactorList {
    static let factors = ModelFactors.factors.filter { $0 != .length }
}

/// The model whose windows are surveyed; its weights, of several files, are a separate option.
typealias AdviceOptions = FactorOptions<AdviceFactors>

enum AdviceFactors: FactorList {
    static let factors = ModelFactors.factors.filter { $0 != .weights }
}

/// The model of a diagram, whose layers are a separate option; of two directions each has a schedule.
typealias DiagramOptions = FactorOptions<DiagramFactors>

enum DiagramFactors: FactorList {
    static let factors = SizesFactors.factors.filter { ![.layers, .bidirectional].contains($0) }
}

/// How parameters are trained where a command is about training: the one default of `train` and `plan`. An experiment file says
/// it, or has that of ``Factor/absent``, which names of trials in committed results rest on.
typealias OptimizerOptions = FactorOptions<OptimizerFactors>

enum OptimizerFactors: FactorList {
    static let factors = [Factor.optimizer]
    static let usual = [Factor.optimizer: "adam"]
}

/// The rest of how `train` changes parameters, their number aside.
typealias TrainingOptions = FactorOptions<TrainingFactors>

enum TrainingFactors: FactorList {
    static let factors = Factor.allCases.filter { $0.definition.group == .training && $0 != .updates }
    static let usual = OptimizerFactors.usual.merging([.clip: "1.0"]) { $1 }
}
