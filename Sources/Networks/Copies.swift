import Kernels
import Memory
import Quantities
import Schedules
import Shapes

/// Where one copy of a layer's parameters and their gradients lies: see ``Layer`` for the shapes.
struct Weights<S: Scalar> {
    let input, hidden, inputBias, hiddenBias: Pointer<S>
    let inputGradient, hiddenGradient, inputBiasGradient, hiddenBiasGradient: Pointer<S>
}

/// A copy of a layer's parameters, with gradients of its own: of the step after the first, the second and so on, where
/// every step has its own.
final class WeightsCopy<S: Scalar> {
    /// W, U, b, d, and the gradient of each.
    let values, gradients: [Block<S>]
    let weights: Weights<S>

    init(_ layout: Layout.Parameters, heaps: Heaps) {
        let counts = [layout.inputWeights, layout.hiddenWeights, layout.bias, layout.bias]
        values = counts.map { Block(zeros: $0, in: heaps[.weights]) }
        gradients = counts.map { Block(zeros: $0, in: heaps[.gradients]) }
        weights = Weights(
            input: values[0].start, hidden: values[1].start, inputBias: values[2].start, hiddenBias: values[3].start,
            inputGradient: gradients[0].start, hiddenGradient: gradients[1].start,
            inputBiasGradient: gradients[2].start, hiddenBiasGradient: gradients[3].start)
    }
}

extension Layer {
    /// A layer's own parameters, in the order of ``WeightsCopy/values``, with their gradients.
    private var own: [(values: Pointer<S>, gradient: Pointer<S>)] {
        [
            (inputWeights.start, inputWeightsGradient.start), (hiddenWeights.start, hiddenWeightsGradient.start),
            (inputBias.start, inputBiasGradient.start), (hiddenBias.start, hiddenBiasGradient.start),
        ]
    }

    /// Gives every copy the layer's own values, and gradients of 0.
    fileprivate func tie() {
        for copy in copies {
            for ((values, gradient), own) in zip(zip(copy.values, copy.gradients), own) {
                values.start.update(from: own.values, count: values.count)
                clear(gradient.start, gradient.count)
            }
        }
    }

    /// Adds the copies' gradients to the layer's own.
    fileprivate func sum() {
        for copy in copies.reversed() {
            for (gradient, own) in zip(copy.gradients, own) { add(gradient.start, gradient.count, to: own.gradient) }
        }
    }
}

/// y ← y + x.
@specialized(where S == Float)
@specialized(where S == Double)
private func add<S: Scalar>(_ x: Pointer<S>, _ count: Int, to y: Pointer<S>) {
    for place in 0..<count { y[place] += x[place] }
}

// Every step with weights of its own.
extension Network {
    /// Before a training step: every copy becomes that of the first step.
    func tieCopies() {
        guard shape.copies > 1 else { return }
        for layer in layers { layer.tie() }
        use(copyOf: 0)
    }

    /// Puts a step's copy of the weights in the layers' place.
    package func use(copyOf step: Int) {
        guard shape.copies > 1 else { return }
        for layer in layers { layer.use(copyOf: step) }
        prepareLayers()
    }

    /// After a training step: the gradient of weights that are one is the sum of the copies' gradients.
    package func sumCopies() {
        guard shape.copies > 1 else { return }
        for layer in layers { layer.sum() }
        use(copyOf: 0)
    }
}
