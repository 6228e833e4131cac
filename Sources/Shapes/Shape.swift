/// The dimensions of a network and its batch. Everything that is allocated follows from them.
package struct Shape: Hashable, Sendable {
    package var cell: Cell
    /// L, stacked layers.
    package var layers: Int
    /// D, the width of the input.
    package var input: Int
    /// H, hidden units of each layer.
    package var hidden: Int
    /// O, outputs of the linear head.
    package var outputs: Int
    /// B, sequences side by side.
    package var batch: Int
    package var precision: Precision

    package init(cell: Cell, layers: Int, input: Int, hidden: Int, outputs: Int, batch: Int, precision: Precision) {
        self.cell = cell
        self.layers = layers
        self.input = input
        self.hidden = hidden
        self.outputs = outputs
        self.batch = batch
        self.precision = precision
    }

    /// The width of what enters a layer: D for the first, H above.
    package func width(of layer: Int) -> Int { layer == 0 ? input : hidden }

    /// B·H.
    package var cells: Int { batch * hidden }
    /// Elements of one layer's state.
    package var stateElements: Int { cell.stateParts * cells }
    /// Elements of one layer's record of a step.
    package var recordElements: Int { cell.recordParts * cells }
    /// G·H, the columns of the weights as they are stored.
    package var columns: Int { cell.gates * hidden }
    /// Adjoint elements of one batch row that the weight gradients are made of.
    package var adjointColumns: Int { cell.adjointParts * hidden }

    /// Steps whose adjoints are collected before their weight gradients are added with one product: enough rows that
    /// the product is fast, aligned to absolute step numbers so that every schedule adds in the same order.
    package var block: Int { max(1, 256 / batch) }
}

/// A network's tensors of constant size, each with its elements. What the network allocates and what the prediction
/// counts are both made of this list.
package struct Layout: Hashable, Sendable {
    /// One layer's parameters; its gradients have the same sizes.
    package struct Parameters: Hashable, Sendable {
        /// W, stored [width, G·H]: transposed against PyTorch, so that forward is a product of two untransposed matrices.
        package let inputWeights: Int
        /// U, stored [H, G·H].
        package let hiddenWeights: Int
        /// [G·H] each; two, as PyTorch has.
        package let bias: Int
    }

    /// One layer's workspace.
    package struct Workspace: Hashable, Sendable {
        /// The state the network stands at, [parts, B, H].
        package let state: Int
        /// The adjoint of that state, [parts, B, H].
        package let adjoint: Int
        /// A block of the layer's inputs, [block, B, width].
        package let inputs: Int
        /// A block of the hidden states that entered the steps, [block, B, H].
        package let hidden: Int
        /// A block of pre-activation adjoints, [block, B, adjoint columns].
        package let adjoints: Int
    }

    package let parameters: [Parameters]
    /// [H, O] and [O]: the head, stored like the layers' weights.
    package let headWeights: Int
    package let headBias: Int
    package let workspaces: [Workspace]
    /// The inputs of the step at hand, [B, D].
    package let step: Int
    /// A record nobody keeps, [parts, B, H]: forward without recording writes here.
    package let scratch: Int
    /// Forward: U h of the GRU, apart from W x because the reset gate multiplies the candidate's part, [B, 3H]. Backward:
    /// tanh(c') of the LSTM, [B, H]. Elman needs neither.
    package let partial: Int?
    /// The top layer's output, [B, H], and the head's outputs and targets, [B, O] each.
    package let top: Int
    package let outputs: Int

    package init(_ shape: Shape) {
        parameters = (0..<shape.layers).map { layer in
            Parameters(
                inputWeights: shape.width(of: layer) * shape.columns, hiddenWeights: shape.hidden * shape.columns,
                bias: shape.columns)
        }
        headWeights = shape.hidden * shape.outputs
        headBias = shape.outputs
        workspaces = (0..<shape.layers).map { layer in
            Workspace(
                state: shape.stateElements, adjoint: shape.stateElements,
                inputs: shape.block * shape.batch * shape.width(of: layer), hidden: shape.block * shape.cells,
                adjoints: shape.block * shape.batch * shape.adjointColumns)
        }
        step = shape.batch * shape.input
        scratch = shape.recordElements
        partial =
            switch shape.cell {
            case .elman: nil
            case .lstm: shape.cells
            case .gru: shape.batch * shape.columns
            }
        top = shape.cells
        outputs = shape.batch * shape.outputs
    }
}
