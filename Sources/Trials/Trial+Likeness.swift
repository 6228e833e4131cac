import Schedules
import Shapes

extension Trial {
    /// The same trial but for these factors, which are the same for all: trials that differ in nothing else are then equal.
    /// A key for groups; it need not make a trial that can be measured.
    package func ignoring(_ factors: Set<Factor>) -> Trial {
        var key = self
        for factor in factors {
            switch factor {
            case .cell: key.cell = .elman
            case .layers: key.layers = 0
            case .input: key.input = 0
            case .hidden: key.hidden = 0
            case .batch: key.batch = 0
            case .length: key.length = 0
            case .strategy: key.strategy = .full
            // Parts of the strategy.
            case .window, .stride, .slots, .segment: break
            case .task: key.task = .noise
            case .content: key.content = nil
            case .inputs: key.inputs = .streamed
            case .inputProjection: key.inputProjection = .batched
            case .bidirectional: key.bidirectional = false
            case .variant: key.variant = .plain
            case .recurrentWeights: key.recurrentWeights = .uniform
            case .scalar: key.precision = .float
            case .threads: key.threads = 0
            case .seed: key.seed = 0
            case .updates: key.updates = 0
            case .updateInterval: key.updateInterval = .sequence
            case .optimizer: key.optimizer = .sgd
            case .learningRate: key.learningRate = 0
            case .clip: key.clip = 0
            }
        }
        return key
    }

    /// Factors, derived ones aside, in which two trials differ.
    package func differences(from other: Trial) -> Set<Factor> {
        guard self != other else { return [] }
        return Set(
            Factor.allCases.filter { factor in
                !factor.isDerived
                    && ignoring(Trial.factors.subtracting([factor]))
                        != other.ignoring(Trial.factors.subtracting([factor]))
            })
    }

    private static let factors = Set(Factor.allCases)
}
