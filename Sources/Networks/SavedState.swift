package import Kernels
package import Memory
import Shapes
import Vectors

/// A state that a schedule saved: as it was, or packed, a buffer for each layer.
package enum SavedState<S: Scalar> {
    case native(State<S>)
    case packed([SharedBuffer<UInt8>])
}

// States in fewer bits. They are rounded to the nearest: what is run again begins at the rounded state.
extension Network {
    /// Keeps the state the network stands at, in the shape's format.
    package func saveState(on lane: Int = 0, in heap: Heap) -> SavedState<S> {
        guard let format = shape.states.packing else { return .native(copyState(on: lane, in: heap)) }
        return .packed(
            layers(on: lane).map { layer in
                let packed = SharedBuffer<UInt8>(count: shape.savedBytes, in: heap)
                S.pack(
                    layer.state.start, NumberRuns(of: shape.stateElements), as: format,
                    to: UnsafeMutableRawPointer(packed.start),
                    key: nil, place: 0)
                return packed
            })
    }

    /// Puts the network where the state was saved.
    package func restore(_ saved: SavedState<S>, on lane: Int = 0) {
        switch saved {
        case .native(let state): restore(state, on: lane)
        case .packed(let packed):
            for (packed, layer) in zip(packed, layers(on: lane)) { unpack(packed.start, to: layer.state.start) }
        }
    }

    /// A saved state as backward reads it: itself or, of a packed one, another that it is written to.
    package func unpacked(_ saved: SavedState<S>, in workspace: State<S>?) -> State<S> {
        switch saved {
        case .native(let state): return state
        case .packed(let packed):
            for (packed, layer) in zip(packed, workspace!.layers) { unpack(packed.start, to: layer.start) }
            return workspace!
        }
    }

    /// The memory of the state the network stands at, as a file has it, a block for each layer.
    ///
    /// - Parameter workspace: where it is packed; nil where it is kept as it is.
    package func storedState(on lane: Int, in workspace: State<S>?) -> [UnsafeMutableRawBufferPointer] {
        guard let workspace, let format = shape.states.packing else { return stateBytes(on: lane) }
        let parts = storedParts(workspace)
        for (part, layer) in zip(parts, layers(on: lane)) {
            S.pack(
                layer.state.start, NumberRuns(of: shape.stateElements), as: format, to: part.baseAddress!, key: nil,
                place: 0)
        }
        return parts
    }

    /// Puts the network at a state that a file had.
    ///
    /// - Parameter read: fills the blocks of ``storedState(on:in:)``.
    package func restore<Failure: Error>(
        on lane: Int, in workspace: State<S>?, read: ([UnsafeMutableRawBufferPointer]) throws(Failure) -> Void
    ) throws(Failure) {
        guard let workspace, shape.packsStates else { return try read(stateBytes(on: lane)) }
        let parts = storedParts(workspace)
        try read(parts)
        for (part, layer) in zip(parts, layers(on: lane)) { unpack(part.baseAddress!, to: layer.state.start) }
    }

    private func storedParts(_ workspace: State<S>) -> [UnsafeMutableRawBufferPointer] {
        workspace.layers.map { UnsafeMutableRawBufferPointer(start: $0.start, count: shape.savedBytes) }
    }

    private func unpack(_ packed: UnsafeRawPointer, to state: Pointer<S>) {
        S.unpack(packed, NumberRuns(of: shape.stateElements), as: shape.states.packing!, to: state)
    }
}
