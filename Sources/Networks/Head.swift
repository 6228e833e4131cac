package import Kernels
package import Memory
import Shapes

/// A linear head, y = V h + e, with squared error. Its outputs live for one step only: no buffer of T outputs exists.
package final class Head<S: Scalar> {
    private let shape: Shape
    /// V [H, O], transposed against PyTorch, and e [O].
    package let weights, bias: Buffer<S>
    package let weightsGradient, biasGradient: Buffer<S>
    /// y, then its adjoint, [B, O].
    private let outputs: Buffer<S>
    /// Where a step's targets are put, [B, O].
    package let targets: Buffer<S>

    init(_ shape: Shape, heaps: Heaps) {
        let layout = Layout(shape)
        self.shape = shape
        weights = Buffer(count: layout.headWeights, in: heaps.weights)
        bias = Buffer(count: layout.headBias, in: heaps.weights)
        weightsGradient = Buffer(count: layout.headWeights, in: heaps.gradients)
        biasGradient = Buffer(count: layout.headBias, in: heaps.gradients)
        outputs = Buffer(count: layout.outputs, in: heaps.workspace)
        targets = Buffer(count: layout.outputs, in: heaps.workspace)
    }

    private var v: Matrix<S> { Matrix(weights.start, rows: shape.hidden, columns: shape.outputs) }
    private var vGradient: Matrix<S> { Matrix(weightsGradient.start, rows: shape.hidden, columns: shape.outputs) }
    private var y: Matrix<S> { Matrix(outputs.start, rows: shape.batch, columns: shape.outputs) }

    /// y for a hidden state [B, H]; valid until the next call.
    package func forward(_ hidden: Matrix<S>) -> UnsafeMutablePointer<S> {
        S.multiply(hidden, v, into: y, accumulating: false)
        addBias(bias.start, to: y)
        return outputs.start
    }

    /// Squared error of a step against ``targets``, and its gradients.
    ///
    /// - Parameters:
    ///   - hidden: h of the top layer, [B, H].
    ///   - weight: what one squared error counts in the loss, 1/(number of elements that count).
    ///   - adjoint: where ∂L/∂h is added, [B, H].
    /// - Returns: Σ (y − target)², unweighted.
    func differentiate(_ hidden: Matrix<S>, weight: S, adjoint: Matrix<S>) -> Double {
        let sum = differentiateError(
            shape.batch * shape.outputs, y: forward(hidden), targets: targets.start, weight: weight)
        S.multiply(hidden.transposed, y, into: vGradient, accumulating: true)
        S.addRowSums(of: y, to: biasGradient.start)
        S.multiply(y, v.transposed, into: adjoint, accumulating: true)
        return sum
    }

    /// y ← ∂L/∂y = 2 weight (y − target); answers Σ (y − target)².
    @specialized(where S == Float)
    @specialized(where S == Double)
    private func differentiateError(_ count: Int, y: Pointer<S>, targets: Pointer<S>, weight: S) -> Double {
        var sum = 0.0
        for place in 0..<count {
            let error = y[place] - targets[place]
            sum += Double(error) * Double(error)
            y[place] = 2 * weight * error
        }
        return sum
    }
}
