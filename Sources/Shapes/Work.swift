extension Shape {
    /// Multiply-adds times two of one forward step: the products, 2·B·G·H·(width + H) a layer. Element-wise work is
    /// left out, as is usual.
    package var forwardFlops: Int {
        (0..<layers).reduce(0) { $0 + 2 * batch * columns * (width(of: $1) + hidden) }
    }

    /// Of one backward step: each product's gradient to its weights and to its input. The bottom layer's input needs
    /// none. The head's three small products enter with the loss and are counted by ``headFlops``.
    package var backwardFlops: Int {
        let all = 2 * forwardFlops
        return switch variant {
        case .inputAdjoint: all
        case .noStateAdjoint: all - 2 * batch * columns * (input + layers * hidden)
        default: all - 2 * batch * columns * input
        }
    }

    /// Of the head where the loss enters: outputs, the gradient to its weights and to its input.
    package var headFlops: Int { 3 * 2 * batch * hidden * outputs }
}
