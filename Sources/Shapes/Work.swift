extension Shape {
    /// Multiply-adds times two of the products of one step in one layer, or in one direction of it, by what they read: 2·B·G·H·width
    /// with W, 2·B·G·H·H with U where the cell has one.
    private func inputFlops(layer: Int) -> Int { 2 * batch * columns * width(of: layer) }
    private var hiddenFlops: Int { cell.hasHiddenMatrix ? 2 * batch * columns * hidden : 0 }

    /// Of one forward step: the products of every layer and direction. Element-wise work is left out, as is usual.
    package var forwardFlops: Int {
        directions * (0..<layers).reduce(0) { $0 + inputFlops(layer: $1) + hiddenFlops }
    }

    /// Of one backward step: each product's gradient to its weights and to its input. The bottom layer's input needs
    /// none; gates that are made again take their product once more. The head's three small products enter with the loss and are counted by ``headFlops``.
    package var backwardFlops: Int {
        let all = 2 * forwardFlops
        let inputs = directions * inputFlops(layer: 0)
        return switch variant {
        case .inputAdjoint: all
        case .noStateAdjoint: all - inputs - layers * hiddenFlops
        case .recomputeGates: all - inputs + forwardFlops
        default: all - inputs
        }
    }

    /// Of the head where the loss enters: outputs, the gradient to its weights and to its input.
    package var headFlops: Int { 3 * 2 * batch * features * outputs }
}
