import Kernels
import Shapes

// How strongly a state depends on its own recurrence.
extension Carrier {
    /// The variance over sequences of ∂h/∂u after the last step, over that of h: u the weights by which a unit sees itself, of every
    /// gate. Sums over units and layers. It is what Zucchet & Orvieto (2024, arXiv 2405.21064) call the curse of memory: it grows
    /// without bound as the recurrence forgets less.
    ///
    /// Nil where a carrier does not have these, of a cell without U, and where all sequences have the same state.
    package var relativeSensitivity: Double? {
        let (shape, gates) = (layout.shape, layout.shape.cell.gates)
        guard shape.cell.hasHiddenMatrix, hasOwnInfluence else { return nil }
        var (influences, states) = (0.0, 0.0)
        for (index, layer) in network.layers.enumerated() {
            for unit in 0..<shape.hidden {
                states += variance { Double(layer.hidden.row($0)[unit]) }
                for gate in 0..<gates {
                    let column = layout.columns[index].column(adjoint: gate, unit: unit)
                    influences += variance { Double(ownInfluence(of: column, on: unit, layer: index, row: $0)) }
                }
            }
        }
        return states > 0 ? influences / states : nil
    }

    /// Over the sequences.
    private func variance(_ value: (_ row: Int) -> Double) -> Double {
        let values = (0..<layout.shape.batch).map(value)
        let mean = values.reduce(0, +) / Double(values.count)
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    }
}
