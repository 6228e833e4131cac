import Kernels
import Shapes

// The state that a record contains.
extension Network {
    /// Overwrites a state with the one after a recorded step.
    package func write(stateAfter record: Record<S>, to state: State<S>) {
        // Of any lane: its layers have the same shape.
        for (index, block) in state.layers.enumerated() { write(layers[index], record, index, to: block.start) }
    }

    /// Puts the network after a recorded step: the record contains the state after it.
    package func restore(after record: Record<S>, on lane: Int = 0) {
        precondition(packing == nil, "what is run again begins at a state as it was")
        for (index, layer) in layers(on: lane).enumerated() { write(layer, record, index, to: layer.state.start) }
    }

    private func write(_ layer: Layer<S>, _ record: Record<S>, _ index: Int, to start: Pointer<S>) {
        let whole = Partition(whole: shape)
        let record = unpacked(record, index, at: 0, whole)
        layer.output(
            whole, recurrence, record: record, into: Matrix(start, rows: shape.batch, columns: shape.stateWidth))
        (start + shape.hiddenElements).update(
            from: layer.memory(in: record), count: shape.cell.memoryParts * shape.cells)
    }
}
