extension Shape {
    /// Multiply-adds times two of one forward step: the products, 2·B·G·H·(width + H) a layer and direction. Element-wise
    /// work is left out, as is usual.
    package var forwardFlops: Int {
        directions * (0..<layers).reduce(0) { $0 + 2 * batch * columns * (width(of: $1) + hidden) }
    }

    /// Of one backward step: each product's gradient to its weights and to its input. The bottom layer's input needs
    /// none. The head's three small products enter with the loss and are counted by ``headFlops``.
    package var backwardFlops: Int {
        let all = 2 * forwardFlops
        let inputs = directions * 2 * batch * columns * input
        return switch variant {
        case .inputAdjoint: all
        case .noStateAdjoint: all - inputs - 2 * batch * columns * layers * hidden
        default: all - inputs
        }
    }

    /// Of the head where the loss enters: outputs, the gradient to its weights and to its input.
    package var headFlops: Int { 3 * 2 * batch * features * outputs }
}
