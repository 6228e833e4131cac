import Kernels
import Memory
import Quantities
import Schedules
import Shapes

/// Where one set of a layer's parameters and their gradients lies, by what they are for: see ``Layer`` for the shapes. Nil where the
/// cell has none.
struct Weights<S: Scalar> {
    let input, inputGradient: Pointer<S>
    let hidden, hiddenGradient, inputBias, inputBiasGradient, hiddenBias, hiddenBiasGradient: Pointer<S>?
    let projection, projectionGradient: Pointer<S>?
    /// Of the parameters with a number for each unit, in their order; then of what the cell prepares of them.
    let units, unitsGradients: UnsafePointer<Pointer<S>>
}

/// A layer's parameters in the order of the cell's, with a gradient each: those that all steps share, or one step's own.
final class ParameterSet<S: Scalar> {
    let values, gradients: [Region<S>]
    let weights: Weights<S>

    /// - Parameter prepared: where what the cell makes of its parameters goes.
    init(_ cell: Cell, values: [Region<S>], gradients: [Region<S>], prepared: [Pointer<S>]) {
        (self.values, self.gradients) = (values, gradients)
        let uses = cell.parameters.map(\.use)
        func find(_ use: CellParameter.Use, among regions: [Region<S>]) -> Pointer<S>? {
            uses.firstIndex(of: use).map { regions[$0].start }
        }
        func units(of regions: [Region<S>], then others: [Pointer<S>] = []) -> UnsafePointer<Pointer<S>> {
            let found = zip(uses, regions).filter { $0.0 == .units }.map(\.1.start) + others
            let table = UnsafeMutablePointer<Pointer<S>>.allocate(capacity: max(1, found.count))
            table.initialize(from: found, count: found.count)
            return UnsafePointer(table)
        }
        weights = Weights(
            input: find(.inputMatrix, among: values)!, inputGradient: find(.inputMatrix, among: gradients)!,
            hidden: find(.hiddenMatrix, among: values), hiddenGradient: find(.hiddenMatrix, among: gradients),
            inputBias: find(.inputBias, among: values), inputBiasGradient: find(.inputBias, among: gradients),
            hiddenBias: find(.hiddenBias, among: values), hiddenBiasGradient: find(.hiddenBias, among: gradients),
            projection: find(.projection, among: values), projectionGradient: find(.projection, among: gradients),
            units: units(of: values, then: prepared), unitsGradients: units(of: gradients))
    }

    deinit {
        weights.units.deallocate()
        weights.unitsGradients.deallocate()
    }
}

extension Layer {
    /// Gives every replica the first one's values, and gradients of 0.
    fileprivate func replicate() {
        for replica in replicas.dropFirst() {
            for (own, first) in zip(replica.values, replicas[0].values) {
                own.start.update(from: first.start, count: own.count)
            }
            for gradient in replica.gradients { clear(gradient.start, gradient.count) }
        }
    }

    /// Adds the replicas' gradients to the first one's.
    fileprivate func sum() {
        for replica in replicas.dropFirst().reversed() {
            for (own, first) in zip(replica.gradients, replicas[0].gradients) {
                add(own.start, own.count, to: first.start)
            }
        }
    }
}

/// y ← y + x.
@specialized(where S == Float)
@specialized(where S == Double)
private func add<S: Scalar>(_ x: Pointer<S>, _ count: Int, to y: Pointer<S>) {
    for offset in 0..<count { y[offset] += x[offset] }
}

// Every step with a separate replica of the weights.
extension Network {
    /// Before a training step: every replica takes the weights of the first step.
    func replicateWeights() {
        guard shape.weightReplicas > 1 else { return }
        for layer in layers { layer.replicate() }
        useWeights(ofStep: 0)
    }

    /// Puts a step's replica of the weights in the layers' place.
    package func useWeights(ofStep step: Int) {
        guard shape.weightReplicas > 1 else { return }
        for layer in layers { layer.useWeights(ofStep: step) }
        prepareLayers()
    }

    /// After a training step: the gradient of shared weights is the sum of the replicas' gradients.
    package func sumReplicas() {
        guard shape.weightReplicas > 1 else { return }
        for layer in layers { layer.sum() }
        useWeights(ofStep: 0)
    }
}
