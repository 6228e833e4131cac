package import Kernels
import Schedules
import Shapes

/// A linear head, y = V h + e, and what its outputs are held against. Its outputs live for a block of steps: no buffer of T outputs exists.
package final class Head<S: Scalar> {
    private let shape: Shape
    /// ``Shape/features``, and the rows of a block: asked for at every step.
    private let features, rows: Int
    /// V, a packed [O, Ĥ], and e [O]. H is the width of ``Shape/features`` here.
    let weights, bias: Region<S>
    let weightsGradient, biasGradient: Region<S>
    /// Vᵀ, a packed [H, Ô], made of V by ``prepare()``.
    private let weightsTransposed: Region<S>
    /// V rounded to pairs, where products are of bfloat16; Vᵀ is in pairs then.
    private let pairs: Pointer<S>?
    /// y of the steps of a block, then its adjoint, [block·B, Ô].
    private let outputs: Region<S>
    /// Where a step's targets are put, as ``Criterion`` has them.
    package let targets: Region<S>
    /// Whose memory all this is.
    private let tensors: Tensors<S>

    init(_ shape: Shape, _ tensors: Tensors<S>) {
        self.shape = shape
        self.tensors = tensors
        (features, rows) = (shape.features, shape.block * shape.batch)
        weights = tensors["head.weight", .weights]
        bias = tensors["head.bias", .weights]
        weightsGradient = tensors["head.weight", .gradients]
        biasGradient = tensors["head.bias", .gradients]
        weightsTransposed = tensors["head.transposed"]
        pairs = tensors.find("head.pairs")
        outputs = tensors["head.outputs"]
        targets = tensors["head.targets"]
    }

    /// V, as the right operand of products.
    var operand: RightOperand<S> {
        pairs.map { RightOperand(pairs: $0, rows: shape.outputs, columns: features) } ?? RightOperand(v)
    }
    private var transposedOperand: RightOperand<S> {
        pairs == nil
            ? RightOperand(vTransposed)
            : RightOperand(pairs: weightsTransposed.start, rows: features, columns: shape.outputs)
    }
    var v: PackedMatrix<S> { PackedMatrix(weights.start, rows: shape.outputs, columns: features) }
    private var vGradient: PackedMatrix<S> {
        PackedMatrix(weightsGradient.start, rows: shape.outputs, columns: features)
    }
    private var vTransposed: PackedMatrix<S> {
        PackedMatrix(weightsTransposed.start, rows: features, columns: shape.outputs)
    }

    /// y of some steps of a block, or its adjoint, [steps·B, O].
    func outputs(_ steps: Range<Int>) -> Matrix<S> {
        Matrix(outputs.start, rows: rows, columns: shape.outputs, pitch: Shape.padded(shape.outputs))
            .steps(steps, shape)
    }

    /// Makes what follows from the parameters.
    func prepare() {
        operand.take(v, .alone)
        transposedOperand.take(transposed: v, at: 0, .alone)
    }

    /// y for hidden states of the top layer, [rows, H].
    func forward(_ hidden: Matrix<S>, _ workspace: PairWorkspace, into y: Matrix<S>) {
        let bias = Matrix(bias.start, rows: y.rows, columns: shape.outputs, pitch: 0)
        transposedOperand.multiplied(by: workspace.left(hidden), columns: 0..<shape.outputs, from: bias, into: y)
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
    func accumulate(
        _ steps: Range<Int>, hidden: Matrix<S>, _ units: Range<Int>, _ workspace: PairWorkspace, isFirst: Bool
    ) {
        let dy = outputs(steps)
        workspace.accumulate(workspace.transposed(dy), hidden, columns: units, into: vGradient)
        if isFirst { addRows(of: dy, 0..<shape.outputs, to: biasGradient.start) }
    }
}
