package import Kernels
package import Memory
import Shapes

/// One recurrent layer: parameters and their gradients, the state it stands at, and blocks of what its weight gradients
/// are made of. T, B, H, D, G: steps, batch, hidden units, input width, gates.
package final class Layer<S: Scalar> {
    let shape: Shape
    /// D: the width of what enters.
    let width: Int

    /// W [D, G·H] and U [H, G·H], transposed against PyTorch; two biases [G·H], as PyTorch has.
    package let inputWeights, hiddenWeights, inputBias, hiddenBias: Buffer<S>
    package let inputWeightsGradient, hiddenWeightsGradient, inputBiasGradient, hiddenBiasGradient: Buffer<S>

    /// The state the layer stands at: h [B, H], and the LSTM's c behind it.
    package let state: Buffer<S>
    /// The adjoint of the state, in the same places.
    let adjoint: Buffer<S>

    /// For each step of a block, [B, D] inputs, [B, H] entering hidden states, and [B, A] adjoints of the products.
    let inputBlock, hiddenBlock, adjointBlock: Buffer<S>

    init(_ shape: Shape, index: Int, heaps: Heaps) {
        let layout = Layout(shape)
        let parameters = layout.parameters[index]
        let workspace = layout.workspaces[index]
        self.shape = shape
        width = shape.width(of: index)
        inputWeights = Buffer(count: parameters.inputWeights, in: heaps.weights)
        hiddenWeights = Buffer(count: parameters.hiddenWeights, in: heaps.weights)
        inputBias = Buffer(count: parameters.bias, in: heaps.weights)
        hiddenBias = Buffer(count: parameters.bias, in: heaps.weights)
        inputWeightsGradient = Buffer(count: parameters.inputWeights, in: heaps.gradients)
        hiddenWeightsGradient = Buffer(count: parameters.hiddenWeights, in: heaps.gradients)
        inputBiasGradient = Buffer(count: parameters.bias, in: heaps.gradients)
        hiddenBiasGradient = Buffer(count: parameters.bias, in: heaps.gradients)
        state = Buffer(count: workspace.state, in: heaps.workspace)
        adjoint = Buffer(count: workspace.adjoint, in: heaps.workspace)
        inputBlock = Buffer(count: workspace.inputs, in: heaps.workspace)
        hiddenBlock = Buffer(count: workspace.hidden, in: heaps.workspace)
        adjointBlock = Buffer(count: workspace.adjoints, in: heaps.workspace)
    }
}

// The layer's memory as matrices.
extension Layer {
    private func matrix(_ buffer: borrowing Buffer<S>, rows: Int) -> Matrix<S> {
        Matrix(buffer.start, rows: rows, columns: buffer.count / rows)
    }

    var w: Matrix<S> { matrix(inputWeights, rows: width) }
    var u: Matrix<S> { matrix(hiddenWeights, rows: shape.hidden) }
    var wGradient: Matrix<S> { matrix(inputWeightsGradient, rows: width) }
    var uGradient: Matrix<S> { matrix(hiddenWeightsGradient, rows: shape.hidden) }

    /// h, [B, H].
    var hidden: Matrix<S> { Matrix(state.start, rows: shape.batch, columns: shape.hidden) }
    /// c of the LSTM, [B, H].
    var memory: UnsafeMutablePointer<S> { state.start + shape.cells }
    /// ∂L/∂h, [B, H].
    var hiddenAdjoint: Matrix<S> { Matrix(adjoint.start, rows: shape.batch, columns: shape.hidden) }
    /// ∂L/∂c of the LSTM, [B, H].
    var memoryAdjoint: UnsafeMutablePointer<S> { adjoint.start + shape.cells }

    /// Rows of the blocks that belong to these steps of a block.
    func inputs(_ steps: Range<Int>) -> Matrix<S> { rows(inputBlock, steps, columns: width) }
    func hiddens(_ steps: Range<Int>) -> Matrix<S> { rows(hiddenBlock, steps, columns: shape.hidden) }
    func adjoints(_ steps: Range<Int>) -> Matrix<S> { rows(adjointBlock, steps, columns: shape.adjointColumns) }

    private func rows(_ buffer: borrowing Buffer<S>, _ steps: Range<Int>, columns: Int) -> Matrix<S> {
        Matrix(
            buffer.start + steps.lowerBound * shape.batch * columns, rows: steps.count * shape.batch, columns: columns)
    }
}
