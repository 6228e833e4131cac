package import Kernels
package import Memory
import Schedules
import Shapes

/// A linear head, y = V h + e, and what its outputs are held against. Its outputs live for a block of steps: no buffer of T outputs exists.
package final class Head<S: Scalar> {
    private let shape: Shape
    /// V, a packed [O, Ĥ], and e [O]. H is the width of ``Shape/features`` here.
    let weights, bias: Buffer<S>
    let weightsGradient, biasGradient: Buffer<S>
    /// Vᵀ, a packed [H, Ô], made of V by ``prepare()``.
    private let weightsTransposed: Buffer<S>
    /// y of the steps of a block, then its adjoint, [block·B, Ô].
    private let outputs: Buffer<S>
    /// Where a step's targets are put, as ``Criterion`` has them.
    package let targets: Buffer<S>

    init(_ shape: Shape, _ layout: Layout, heaps: Heaps) {
        self.shape = shape
        weights = Buffer(zeros: layout.headWeights, in: heaps[.weights])
        bias = Buffer(zeros: layout.headBias, in: heaps[.weights])
        weightsGradient = Buffer(zeros: layout.headWeights, in: heaps[.gradients])
        biasGradient = Buffer(zeros: layout.headBias, in: heaps[.gradients])
        weightsTransposed = Buffer(zeros: layout.headTransposed, in: heaps[.workspace])
        outputs = Buffer(zeros: layout.headOutputs, in: heaps[.workspace])
        targets = Buffer(zeros: layout.targets, in: heaps[.workspace])
    }

    var v: Panels<S> { Panels(weights.start, rows: shape.outputs, columns: shape.features) }
    private var vGradient: Panels<S> { Panels(weightsGradient.start, rows: shape.outputs, columns: shape.features) }
    private var vTransposed: Panels<S> {
        Panels(weightsTransposed.start, rows: shape.features, columns: shape.outputs)
    }

    /// y of some steps of a block, or its adjoint, [steps·B, O].
    func outputs(_ steps: Range<Int>) -> Matrix<S> {
        Matrix(
            outputs.start, rows: shape.block * shape.batch, columns: shape.outputs, pitch: Shape.padded(shape.outputs)
        ).steps(steps, shape)
    }

    /// Makes what follows from the parameters.
    func prepare() {
        for unit in 0..<shape.features {
            for output in 0..<shape.outputs {
                weightsTransposed.start[vTransposed.offset(row: unit, column: output)] =
                    weights.start[v.offset(row: output, column: unit)]
            }
        }
    }

    /// y for hidden states of the top layer, [rows, H].
    func forward(_ hidden: Matrix<S>, into y: Matrix<S>) {
        let bias = Matrix(bias.start, rows: y.rows, columns: shape.outputs, pitch: 0)
        S.multiply(hidden, vTransposed, columns: 0..<shape.outputs, from: bias, into: y)
    }

    /// y ← ∂L/∂y of a step, against ``targets``.
    ///
    /// - Parameters:
    ///   - y: the outputs of the step, [B, O].
    ///   - weight: what one element counts in the loss, 1/(number of elements that count).
    /// - Returns: the step's loss, unweighted: the sum over its elements that count.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func differentiate(_ y: Matrix<S>, weight: S) -> Double {
        switch shape.criterion {
        case .squaredError:
            return differentiateSquaredError(y, targets: targets.start, weight: weight)
        case .crossEntropy:
            return differentiateCrossEntropy(y, targets: targets.start, weight: weight)
        case .ctc: preconditionFailure("CTC's loss is not of a step alone")
        }
    }

    /// Adds a block of steps to the gradients.
    ///
    /// - Parameter hidden: h of the top layer after each of these steps, [steps·B, H].
    func accumulate(_ steps: Range<Int>, hidden: Matrix<S>, _ units: Range<Int>, isFirst: Bool) {
        let dy = outputs(steps)
        S.accumulate(dy.transposed, hidden, columns: units, into: vGradient)
        if isFirst { addRows(of: dy, 0..<shape.outputs, to: biasGradient.start) }
    }
}
