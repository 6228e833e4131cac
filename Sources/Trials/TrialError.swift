package import Quantities
package import Schedules
package import Shapes

/// Why values make no trial.
package enum TrialError: Error, Hashable, CustomStringConvertible {
    case value(String, Factor)
    case narrow(input: Int, TrainingTask)
    case short(length: Int, TrainingTask)
    case task(ParameterError)
    case strategy(ParameterError)
    /// The strategy does not go with the network.
    case infeasible(Strategy, Infeasibility)
    /// Tensors whose bytes are beyond counting.
    case uncountable(Strategy, SizeProduct)
    /// Truncation of a bidirectional network.
    case cutsBothWays(Strategy)
    /// Sensitivities that the network does not have, and what does.
    case refused(Strategy, String)
    /// Updates by a strategy that gives no gradient, or one that is right in the mean over draws alone.
    case untrainable(Strategy)
    /// A window chosen by how far the loss of one step is felt, of a task whose loss is of whole sequences.
    case lossOfSequences(Strategy, TrainingTask)
    /// Updates at every stride of a strategy that has none.
    case strideless(Strategy)
    /// The variant is not defined for these factors.
    case variant(Variant, needs: String)
    /// Records in fewer bits that the network or the strategy does not have, and what does.
    case records(String)
    /// Orthogonal weights of a cell without U, or with one that is not square.
    case noHiddenMatrix(RecurrentWeights, Cell)
    case cell(ParameterError)
    /// The task does not say what its file is to say.
    case incomplete(TrainingTask, lacking: String)
    /// Recurrent weights of a network whose parameters come from a file.
    case weights(RecurrentWeights)
    /// A part of the sequences held back, of a task that has no file of them.
    case validation(TrainingTask)
    /// A file that says what the network or its data are.
    case file(InputFileError)
    /// Updates by a program that makes single training steps.
    case trained(by: Engine)
    case unknown(String)
    case duplicate(String)
    case derived(String, Factor)

    package var description: String {
        switch self {
        case .value(let text, let factor): "\(factor.found(text)); allowed: \(factor.allowed)"
        case .narrow(let input, let task):
            "'input' is \(input), but task '\(task)' has at least \(task.leastInput) input channels"
        case .short(let length, let task):
            "'length' is \(length), but task '\(task)' has at least \(task.leastLength) steps"
        case .task(let error): error.description
        case .strategy(let error), .cell(let error): error.description
        case .infeasible(let strategy, let infeasibility): "strategy '\(strategy)': \(infeasibility)"
        case .uncountable(let strategy, let product):
            "strategy '\(strategy)': \(product); allowed: \(TrialError.countable)"
        case .cutsBothWays(let strategy):
            "strategy '\(strategy)' is not defined for bidirectional layers: \(TrialError.whyNoCut); allowed: "
                + TrialError.uncut
        case .refused(let strategy, let why): "strategy '\(strategy)': \(why)"
        case .untrainable(let strategy):
            "strategy '\(strategy)' does not train: it gives no gradient, or one to be averaged over draws; allowed: "
                + TrialError.training
        case .lossOfSequences(let strategy, let task):
            "strategy '\(strategy)' reads how far back the loss of one step is felt, and the loss of task '\(task)' is of whole "
                + "sequences; allowed: tasks with a loss of each step, or a strategy of \(TrialError.training)"
        case .strideless(let strategy):
            "'update_each' is 'stride', but strategy '\(strategy)' has no strides; allowed: "
                + "\(TrialError.strided), or 'sequence'"
        case .variant(let variant, let needs): "variant '\(variant.rawValue)' needs \(needs)"
        case .records(let refusal): refusal
        case .noHiddenMatrix(let weights, let cell):
            "'recurrent_weights' is '\(weights.rawValue)', but the gates of cell '\(cell)' do not see h through a square matrix; allowed: "
                + RecurrentWeights.uniform.rawValue
        case .incomplete(let task, let lacking):
            "task '\(task)' does not say '\(lacking)', which 'unroll' reads in its file"
        case .weights(let recurrent):
            "'recurrent_weights' is '\(recurrent.rawValue)', and 'weights' names a file that has them; allowed: one of them"
        case .validation(let task):
            "'validation' is of tasks with a file of sequences, and task '\(task)' has none; allowed: 0, or task "
                + TrainingTask.validating
        case .file(let error): error.description
        case .trained(let engine):
            "engine '\(engine.rawValue)' makes single training steps and no updates; allowed: engine unroll, or updates 0"
        case .unknown(let key):
            ParameterError(unknown: key, kind: "key", of: Factor.allCases.filter(\.isChosen).map(\.rawValue))
                .description
        case .duplicate(let key): "'\(key)' is given twice"
        case .derived(let text, let factor): "'\(factor.rawValue)' is '\(text)', which the strategy does not say"
        }
    }

    /// How many bytes can be counted.
    package static let countable = "less than 2^57 bytes (128 PiB)"

    /// Why there is no truncation of two directions.
    package static let whyNoCut =
        "one direction begins at the end of the sequence, and what it brings to a cut comes from all the steps after it"

    /// The strategies that go with two directions.
    package static var uncut: String {
        Strategy.words { $0.traits.isDisjoint(with: [.cutsAdjoint, .carriesSensitivities, .undoesSteps]) }.joined(
            separator: ", ")
    }

    /// Those that train.
    private static var training: String {
        Strategy.words { $0.trains }.joined(separator: ", ")
    }

    /// Those that have strides.
    package static var strided: String {
        Strategy.words { $0.traits.contains(.hasStrides) }.joined(separator: ", ")
    }
}
