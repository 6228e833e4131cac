package import Schedules

extension Shape {
    /// Multiply-adds times two of the products of one step in one layer, or in one direction of it, by what they read: 2·B·G·H·width
    /// with W, 2·B·G·H·H, or with R, with U where the cell has one, and 2·B·R·H with P.
    func inputFlops(layer: Int) -> Int { 2 * batch * columns * width(of: layer) }
    var hiddenFlops: Int { cell.hasHiddenMatrix ? 2 * batch * columns * recurrentWidth : 0 }
    var projectionFlops: Int { cell.kind.projects ? 2 * batch * hidden * stateWidth : 0 }

    /// Of one forward step: the products of every layer and direction. Element-wise work is left out, as is usual.
    package var forwardFlops: Int {
        directions * (0..<layers).reduce(0) { $0 + inputFlops(layer: $1) + hiddenFlops + projectionFlops }
    }

    /// Of one backward step: each product's gradient to its weights and to its input. The bottom layer's input needs
    /// none; gates that are made again take their product once more. The head's three small products enter with the loss and
    /// are counted by ``headFlops``.
    package var backwardFlops: Int {
        let all = 2 * forwardFlops
        let inputs = directions * inputFlops(layer: 0)
        return switch variant {
        case .inputAdjoint: all
        // Within a step the second half's still goes to the first.
        case .noStateAdjoint: all - inputs - layers * hiddenFlops / cell.phases
        case .recomputeGates: all - inputs + forwardFlops
        default: all - inputs
        }
    }

    /// Of the head where the loss enters: outputs, the gradient to its weights and to its input.
    package var headFlops: Int { 3 * 2 * batch * features * outputs }
}

// Of sensitivities: products with the influence matrix, of its rows for each layer and the columns of the layers below and its own.
extension Shape {
    private var layout: SensitivityLayout { SensitivityLayout(self) }

    /// Of a forward step's Jacobians, of which the matrix is multiplied by one: 2·B·a_h·G·H·H for U, and as much for W above the first
    /// layer.
    private var jacobianFlops: Int {
        2 * batch * layout.rows * columns * ((cell.hasHiddenMatrix ? layers : 0) + layers - 1)
    }

    /// Of all columns of all layers, each with the layers from its own up: what `body` says of one column.
    private func sum(_ body: (_ layersAbove: Int) -> Int) -> Int {
        let layout = layout
        return (0..<layers).reduce(0) { sum, layer in
            saturatingSum(
                sum,
                saturatingProduct(layout.columns[layer].count + layout.rows, body(layers - layer - 1)))
        }
    }

    /// Of a forward step that carries sensitivities, besides the step itself. What is no matrix is counted by the multiply-adds of each
    /// of its elements, for there are no other products.
    package func carriedFlops(of sensitivities: Sensitivities) -> Int {
        let parts = cell.stateParts
        let columns = layout.columns.reduce(0) { $0 + $1.count }
        return switch sensitivities {
        case .influence, .influenceOverRecords: influenceFlops
        // Each part and the gradient from the feature. What leads through a chunk of steps multiplies once, element by element.
        case .unit, .leak, .own: saturatingProduct(2 * batch, columns, parts + 1)
        // A tangent through the step and signs back through it, two vectors added and the gradient.
        case .rankOne: saturatingProduct(2 * batch, columns, 5)
        case .kronecker: saturatingProduct(2 * batch, hidden, hidden * (hidden + 3) + layout.columns[0].features)
        }
    }

    /// With the influence matrix.
    private var influenceFlops: Int {
        let product = 2 * batch * layout.rows * hidden
        let loss = 2 * batch * hidden
        return saturatingSum(
            jacobianFlops,
            sum { above in (cell.hasHiddenMatrix ? above + 1 : 0) * product + above * product + loss })
    }

    /// Of a block of recorded steps that the matrix is carried over: unit adjoints through every step, what the steps give to the
    /// matrix, and the product with the block's Jacobian.
    package func carriedFlops(block: Int) -> Int {
        let layout = layout
        let through = 2 * batch * layout.allRows * layout.rows * hidden
        let adjoints = ((cell.hasHiddenMatrix ? layers : 0) + layers - 1) * through
        let steps = sum { above in 2 * batch * (above + 1) * layout.rows }
        let once = sum { above in
            saturatingProduct(2 * batch * (above + 1) * layout.rows, (above + 1) * layout.rows + 1)
        }
        return saturatingSum(saturatingProduct(block, jacobianFlops + adjoints + steps), once)
    }
}
