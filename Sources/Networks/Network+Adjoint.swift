import Kernels
import Shapes

// Adjoints of states, stream by stream: how far back a loss is felt.
extension Network {
    /// Elements of a state of one stream: all layers', h and memory.
    package var stateWidth: Int { layers.count * shape.stateElements / shape.batch }

    /// Reads the adjoint that is held: that of the state which entered the step last gone back over.
    ///
    /// - Parameter sum: [``stateWidth``], to which the sum over the streams is added.
    /// - Returns: the norm of each stream's, [B].
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func stateAdjoint(addingTo sum: inout [Double]) -> [Double] {
        var squares = Array(repeating: 0.0, count: shape.batch)
        var first = 0
        for layer in layers {
            let memory = (0..<shape.cell.memoryParts).map {
                Matrix(layer.memoryAdjoint + $0 * shape.cells, rows: shape.batch, columns: shape.hidden)
            }
            for part in [layer.hiddenAdjoint] + memory {
                for row in 0..<part.rows {
                    for column in 0..<part.columns {
                        let value = Double(part.row(row)[column])
                        squares[row] += value * value
                        sum[first + column] += value
                    }
                }
                first += part.columns
            }
        }
        return squares.map { $0.squareRoot() }
    }

    /// The same of the state after the step last gone back over, as far as its own loss alone is felt there: Vᵀ ∂L/∂y in the top
    /// layer's h, 0 in all else.
    ///
    /// - Parameter step: that step, on which a loss has entered.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func lossAdjoint(at step: Int, addingTo sum: inout [Double]) -> [Double] {
        let dy = head.outputs(positions(of: step..<step + 1))
        let first = (layers.count - 1) * shape.stateElements / shape.batch
        return (0..<shape.batch).map { row in
            var square = 0.0
            for unit in 0..<shape.stateWidth {
                var value = 0.0
                for output in 0..<dy.columns {
                    value +=
                        Double(dy.row(row)[output])
                        * Double(head.weights.start[head.v.offset(row: output, column: unit)])
                }
                square += value * value
                sum[first + unit] += value
            }
            return square.squareRoot()
        }
    }
}
