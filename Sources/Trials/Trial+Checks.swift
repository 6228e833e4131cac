package import Quantities
import Schedules
import Shapes

extension Trial {
    /// - Throws: ``TrialError`` when a value is out of range or two do not go together.
    func check() throws(TrialError) {
        for factor in Factor.allCases where !factor.definition.isInRange(self) { throw .value(self[factor], factor) }
        if let lacking = task.lacking { throw .incomplete(task, lacking: lacking) }
        guard input >= task.leastInput else { throw .narrow(input: input, task) }
        guard length >= task.leastLength else { throw .short(length: length, task) }
        if bidirectional, strategy.cutsAdjoint { throw .cutsBothWays(strategy) }
        if let refusal = shape.refusal(of: strategy) { throw .refused(strategy, refusal) }
        if updates > 0, !strategy.trains { throw .untrainable(strategy) }
        if strategy.adaptation != nil, task.criterion == .ctc { throw .lossOfSequences(strategy, task) }
        if updateInterval == .stride, !strategy.traits.contains(.hasStrides) { throw .strideless(strategy) }
        if variant == .fusedGates, !cell.kind.fusesGates || !hidden.isMultiple(of: Shape.panel) || threads > 1 {
            let fusing = Cell.allCases.filter { $0.kind.fusesGates }.map(\.rawValue).joined(separator: " or ")
            throw .variant(variant, needs: "cell \(fusing), hidden a multiple of \(Shape.panel), threads 1")
        }
        if variant == .recomputeGates, !cell.canRecomputeGates {
            let able = Cell.allCases.filter(\.canRecomputeGates).map(\.rawValue).joined(separator: " or ")
            throw .variant(variant, needs: "cell \(able)")
        }
        if engine != .unroll, updates > 0 { throw .trained(by: engine) }
        if variant.isOfEngines, engine == .unroll {
            throw .variant(variant, needs: "an engine other than unroll")
        }
        if !variant.isTrained, bidirectional || updates > 0 {
            throw .variant(variant, needs: "one direction and no updates")
        }
        if let refusal = recordsRefusal { throw .records(refusal) }
        if recurrentWeights != .uniform, !cell.hasHiddenMatrix || cell.kind.projects {
            throw .noHiddenMatrix(recurrentWeights, cell)
        }
        if let uncountable { throw .uncountable(strategy, uncountable) }
        if let infeasibility = strategy.infeasibility(length: length, footprint: footprint) {
            throw .infeasible(strategy, infeasibility)
        }
        if content != nil, task.file == nil { throw .value(self[.content], .content) }
        if weightsContent != nil, weights == nil { throw .value(self[.weightsContent], .weightsContent) }
        if weights != nil, recurrentWeights != .uniform { throw .weights(recurrentWeights) }
        if validation > 0, !task.hasValidation { throw .validation(task) }
    }
}

extension Trial {
    /// Up to this predicted peak the reference of a gradient is full unrolling.
    package static let largestReference = Bytes(1 << 30)
    /// Where no number of steps is asked for, they go on before the first repetition until they have taken this long.
    package static let warmupTime = Duration.milliseconds(10)
    package static let largestLayers = 64
    package static let largestWidth = 65_536
    package static let largestLength = 100_000_000
    package static let largestThreads = 256
    package static let largestUpdates = 100_000_000
    package static let largestRate = 1000
    package static let largestClip = 1_000_000
}
